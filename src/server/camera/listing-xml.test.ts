import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CameraFailure } from './camera.ts';
import { decodeTimecode, parseListedTime } from './fat-time.ts';
import { parseListingXml } from './listing-xml.ts';
import { flawOfPath, segmentsOf } from './remote-path.ts';

const head = '<?xml version="1.0" encoding="UTF-8" ?>\n';
const parse = (text: string) => parseListingXml(text, '192.168.1.254');

/** One `<File>`; fields given as null are left out. */
function file(
  fields: Partial<Record<'NAME' | 'FPATH' | 'SIZE' | 'TIMECODE' | 'TIME' | 'ATTR', string | null>> = {},
) {
  const name = fields.NAME ?? '2025_1224_120324_000002PF.MP4';
  const all = {
    NAME: name,
    FPATH: `A:\\DCIM\\Movie\\${name}`,
    SIZE: '132120576',
    TIMECODE: '1536712835',
    TIME: '2025/12/24 12:04:06',
    ATTR: '32',
    ...fields,
  };
  const elements = Object.entries(all).filter(([, value]) => value !== null);
  return `<File>\n${elements.map(([tag, value]) => `<${tag}>${value}</${tag}>`).join('\n')}</File>\n`;
}
const list = (...files: string[]) =>
  `${head}<LIST>\n${files.map((one) => `<ALLFile>${one}</ALLFile>\n`).join('')}</LIST>`;

