import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseV2Config, parseV2Env } from './v2-config.ts';

const bytes = (text: string) => Buffer.from(text);
const config = (text: string | Buffer) => {
  const values = parseV2Config(Buffer.from(text));
  return values && [...values];
};
const env = (text: string | Buffer) => {
  const { values, malformedLines } = parseV2Env(Buffer.from(text));
  return { values: [...values], malformedLines };
};

test.each<[string, string | Buffer, [string, unknown][]]>([
  [
    'an ordinary file',
    '{"GROUPING": "weekly", "WEB_PORT": "80"}',
    [
      ['GROUPING', 'weekly'],
      ['WEB_PORT', '80'],
    ],
  ],
  ['a byte-order mark', '\uFEFF{"HTML": true}', [['HTML', true]]],
  ['an empty object', '{}', []],
  ['a key given twice', '{"A": 1, "A": 2}', [['A', 2]]],
  [
    'names of object methods',
    '{"__proto__": 1, "toString": 2}',
    [
      ['__proto__', 1],
      ['toString', 2],
    ],
  ],
  ['Latin-1', Buffer.from('{"INSTANCE_NAME": "Café"}', 'latin1'), [['INSTANCE_NAME', 'Café']]],
])('config.json: %s is read', (_, text, values) => {
  expect(config(text)).toEqual(values);
});

test.each<[string, string | Buffer]>([
  ['nothing', ''],
  ['blanks', ' \n'],
  ['truncated', '{"GROUPING": "we'],
  ['a list', '[{"GROUPING": "weekly"}]'],
  ['a number', '7'],
  ['null', 'null'],
  ['text', '"GROUPING"'],
  ['zero bytes', Buffer.alloc(512)],
  ['UTF-16', Buffer.from('\uFEFF{"A": 1}', 'utf16le')],
  ['nested without end', '['.repeat(1_000_000)],
])('config.json: %s is no settings', (_, text) => {
  expect(config(text)).toBeNull();
});

test('a config.json of 5 MB is read', () => {
  const text = JSON.stringify({ NOTE: 'x'.repeat(5 * 1024 * 1024), GROUPING: 'weekly' });
  expect(parseV2Config(bytes(text))?.get('GROUPING')).toBe('weekly');
});

test.each<[string, string | Buffer, [string, unknown][]]>([
  ['plain', 'GROUPING=weekly', [['GROUPING', 'weekly']]],
  ['spaces around', '  WEB_PORT = 80  ', [['WEB_PORT', '80']]],
  ['double quotes', 'A="b c"', [['A', 'b c']]],
  ['single quotes', "A='b c'", [['A', 'b c']]],
  ['quotes that do not match', `A="b'`, [['A', `"b'`]]],
  ['a lone quote', 'A="', [['A', '"']]],
  ['an equals sign in the value', 'WEB_PASSWORD=a=b', [['WEB_PASSWORD', 'a=b']]],
  ['a hash in the value', 'WEB_PASSWORD=a #b', [['WEB_PASSWORD', 'a #b']]],
  ['nothing', 'A=', [['A', '']]],
  ['export', 'export A=1', [['A', '1']]],
  ['comments and blank lines', '# A=1\n\n  # B\nC=1', [['C', '1']]],
  [
    'lines of Windows',
    'A=1\r\nB=2\r\n',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['a byte-order mark', '\uFEFFA=1', [['A', '1']]],
  ['Latin-1', Buffer.from('A=é', 'latin1'), [['A', 'é']]],
  ['a key given twice', 'A=1\nA=2', [['A', '2']]],
])('viofosync.env: %s is read', (_, text, values) => {
  expect(env(text)).toEqual({ values, malformedLines: [] });
});

test('viofosync.env: lines that are no KEY=VALUE are told by their number, and the others are read', () => {
  expect(env('A=1\nhello\nlower=1\n=2\n1A=3\nB=2')).toEqual({
    values: [
      ['A', '1'],
      ['B', '2'],
    ],
    malformedLines: [2, 3, 4, 5],
  });
});

test('no bytes make either parser throw', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary' }).map(bytes),
    fc.json().map(bytes),
    fc
      .array(fc.constantFrom('A', '=', '"', "'", '#', '\n', '\r', ' ', '{', '\uFEFF', 'é'))
      .map((parts) => bytes(parts.join(''))),
  );
  fc.assert(
    fc.property(anything, (input) => {
      const values = parseV2Config(input);
      expect(values === null || values instanceof Map).toBe(true);
      for (const value of parseV2Env(input).values.values()) expect(typeof value).toBe('string');
    }),
    { numRuns: 2000 },
  );
});
