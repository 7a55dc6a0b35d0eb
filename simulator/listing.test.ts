import { describe, expect, test } from 'vitest';
import { hostileNames } from './bad-entries.ts';
import { pathOf } from './card.ts';
import type { DeviceOptions } from './device.ts';
import { roundedSize } from './listing-html.ts';
import { patternSource } from './pattern-source.ts';
import { ask, bodyOf, testDevice, textOf } from './test-support.ts';
import { localTime } from './times.ts';

const head = '<?xml version="1.0" encoding="UTF-8" ?>\n';
const list = '/?custom=1&cmd=3015';
const capture = { startedLocal: localTime(2025, 12, 24, 12, 3, 24), durationSeconds: 42 } as const;

function oneClip(options: DeviceOptions = {}) {
  const device = testDevice(options);
  device.card.addClip({ ...capture, source: patternSource(132_120_576), kind: 'parking', locked: true });
  return device;
}

const filesIn = (text: string) => text.match(/<NAME>/g)?.length ?? 0;

/** How many files bare 3015 and its par 1, 2 and 3 give, of 130. */
async function pages(paged: boolean) {
  const device = testDevice({ listing: { paged } });
  for (let n = 0; n < 130; n += 1) device.card.addClip({ ...capture, source: patternSource(1) });
  const texts = [list, `${list}&par=1`, `${list}&par=2`, `${list}&par=3`];
  return Promise.all(texts.map(async (target) => filesIn(await textOf(device, target))));
}

describe('3015', () => {
  test('is the literal answer of the real A229 Pro', async () => {
    expect(await textOf(oneClip(), list)).toBe(
      `${head}<LIST>
<ALLFile><File>
<NAME>2025_1224_120324_000001PF.MP4</NAME>
<FPATH>A:\\DCIM\\Movie\\RO\\2025_1224_120324_000001PF.MP4</FPATH>
<SIZE>132120576</SIZE>
<TIMECODE>1536712835</TIMECODE>
<TIME>2025/12/24 12:04:06</TIME>
<ATTR>33</ATTR></File>
</ALLFile>
</LIST>
`,
    );
  });

  test('has no length unless asked for', () => {
    expect(ask(oneClip(), list).declaredBytes).toBeNull();
    const reply = ask(oneClip({ listing: { contentLength: true } }), list);
    expect(reply.declaredBytes).toBe(reply.body.to);
  });

  test('can give start and stop instead of one time', async () => {
    expect(await textOf(oneClip({ listing: { time: 'start-stop' } }), list)).toContain(
      '<TIME_START>2025/12/24 12:03:24</TIME_START>\n<TIME_STOP>2025/12/24 12:04:06</TIME_STOP>\n<ATTR>',
    );
  });

  test('can give the day first', async () => {
    const text = await textOf(oneClip({ listing: { time: 'day-first' } }), list);
    expect(text).toContain('<TIMECODE>1536712835</TIMECODE>\n<TIME>24/12/2025 12:04:06</TIME>');
  });

  test('can wrap names in CDATA with a newline before', async () => {
    const text = await textOf(oneClip({ listing: { cdata: true } }), list);
    expect(text).toContain('<NAME><![CDATA[\n2025_1224_120324_000001PF.MP4]]></NAME>');
    expect(text).toContain('<Dir>');
  });

  test('can put all files into one ALLFile', async () => {
    const device = testDevice({ listing: { wrap: 'all' } });
    device.card.addCapture({ ...capture, sources: { front: patternSource(1), rear: patternSource(2) } });
    const text = await textOf(device, list);
    expect([text.match(/<ALLFile>/g)?.length, filesIn(text)]).toEqual([1, 2]);
  });

  test('gives everything, whatever par says, or pages of sixty', async () => {
    expect(await pages(false)).toEqual([130, 130, 130, 130]);
    expect(await pages(true)).toEqual([60, 60, 10, 0]);
  });

  test('9328 counts and gives any part', async () => {
    const device = testDevice();
    for (let n = 0; n < 30; n += 1) device.card.addClip({ ...capture, source: patternSource(1) });
    expect(await textOf(device, '/?custom=1&cmd=9328&str=querry')).toContain('<Value>30</Value>');
    const part = await textOf(device, '/?custom=1&cmd=9328&str=list&start=25&end=34');
    expect([filesIn(part), part.includes('_000026F')]).toEqual([5, true]);
  });

  test('does not escape names', async () => {
    const device = testDevice();
    device.card.addClip({ ...capture, source: patternSource(1), name: 'A & B.MP4' });
    expect(await textOf(device, list)).toContain('<NAME>A & B.MP4</NAME>');
  });

  test('can answer -3 while recording', async () => {
    const device = oneClip({ busyWhileRecording: true });
    device.switchRecording(true);
    expect(await textOf(device, list)).toContain('<Status>-3</Status>');
  });

  test('of an SSD names drive B', async () => {
    expect(await textOf(oneClip({ ssd: 'listed' }), list)).toContain('<FPATH>B:\\DCIM\\Movie\\RO\\');
  });

  test('with the SSD bug lists the microSD until playback storage is switched', async () => {
    const device = oneClip({ ssd: 'lists-sd' });
    const old = device.microSd.addClip({ ...capture, source: patternSource(1) });
    expect(await textOf(device, list)).toContain('A:\\DCIM\\Movie\\2025');
    expect(ask(device, pathOf(old)).status).toBe(404);
    expect(await textOf(device, '/DCIM/Movie/RO')).toContain('000001PF.MP4');
    await textOf(device, '/?custom=1&cmd=3001&par=2');
    await textOf(device, '/?custom=1&cmd=9327&par=1');
    expect(await textOf(device, list)).toContain('B:\\DCIM\\Movie\\RO');
  });
});

