import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertHarmless,
  commandTarget,
  deletionTarget,
  deniedCommands,
  HarmfulRequest,
  pathTarget,
  readCommands,
  tellsBluetoothMac,
} from './novatek-commands.ts';

const passes = (method: string, target: string): boolean => {
  try {
    assertHarmless(method, target);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(HarmfulRequest);
    return false;
  }
};

/** Whether a camera that decodes as often as it can would find one of these in the request. */
function isDangerous(target: string): boolean {
  const [, query = ''] = /\?([^]*)$/.exec(target) ?? [];
  let text = query;
  for (let round = 0; round < 4; round += 1) {
    const ids = [...text.matchAll(/cmd=0*(\d+)/gi)].map((match) => Number(match[1]));
    if (/del=/i.test(text) || ids.some((id) => deniedCommands.has(id))) return true;
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  }
  return false;
}

const knownDeletion = '/?custom=1&cmd=4003&str=A%3A%5CDCIM%5CMovie%5C2026_0628_133416_0001F.MP4';

describe('the gate', () => {
  test('read-only commands, files and folders pass', () => {
    for (const command of Object.values(readCommands))
      expect(passes('GET', commandTarget(command))).toBe(true);
    for (const target of [
      '/',
      '/?custom=1&cmd=3015&par=12',
      '/DCIM/Movie',
      '/DCIM/Movie/',
      '/DCIM/Movie/RO/2025_1224_120324_000002PF.MP4',
      '/DCIM/a%20b/%E9%A7%90.MP4',
      '/DCIM/x%3Fcustom%3D1%26cmd%3D3010',
    ]) {
      expect(passes('GET', target)).toBe(true);
      expect(passes('HEAD', target)).toBe(true);
    }
  });

  test('no read-only command is a denied one', () => {
    for (const command of Object.values(readCommands)) expect(deniedCommands.has(command)).toBe(false);
  });

  test('the Bluetooth MAC is a question on some models only', () => {
    for (const model of ['A149', 'A229', 'A229P', 'A229 Plus', 'A329', 'A329TC', 'a329s', 'S330', 'S340'])
      expect(tellsBluetoothMac(model), model).toBe(true);
    for (const model of [null, '', 'A119', 'A119M Pro', 'A1490', 'A139', 'S3400', 'XA329'])
      expect(tellsBluetoothMac(model), String(model)).toBe(false);
  });

  test.each([...deniedCommands])('command %d never passes', (id) => {
    for (const target of [
      `/?custom=1&cmd=${id}`,
      `/?custom=1&cmd=0${id}`,
      `/?custom=1&cmd=${id}&par=1`,
      `/?cmd=${id}`,
      `/?par=1&custom=1&cmd=${id}`,
      `/?custom=1&cmd=3012&cmd=${id}`,
      `/?custom=1&%63md=${id}`,
      `/?custom=1&cmd=%3${String(id)[0]}${String(id).slice(1)}`,
      `/?custom=1&cmd=3012%26cmd=${id}`,
      `/DCIM/Movie/X.MP4?custom=1&cmd=${id}`,
      `//?custom=1&cmd=${id}`,
      `http://192.168.1.254/?custom=1&cmd=${id}`,
      `/?custom=1&cmd=${id}&str=A%3A%5CDCIM`,
      `/?custom=1&cmd=${id} HTTP/1.1\r\n\r\n`,
    ]) {
      expect(passes('GET', target), target).toBe(false);
    }
  });

  test.each([
    ['an unknown setting asked bare', '/?custom=1&cmd=8250'],
    ['a write to recording', '/?custom=1&cmd=2001&par=0'],
    ['a parameter to a command that takes none', '/?custom=1&cmd=3016&par=1'],
    ['the remove link', '/DCIM/Movie/X.MP4?del=1'],
    ['the remove link with a capital', '/DCIM/Movie/X.MP4?DEL=1'],
    ['any other query', '/DCIM?sort=1'],
    ['a fragment', '/DCIM#x'],
    ['a climb', '/DCIM/../etc'],
    ['an encoded climb', '/DCIM/%2E%2E/etc'],
    ['an encoded slash', '/DCIM%2Fx'],
    ['an encoded line end', '/DCIM%0D%0A'],
    ['a raw line end', '/DCIM\r\nX: y'],
    ['no slash at the start', 'DCIM'],
    ['text that is not UTF-8', '/%FF'],
  ])('%s never passes', (_name, target) => {
    expect(passes('GET', target)).toBe(false);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'get', ''])('method %j never passes', (method) => {
    expect(passes(method, '/DCIM')).toBe(false);
    expect(passes(method, '/?custom=1&cmd=3012')).toBe(false);
  });

  test.each([
    [knownDeletion, true],
    ['/?custom=1&cmd=4003&str=/DCIM/Movie/X.MP4', true],
    ['/?custom=1&cmd=4003&str=B%3A%5CCARDV%5CEMR%5CX.TS', true],
    ['/?custom=1&cmd=4003', false],
    ['/?custom=1&cmd=4003&str=', false],
    ['/?custom=1&cmd=4003&str=A%3A%5C', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CDCIM', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CDCIM%5CMovie', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CDCIM%5C*.MP4', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CDCIM%5C..%5CX.MP4', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CConfig%5CX.MP4', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CX.MP4', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CDCIM%5CX.txt', false],
    ['/?custom=1&cmd=4003&str=/DCIM/X.MP4&cmd=4004', false],
    ['/?custom=1&cmd=4003&str=/DCIM/X.MP4%26cmd%3D4004', false],
    ['/?custom=1&cmd=4003&str=A%3A%5CDCIM%5CX.MP4%5CA%3A%5CDCIM%5CY.MP4', false],
    ['/?custom=1&cmd=4003&str=/DCIM%5CX.MP4', false],
    ['/?custom=1&cmd=4003&str=//DCIM/X.MP4', false],
    ['/?custom=1&cmd=4004&str=A%3A%5CDCIM%5CX.MP4', false],
  ])('of deletions only that of one recording passes: %s', (target, expected) => {
    expect(passes('GET', target)).toBe(expected);
    expect(passes('HEAD', target)).toBe(false);
  });
});

describe('targets', () => {
  test('a deletion is built in both forms', () => {
    const remotePath = '/DCIM/Movie/2026_0628_133416_0001F.MP4';
    expect(deletionTarget({ remotePath, volume: 'A', form: 'native' })).toBe(knownDeletion);
    expect(deletionTarget({ remotePath, volume: 'B', form: 'url' })).toBe(
      `/?custom=1&cmd=4003&str=${remotePath}`,
    );
    expect(deletionTarget({ remotePath, volume: '', form: 'native' })).toBeNull();
    expect(
      deletionTarget({ remotePath: `/DCIM/${'a'.repeat(200)}.MP4`, volume: 'A', form: 'native' }),
    ).toBeNull();
  });

  test('what stands in a name stays in the path', () => {
    expect(pathTarget('/DCIM/Movie/x?custom=1&cmd=3010')).toBe('/DCIM/Movie/x%3Fcustom%3D1%26cmd%3D3010');
    expect(pathTarget("/a b/(c)'!*#%.MP4")).toBe('/a%20b/%28c%29%27%21%2A%23%25.MP4');
  });

  const segment = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'?&=%/\\.#custom=1&cmd=3010del%3F%26'), maxLength: 40 }),
    fc.constantFrom(
      '..',
      '.',
      '?del=1',
      '?custom=1&cmd=3010',
      '%3Fcustom=1&cmd=4004',
      'X.MP4?custom=1&cmd=3011',
    ),
  );
  const anyPath = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`);

  test('no path of any kind becomes a dangerous request', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        let target: string;
        try {
          target = pathTarget(path);
        } catch (error) {
          expect(error).toBeInstanceOf(HarmfulRequest);
          return;
        }
        expect(target).not.toMatch(/[?#\s]/);
        expect(target).not.toMatch(/\/\.\.?(\/|$)/);
        expect(passes('GET', target)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('no path of any kind becomes a deletion of anything but one recording', () => {
    const volumes = fc.oneof(fc.constantFrom('A', 'B', ''), fc.string({ maxLength: 3 }));
    const forms = fc.constantFrom('native' as const, 'url' as const);
    const paths = fc.oneof(
      anyPath,
      segment.map((name) => `/DCIM/Movie/${name}.MP4`),
    );
    fc.assert(
      fc.property(paths, volumes, forms, (remotePath, volume, form) => {
        const target = deletionTarget({ remotePath, volume, form });
        if (target === null) return;
        expect(passes('GET', target)).toBe(true);
        expect(decodeURIComponent(target)).toMatch(
          /^\/\?custom=1&cmd=4003&str=(?:[A-Z]:\\|\/)(?:DCIM|CARDV|Novatek)(?:[\\/][\w][\w. -]*)+\.(?:MP4|MOV|TS|JPG)$/i,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('no text of any kind passes the gate with a denied command in its query', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '?',
        '&',
        '=',
        '%26',
        '%3F',
        'custom=1',
        'cmd=',
        'CMD=',
        'del=1',
        'par=1',
        'str=',
        '/DCIM',
      ),
      fc.constantFrom('3010', '4003', '4004', '3012', '03010', '%33010', 'A%3A%5CDCIM%5CX.MP4', '\r\n'),
      fc.string({ maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`);
    fc.assert(
      fc.property(text, (target) => {
        const isTheDeletion = target.startsWith('/?custom=1&cmd=4003&str=');
        if (isDangerous(target) && !isTheDeletion) expect(passes('GET', target)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
