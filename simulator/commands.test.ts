import { describe, expect, test } from 'vitest';
import { bytesSource, patternSource } from './pattern-source.ts';
import { ask, bodyOf, testDevice, textOf } from './test-support.ts';
import { localTime } from './times.ts';

const head = '<?xml version="1.0" encoding="UTF-8" ?>\n';
const status = (cmd: number, code: number) =>
  `${head}<Function>\n<Cmd>${cmd}</Cmd>\n<Status>${code}</Status>\n</Function>\n`;
const command = (rest: string) => `/?custom=1&cmd=${rest}`;
const startedLocal = localTime(2026, 3, 4, 10, 20, 30);
const source = patternSource(1000);

describe('answers are the literal templates of camera.md 1.2', () => {
  test('3016 is a plain result', async () => {
    expect(await textOf(testDevice(), command('3016'))).toBe(status(3016, 0));
  });

  test('3012 is a string result', async () => {
    const device = testDevice({ firmware: 'A119M Pro_V1.1.20260109' });
    expect(await textOf(device, command('3012'))).toBe(
      `${head}<Function>\n<Cmd>3012</Cmd>\n<Status>0</Status>\n<String>A119M Pro_V1.1.20260109</String>\n</Function>\n`,
    );
  });

  test('3017 is a number result: the free bytes', async () => {
    const device = testDevice({ capacityBytes: 10_000 });
    device.card.addClip({ startedLocal, source });
    expect(await textOf(device, command('3017'))).toBe(
      `${head}<Function>\n<Cmd>3017</Cmd>\n<Status>0</Status>\n<Value>9000</Value>\n</Function>\n`,
    );
  });

  test('3014 is a flat run of pairs, with text settings nested', async () => {
    const text = await textOf(testDevice(), command('3014'));
    expect(text.startsWith(`${head}<Function>\n<Cmd>2001</Cmd>\n<Status>0</Status>\n<Cmd>1002</Cmd>\n`)).toBe(
      true,
    );
    expect(text).toContain(
      '<Function>\n<Cmd>2005</Cmd>\n<Status>0</Status>\n<String>6,6,6</String>\n</Function>\n',
    );
  });

  test('2019 and 3029 are bare lists', async () => {
    expect(await textOf(testDevice(), command('2019'))).toContain(
      '<LIST>\n<MovieLiveViewLink>rtsp://192.168.1.254/xxx.mov</MovieLiveViewLink>\n',
    );
    expect(await textOf(testDevice({ passphrase: 'pw' }), command('3029'))).toContain(
      '<PASSPHRASE>pw</PASSPHRASE>',
    );
  });

  test('an unknown command is answered -256 with HTTP status 200', async () => {
    const reply = ask(testDevice(), command('7777'));
    expect([reply.status, (await bodyOf(reply)).toString()]).toEqual([200, status(7777, -256)]);
  });

  test('the order of parameters matters: cmd before custom is no command at all', async () => {
    expect(await textOf(testDevice(), '/?cmd=3012&custom=1')).toBe(status(0, -256));
    const device = testDevice();
    await textOf(device, '/?custom=1&cmd=2003&str=x&par=3');
    expect(device.settings.get(2003)).toBe(0);
  });
});

describe('the Bluetooth MAC', () => {
  test('is listed by 3002 and told by 9346 where the model has one, and each unit has its own', async () => {
    const [one, two] = [testDevice(), testDevice()];
    expect(await textOf(one, command('3002'))).toContain('<Cmd>9346</Cmd>');
    expect(one.bluetoothMac).toMatch(/^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/);
    expect(await textOf(one, command('9346'))).toContain(`<String>${one.bluetoothMac}</String>`);
    expect(two.bluetoothMac).not.toBe(one.bluetoothMac);
  });

  test.each([
    ['another model', { firmware: 'VIOFO_A119MINI2_V1.1_240801' }],
    ['a camera told to have none', { bluetoothMac: null }],
  ])('%s does not know the command', async (_name, options) => {
    const device = testDevice(options);
    expect(await textOf(device, command('3002'))).not.toContain('9346');
    expect(await textOf(device, command('9346'))).toBe(status(9346, -256));
  });

  test('can be given', async () => {
    const text = await textOf(testDevice({ bluetoothMac: 'AA:BB:CC:DD:EE:FF' }), command('9346'));
    expect(text).toContain('<String>AA:BB:CC:DD:EE:FF</String>');
  });
});