describe('the HTML listing', () => {
  test('is the literal table of camera.md 1.6, Remove links included', async () => {
    const device = testDevice({ nameLayout: 'sdk', extension: 'TS' });
    device.card.addClip({
      startedLocal: localTime(2026, 7, 9, 11, 27, 50),
      durationSeconds: 58,
      source: patternSource(139_544_494),
    });
    expect(await textOf(device, '/DCIM/Movie')).toBe(`<html><body>
<table cellpadding=5>
<th>Filename<th>Filesize<th>Filetime
<tr><td><a href="/DCIM/Movie/20260709112750_000001A.TS"><b>20260709112750_000001A.TS</b></a><td align=right>133.08 MB<td align=right>2026/07/09 11:28:48
<tr><td><a href="/DCIM/Movie/20260709112750_000001A.TS?del=1">Remove</a>
</table>
</body></html>
`);
  });

  test('rounds sizes to two decimals in units of 1024', () => {
    expect([512, 2048, 132_120_576, 5 * 1024 ** 3].map(roundedSize)).toEqual([
      '512 bytes',
      '2.00 KB',
      '126.00 MB',
      '5.00 GB',
    ]);
  });

  test('answers with and without a slash at the end, in any case', async () => {
    const device = oneClip();
    const texts = await Promise.all(
      ['/DCIM/Movie/RO', '/DCIM/Movie/RO/', '/dcim/movie/ro'].map((path) => textOf(device, path)),
    );
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
  });

  test('shows folders as rows without a size', async () => {
    expect(await textOf(oneClip(), '/DCIM/Movie')).toContain(
      '<tr><td><a href="/DCIM/Movie/RO"><b>RO</b></a><td align=center><i>folder</i><td align=right>2025/12/24 12:03:24\n',
    );
  });

  test('of the root has DCIM, stray files and two upload forms', async () => {
    const text = await textOf(testDevice({ rootFiles: { 'format.txt': 'x' } }), '/');
    expect(text).toContain('<a href="/DCIM"><b>DCIM</b></a>');
    expect(text).toContain('<a href="/format.txt">');
    expect(text.match(/<form /g)).toHaveLength(2);
    expect(text).toContain('name="fileupload2"');
  });

  test('of a missing folder is 404', () => {
    expect(ask(testDevice(), '/DCIM/Movie/Parking').status).toBe(404);
  });

  test('a Remove link deletes at once, also what is locked', () => {
    const device = oneClip();
    const path = pathOf(device.card.entries[0]!);
    expect(ask(device, `${path}?del=1`).status).toBe(200);
    expect(device.card.entries).toEqual([]);
    expect(device.violations).toEqual([{ reason: 'delete-link', cmd: null, target: `${path}?del=1` }]);
    expect(device.deletions).toEqual([{ path, by: 'del-link', status: 0 }]);
  });
});