describe('the file list', () => {
  test('a capture of an A229 Pro is read in every field', () => {
    const text = `${head}<LIST>
<ALLFile><File>
<NAME>2025_1224_120324_000002PF.MP4</NAME>
<FPATH>A:\\DCIM\\Movie\\RO\\2025_1224_120324_000002PF.MP4</FPATH>
<SIZE>132120576</SIZE>
<TIMECODE>1536712835</TIMECODE>
<TIME>2025/12/24 12:04:06</TIME>
<ATTR>33</ATTR></File>
</ALLFile>
</LIST>`;
    expect(parse(text)).toEqual({
      files: [
        {
          name: '2025_1224_120324_000002PF.MP4',
          remotePath: '/DCIM/Movie/RO/2025_1224_120324_000002PF.MP4',
          volume: 'A',
          container: 'mp4',
          sizeBytes: 132_120_576,
          sizeExact: true,
          timecode: 1_536_712_835,
          endedLocal: '2025-12-24T12:04:06',
          locked: true,
        },
      ],
      complete: true,
      notes: [],
      entries: 1,
    });
  });

  test('another make with the day first and a file without wrapper is read by its timecode', () => {
    const text = `<LIST>${file({
      NAME: '2016_0719_155355_005.MOV',
      FPATH: 'A:\\CARDV\\MOVIE\\2016_0719_155355_005.MOV',
      TIME: '19/07/2016 15:56:36',
      TIMECODE: '1223917330',
    })}</LIST>`;
    expect(parse(text).files).toMatchObject([
      {
        remotePath: '/CARDV/MOVIE/2016_0719_155355_005.MOV',
        endedLocal: '2016-07-19T15:56:36',
        container: 'mov',
      },
    ]);
  });

  const variants: [string, string][] = [
    ['one wrapper around all', `${head}<LIST><ALLFile>${file()}${file({ NAME: 'b.MP4' })}</ALLFile></LIST>`],
    [
      'lower case',
      `${head}<list>${file()}${file({ NAME: 'b.MP4' })}</list>`.replace(/<[^?>]+>/g, (tag) =>
        tag.toLowerCase(),
      ),
    ],
    ['CRLF', list(file(), file({ NAME: 'b.MP4' })).replaceAll('\n', '\r\n')],
    [
      'CDATA that begins with a line end',
      list(file(), file({ NAME: 'b.MP4' })).replace(
        /<(NAME|FPATH)>(.*?)<\/\1>/g,
        '<$1><![CDATA[\n$2\n]]></$1>',
      ),
    ],
    ['folders between', list('<Dir><NAME>DCIM</NAME></Dir>', file(), file({ NAME: 'b.MP4' }))],
    ['an element that is never closed', list(file().replace('</File>', ''), file({ NAME: 'b.MP4' }))],
    ['a byte order mark and blanks', `\uFEFF \n${list(file(), file({ NAME: 'b.MP4' }))}\n\n`],
    ['slashes in place of backslashes', list(file(), file({ NAME: 'b.MP4' })).replaceAll('\\', '/')],
    ['doubled backslashes', list(file(), file({ NAME: 'b.MP4' })).replaceAll('\\', '\\\\')],
  ];
  test.each(variants)('%s is understood', (_name, text) => {
    const listing = parse(text);
    expect(listing.files.map((one) => one.remotePath.toLowerCase())).toEqual([
      '/dcim/movie/2025_1224_120324_000002pf.mp4',
      '/dcim/movie/b.mp4',
    ]);
    expect(listing).toMatchObject({ complete: true, notes: [], entries: 2 });
  });

  test('names are taken as they are printed, without entities', () => {
    const [first, second] = parse(
      list(file({ NAME: "o'brien & sons.MP4" }), file({ NAME: 'a&amp;b.MP4' })),
    ).files;
    expect([first?.name, second?.name]).toEqual(["o'brien & sons.MP4", 'a&amp;b.MP4']);
  });

  test('start and stop times stand for the time', () => {
    const times = '<TIME_START>2026/01/02 03:04:05</TIME_START><TIME_STOP>2026/01/02 03:05:05</TIME_STOP>';
    const text = list(file({ TIME: null, TIMECODE: null }).replace('<ATTR>', `${times}<ATTR>`));
    expect(parse(text).files).toMatchObject([{ timecode: null, endedLocal: '2026-01-02T03:05:05' }]);
  });

  test.each([
    ['-1', null, '2025-12-24T12:04:06'],
    ['0', null, '2025-12-24T12:04:06'],
    ['text', null, '2025-12-24T12:04:06'],
    [String((1_536_712_835 + 2 ** 30) | 0), 2_610_454_659, '2057-12-24T12:04:06'],
  ])('a timecode of %s', (TIMECODE, timecode, endedLocal) => {
    expect(parse(list(file({ TIMECODE }))).files).toMatchObject([{ timecode, endedLocal }]);
  });

  test.each(['abc', '-5', '', '1e999', '12.5', '99999999999999999999'])(
    'a size of %j costs the size only, with a note',
    (SIZE) => {
      const listing = parse(list(file({ SIZE })));
      expect(listing.files).toMatchObject([{ sizeBytes: null, sizeExact: false }]);
      expect(listing.notes).toHaveLength(1);
    },
  );

  test('sizes beyond 4 GiB are exact', () => {
    expect(parse(list(file({ SIZE: '6442450944123' }))).files).toMatchObject([
      { sizeBytes: 6_442_450_944_123 },
    ]);
  });

  test.each([
    ['locked by attribute', { ATTR: '33' }, true],
    ['locked by folder', { FPATH: 'A:\\DCIM\\Movie\\ro\\2025_1224_120324_000002PF.MP4' }, true],
    ['not locked', { ATTR: '32' }, false],
    ['without attribute', { ATTR: null }, false],
  ])('a file %s', (_name, fields, locked) => {
    expect(parse(list(file(fields))).files).toMatchObject([{ locked }]);
  });

  const good = file({ NAME: '2026_0101_000000_000009F.MP4' });
  test.each([
    ['..', { NAME: '..', FPATH: 'A:\\DCIM\\..' }],
    ['a climbing path', { FPATH: 'A:\\DCIM\\..\\..\\2025_1224_120324_000002PF.MP4' }],
    ['a slash in its name', { NAME: 'a/b.MP4' }],
    ['a backslash in its name', { NAME: 'a\\b.MP4' }],
    ['an encoded slash in its name', { NAME: 'a%2Fb.MP4' }],
    ['a control character', { NAME: 'a\u0007b.MP4' }],
    ['a line end', { NAME: 'a\nb.MP4' }],
    ['a turned reading direction', { NAME: 'a\u202E4PM.MP4' }],
    ['characters no card can hold', { NAME: 'a?custom=1&cmd=3010.MP4' }],
    ['a path to another file', { FPATH: 'A:\\DCIM\\Movie\\other.MP4' }],
    ['a path to a longer name', { NAME: 'PF.MP4', FPATH: 'A:\\DCIM\\Movie\\X_PF.MP4' }],
    ['a path on another host', { FPATH: 'http://evil.example/2025_1224_120324_000002PF.MP4' }],
    ['no path', { FPATH: null }],
    ['no name', { NAME: '' }],
    ['an unknown kind', { NAME: 'notes.pdf' }],
  ] as const)('an entry with %s is noted once and costs no other', (_name, fields) => {
    const listing = parse(list(file(fields), good, file(fields)));
    expect(listing.files.map((one) => one.name)).toEqual(['2026_0101_000000_000009F.MP4']);
    expect(listing).toMatchObject({ complete: true, notes: [expect.stringContaining('was left out')] });
    expect(listing.notes[0]).not.toMatch(/\p{Cc}|\u202E/u);
    expect(listing.notes[0]!.length).toBeLessThan(200);
  });

  test.each(['.diskdb', 'FW2.bin', 'format.txt', '._2026_0101_000000_000009F.MP4x'])(
    '%s is ignored without a note',
    (NAME) => {
      expect(parse(list(file({ NAME })))).toMatchObject({ files: [], notes: [], complete: true });
    },
  );

  test('thousands of bad entries make a hundred notes and a count', () => {
    const bad = Array.from({ length: 1000 }, (_, index) => file({ NAME: `${index}.pdf` }));
    expect(parse(list(...bad)).notes).toHaveLength(101);
  });

  test('a text that breaks off gives what came whole, and is not complete', () => {
    const text = list(file(), file({ NAME: '2026_0101_000000_000009F.MP4' }));
    for (let length = text.indexOf('<LIST>') + 6; length < text.length; length += 1) {
      const listing = parse(text.slice(0, length));
      expect(listing.complete).toBe(false);
      expect(listing.files.length).toBeLessThanOrEqual(2);
      for (const one of listing.files) expect(one).toMatchObject({ sizeBytes: 132_120_576, volume: 'A' });
    }
  });

  test.each([
    ['busy', -3],
    ['busy', -22],
    ['gone', -1],
    ['refused', -256],
    ['refused', -13],
  ])('an answer of %s (status %d) is a failure', (kind, status) => {
    const text = `${head}<Function>\n<Cmd>3015</Cmd>\n<Status>${status}</Status>\n</Function>`;
    expect(() => parse(text)).toThrow(expect.objectContaining({ kind }));
  });

  test('an answer of OK without a list is nothing to conclude from', () => {
    const text = '<Function><Cmd>3015</Cmd><Status>0</Status></Function>';
    expect(parse(text)).toMatchObject({ files: [], complete: false });
  });

  test.each(['', 'Not found', '<html><body><h1>Router</h1></body></html>', '{"files":[]}', '\u0000\u0001'])(
    '%j is no file list',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ kind: 'malformed' }));
    },
  );
});