describe('recording', () => {
  test('2001 starts and stops it, and says -22 to the state it is in', async () => {
    const device = testDevice();
    const codes: string[] = [];
    for (const par of [1, 1, 0, 0]) codes.push(await textOf(device, command(`2001&par=${par}`)));
    expect(codes).toEqual([0, -22, 0, -22].map((code) => status(2001, code)));
  });

  test('shows in 3014, 3037 and 2016', async () => {
    const device = testDevice({ now: () => localTime(2026, 3, 4, 10, 20, 55) });
    device.card.recordCapture({ startedLocal, sources: { front: source } });
    expect(await textOf(device, command('3014'))).toContain('<Cmd>2001</Cmd>\n<Status>1</Status>');
    expect(await textOf(device, command('3037'))).toBe(status(3037, 1));
    expect(await textOf(device, command('2016'))).toContain('<Value>25</Value>');
  });

  test('is not told by 3014 of a firmware that leaves it out', async () => {
    const device = testDevice();
    device.card.recordCapture({ startedLocal, sources: { front: source } });
    device.faults.set({ tellsRecording: false });
    expect(await textOf(device, command('3014'))).not.toContain('<Cmd>2001</Cmd>');
  });

  test('stopping closes the open file at its whole size', async () => {
    const device = testDevice({ now: () => localTime(2026, 3, 4, 10, 20, 55) });
    const [entry] = device.card.recordCapture({ startedLocal, sources: { front: source } });
    await textOf(device, command('2001&par=0'));
    expect([entry!.recording, device.isRecording]).toEqual([null, false]);
    expect(entry!.endedLocal).toEqual(localTime(2026, 3, 4, 10, 20, 54));
  });

  test('playback mode stops it', async () => {
    const device = testDevice();
    device.switchRecording(true);
    await textOf(device, command('3001&par=2'));
    expect([device.isRecording, await textOf(device, command('3037'))]).toEqual([false, status(3037, 3)]);
  });
});

describe('settings', () => {
  test('a write is read back, at once or after some old reads', async () => {
    const device = testDevice();
    device.settings.readBackLag = 2;
    await textOf(device, command('2003&par=3'));
    const reads: boolean[] = [];
    for (let read = 0; read < 3; read += 1) {
      reads.push((await textOf(device, command('3014'))).includes('<Cmd>2003</Cmd>\n<Status>3</Status>'));
    }
    expect(reads).toEqual([false, false, true]);
  });

  test('a bare call of a setting writes 0 and is noted', async () => {
    const device = testDevice();
    await textOf(device, command('2011'));
    expect(device.settings.get(2011)).toBe(0);
    expect(device.violations).toEqual([{ reason: 'bare-setting', cmd: 2011, target: command('2011') }]);
  });

  test('3005 and 3006 set the wall clock', async () => {
    const device = testDevice({ now: () => localTime(2026, 3, 4, 10, 0, 0) });
    await textOf(device, command('3005&str=2026-05-06'));
    await textOf(device, command('3006&str=07:08:09'));
    expect(device.clock.local()).toEqual(localTime(2026, 5, 6, 7, 8, 9));
  });

  test('the zone option follows the zone of the clock', () => {
    expect(testDevice({ zoneOffsetMinutes: -300 }).settings.get(8212)).toBe(26);
  });
});

function device() {
  const device = testDevice();
  device.card.addClip({ startedLocal, source });
  return device;
}

async function deleteLocked(lockedDelete: 'deletes' | 'refuses') {
  const camera = testDevice({ lockedDelete });
  camera.card.addClip({ startedLocal, source, locked: true });
  const path = 'A%3A%5CDCIM%5CMovie%5CRO%5C2026_0304_102030_000001F.MP4';
  return textOf(camera, command(`4003&str=${path}`));
}