describe.each([
  ['3015', list],
  ['the HTML listing', '/DCIM/Movie/RO'],
])('%s can be spoilt', (_, target) => {
  const spoilt = async (
    listing: 'empty' | 'partial' | 'garbage' | 'html-error' | 'empty-body' | 'not-found',
  ) => {
    const device = oneClip();
    device.faults.set({ listing });
    const reply = ask(device, target);
    return { reply, text: (await bodyOf(reply)).toString('utf8') };
  };

  test('empty with status 200', async () => {
    const { reply, text } = await spoilt('empty');
    expect([reply.status, text.includes('2025_')]).toEqual([200, false]);
  });

  test('cut off midway', async () => {
    const { reply } = await spoilt('partial');
    expect(reply.end).toEqual({ how: 'close', atBytes: Math.floor(reply.body.to * 0.6) });
  });

  test('into garbage, an error page, nothing or 404', async () => {
    expect((await spoilt('garbage')).text).not.toContain('<');
    expect((await spoilt('html-error')).text).toContain('Internal error');
    expect((await spoilt('empty-body')).text).toBe('');
    expect((await spoilt('not-found')).reply.status).toBe(404);
  });

  test('with hostile entries beside the good one', async () => {
    const device = oneClip();
    device.faults.set({ badEntries: true });
    const text = await textOf(device, target);
    expect(text).toContain('2025_1224_120324_000001PF.MP4');
    for (const name of hostileNames) expect(text).toContain(name);
  });
});

test('hostile entries have sizes that are none, and fields are missing', async () => {
  const device = testDevice();
  device.faults.set({ badEntries: true });
  const text = await textOf(device, list);
  expect(text).toContain('<SIZE>abc</SIZE>');
  expect(text).toContain('<SIZE>-5</SIZE>');
  expect(text).toContain('<File></File>');
});

test('listings can be slow, one folder more than another', () => {
  const device = oneClip();
  device.faults.set({ latencyMs: 5, listingDelayMs: { '/DCIM/Movie': 800, '3015': 2000 } });
  const delays = ['/DCIM/Movie', '/DCIM/Movie/RO', list, '/?custom=1&cmd=3016'].map(
    (target) => ask(device, target).delayMs,
  );
  expect(delays).toEqual([805, 5, 2005, 5]);
  device.faults.set({ listingDelayMs: 100 });
  expect(ask(device, '/DCIM/Movie/RO').delayMs).toBe(105);
});

test('sizes can be listed wrong while files are served whole', () => {
  const device = oneClip();
  const entry = device.card.entries[0]!;
  device.faults.set({ listedBytesDelta: -500 });
  expect(device.listedBytes(entry)).toBe(entry.source.sizeBytes - 500);
  expect(device.lookAt(entry)).toBe(entry.source.sizeBytes);
  device.faults.set({ listedBytesDelta: -500, match: 'another clip' });
  expect(device.listedBytes(entry)).toBe(entry.source.sizeBytes);
});

test('the XML list can spell names in lower case where the folder pages do not', async () => {
  const device = testDevice({ listing: { names: 'lower-case' } });
  device.card.addClip({ startedLocal: localTime(2025, 12, 24, 12, 3, 24), source: patternSource(5) });
  const text = await textOf(device, list);
  expect(text).toContain('<FPATH>A:\\dcim\\movie\\2025_1224_120324_000001f.mp4</FPATH>');
  expect(text).toContain('<NAME>2025_1224_120324_000001f.mp4</NAME>');
  expect(await textOf(device, '/DCIM/Movie')).toContain('2025_1224_120324_000001F.MP4');
});

test('a camera with two storages can list both, and serves the file of the SSD where both have a path', async () => {
  const device = testDevice({ ssd: 'both' });
  const startedLocal = localTime(2025, 12, 24, 12, 3, 24);
  device.card.addClip({ startedLocal, source: patternSource(500) });
  device.microSd.addClip({ startedLocal, source: patternSource(700) });
  device.microSd.addClip({ startedLocal, kind: 'parking', source: patternSource(900) });
  const text = await textOf(device, list);
  expect(text.match(/<FPATH>[AB]:/g)).toEqual(['<FPATH>B:', '<FPATH>A:', '<FPATH>A:']);
  const page = await textOf(device, '/DCIM/Movie');
  expect(page.match(/<b>2025_1224_120324_000001F.MP4<\/b>/g)).toHaveLength(1);
  expect(page).toContain('Parking');
  const served = [
    '/DCIM/Movie/2025_1224_120324_000001F.MP4',
    '/DCIM/Movie/Parking/2025_1224_120324_000002PF.MP4',
  ];
  expect(served.map((path) => ask(device, path).declaredBytes)).toEqual([500, 900]);
});