describe('any text', () => {
  const tag = fc.constantFrom(
    'LIST',
    'ALLFile',
    'File',
    'NAME',
    'FPATH',
    'SIZE',
    'TIME',
    'ATTR',
    '![CDATA[',
    'Function',
  );
  const piece = fc.oneof(
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
    fc.constantFrom(']]>', '&', '<', 'A:\\DCIM\\Movie\\', '..\\', '../', 'X.MP4', '\u0000', '-3', '%2e%2e/'),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => `<LIST>${pieces.join('')}`),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
    fc
      .record({ NAME: fc.string({ unit: 'binary' }), FPATH: fc.string({ unit: 'binary' }) })
      .map((fields) => list(file(fields))),
    fc.string({ unit: 'binary' }).map((NAME) => list(file({ NAME }))),
  );

  test('gives safe files or a CameraFailure, never anything else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const listing = parse(text);
          for (const one of listing.files) {
            expect(flawOfPath(segmentsOf(one.remotePath))).toBeNull();
            expect(one.remotePath.endsWith(`/${one.name}`)).toBe(true);
          }
          for (const note of listing.notes) expect(note).not.toMatch(/[\p{Cc}\u2028]/u);
        } catch (error) {
          expect(error).toBeInstanceOf(CameraFailure);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('times', () => {
  test.each([
    [1_536_712_835, '2025-12-24T12:04:06'],
    [1_223_917_330, '2016-07-19T15:56:36'],
    [0, null],
    [0xffff_ffff, null],
  ])('the timecode %d', (timecode, expected) => {
    expect(decodeTimecode(timecode)).toBe(expected);
    expect(decodeTimecode(timecode | 0)).toBe(expected);
  });

  test.each([
    ['2025/12/24 12:04:06', '2025-12-24T12:04:06'],
    ['2026-07-09 11:28', '2026-07-09T11:28:00'],
    ['19/07/2016 15:56:36', '2016-07-19T15:56:36'],
    ['2026/02/31 00:00:00', null],
    ['12/24 12:04', null],
    ['', null],
    ['yesterday', null],
  ])('the listed time %j', (text, expected) => {
    expect(parseListedTime(text)).toBe(expected);
  });
});