describe('4003 deletes by native path', () => {
  const path = 'A%3A%5CDCIM%5CMovie%5C2026_0304_102030_000001F.MP4';
  test('the file is gone and the answer 0', async () => {
    const camera = device();
    expect(await textOf(camera, command(`4003&str=${path}`))).toBe(status(4003, 0));
    expect(camera.card.entries).toEqual([]);
    expect(camera.deletions).toEqual([
      { path: '/DCIM/Movie/2026_0304_102030_000001F.MP4', by: '4003', status: 0 },
    ]);
  });

  test('a missing file is -1', async () => {
    expect(await textOf(device(), command('4003&str=A:\\DCIM\\Movie\\X.MP4'))).toBe(status(4003, -1));
  });

  test.each(['/DCIM/Movie/2026_0304_102030_000001F.MP4', 'C:\\DCIM\\X.MP4', ''])('%j is -5', async (str) => {
    const camera = device();
    expect(await textOf(camera, command(`4003&str=${encodeURIComponent(str)}`))).toBe(status(4003, -5));
    expect(camera.card.entries).toHaveLength(1);
  });

  test('what follows the last ampersand counts, so str must be last', async () => {
    const camera = device();
    expect(await textOf(camera, command(`4003&str=${path}&par=1`))).toBe(status(4003, -5));
    expect(camera.card.entries).toHaveLength(1);
  });

  test('a locked file is deleted all the same, or refused with -4', async () => {
    expect([await deleteLocked('deletes'), await deleteLocked('refuses')]).toEqual([
      status(4003, 0),
      status(4003, -4),
    ]);
  });

  const lies = [
    ['pretends', 0, 1],
    ['refuses', -6, 1],
    ['empty', null, 0],
  ] as const;
  test.each(lies)(
    'under the fault %s the answer is %s and %i files are left',
    async (deletion, said, left) => {
      const camera = device();
      camera.faults.set({ deletion });
      const answer = await textOf(camera, command(`4003&str=${path}`));
      expect(answer).toBe(said === null ? '' : status(4003, said));
      expect(camera.card.entries).toHaveLength(left);
      expect(camera.deletions).toHaveLength(1);
    },
  );

  test('under the fault no-answer the file is gone and nothing is said', () => {
    const camera = device();
    camera.faults.set({ deletion: 'no-answer' });
    expect(() => ask(camera, command(`4003&str=${path}`))).toThrow(/without an answer/);
    expect(camera.card.entries).toEqual([]);
  });

  test('the file being recorded is -6', async () => {
    const camera = testDevice();
    camera.card.recordCapture({ startedLocal, sources: { front: source } });
    expect(await textOf(camera, command(`4003&str=${path}`))).toBe(status(4003, -6));
  });
});

describe('what must never be sent', () => {
  test.each([3010, 3011, 3013, 4004, 5001, 3018, 9317])('%d is answered, noted and harmless', async (cmd) => {
    const device = testDevice();
    device.card.addClip({ startedLocal, source });
    expect(await textOf(device, command(`${cmd}&par=1`))).toBe(status(cmd, 0));
    expect(device.violations).toMatchObject([{ cmd, target: command(`${cmd}&par=1`) }]);
    expect(device.card.entries).toHaveLength(1);
  });

  test('a POST is noted', () => {
    const device = testDevice();
    ask(device, '/', { method: 'POST' });
    expect(device.violations).toEqual([{ reason: 'post', cmd: null, target: '/' }]);
  });

  test('ordinary commands are not noted', async () => {
    const device = testDevice();
    for (const cmd of ['3012', '3014', '3015', '3016', '3017', '3024', '2016', '3037', '2001&par=1']) {
      await textOf(device, command(cmd));
    }
    expect(device.violations).toEqual([]);
  });
});

describe('thumbnails', () => {
  const file = '/DCIM/Movie/2026_0304_102030_000001F.MP4';

  test('are a JPEG where the clip has one', async () => {
    const device = testDevice();
    device.card.addClip({ startedLocal, source, thumbnail: bytesSource(Buffer.from('ffd8ffd9', 'hex')) });
    const reply = ask(device, `${file}?custom=1&cmd=4001`);
    expect((await bodyOf(reply)).toString('hex')).toBe('ffd8ffd9');
    expect(reply.declaredBytes).toBe(4);
  });

  test('otherwise are an error in XML under the type of an image', async () => {
    const device = testDevice();
    device.card.addClip({ startedLocal, source });
    const reply = ask(device, `${file}?custom=1&cmd=4001`);
    expect(reply.headers).toContainEqual(['Content-Type', 'image/jpeg']);
    expect((await bodyOf(reply)).toString()).toBe(status(4001, -2));
    expect(await textOf(device, '/DCIM/Movie/X.MP4?custom=1&cmd=4001')).toBe(status(4001, -1));
  });

  test('4005 tells the length', async () => {
    const device = testDevice();
    device.card.addClip({ startedLocal, source });
    expect(await textOf(device, `${file}?custom=1&cmd=4005`)).toContain('Length:60 sec');
  });
});
