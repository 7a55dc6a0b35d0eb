import { expect, test } from 'vitest';
import { readGpx } from './gpx-reader.ts';
import { gpxSidecar } from './gpx-sidecar.ts';

const v2 = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.0"
	creator="Viofo GPS Extractor"
	xmlns="http://www.topografix.com/GPX/1/0">
	<name>a.MP4.gpx</name>
	<trk><name>a.MP4.gpx</name><trkseg>
		<trkpt lat="51.5" lon="-0.12"><time>2026-06-28T12:34:16Z</time><speed>13.2</speed><course>270.0</course></trkpt>
		<trkpt lat="51.6" lon="-0.13"><time>2026-06-28T12:34:17Z</time><speed>13.3</speed><course>271.0</course></trkpt>
	</trkseg></trk>
</gpx>
`;
const at = Date.UTC(2026, 5, 28, 12, 34, 16);

test('reads what the existing system wrote', () => {
  expect(readGpx(v2)).toEqual({
    writer: 'v2',
    isWhole: true,
    stamp: null,
    points: [
      { at, latitude: 51.5, longitude: -0.12, speedMps: 13.2, courseDegrees: 270 },
      { at: at + 1000, latitude: 51.6, longitude: -0.13, speedMps: 13.3, courseDegrees: 271 },
    ],
  });
});

test('reads what it writes itself, to the millisecond and a centimetre', () => {
  const fix = {
    at: at + 7,
    latitude: -51.1234567,
    longitude: 179.9999999,
    speedMps: null,
    courseDegrees: 0.5,
  };
  const stamp = { startedAt: at, clockMs: -3_600_000, version: 3 };
  expect(readGpx(gpxSidecar({ fileName: 'a.MP4', stamp }, [fix]))).toEqual({
    writer: 'ours',
    isWhole: true,
    stamp,
    points: [fix],
  });
});

test('a prefix, an offset from UTC and the extension of 1.1 are understood', () => {
  const text = `<g:gpx xmlns:g="x" creator="other"><g:trk><g:trkseg><g:trkpt lat="1" lon="2"><g:time> 2026-06-28T14:34:16+02:00 </g:time>
    <g:extensions><t:TrackPointExtension><t:speed>5</t:speed></t:TrackPointExtension></g:extensions></g:trkpt></g:trkseg></g:trk></g:gpx>`;
  expect(readGpx(text)).toMatchObject({
    writer: 'foreign',
    isWhole: true,
    points: [{ at, speedMps: 5, courseDegrees: null }],
  });
});

test.each([
  ['no time', '<trkpt lat="1" lon="2"></trkpt>'],
  ['a latitude beyond the pole', '<trkpt lat="91" lon="2"><time>2026-06-28T12:34:16Z</time></trkpt>'],
  ['a word for a number', '<trkpt lat="nan" lon="2"><time>2026-06-28T12:34:16Z</time></trkpt>'],
  ['a number too large', '<trkpt lat="1e999" lon="2"><time>2026-06-28T12:34:16Z</time></trkpt>'],
  ['a time that cannot be', '<trkpt lat="1" lon="2"><time>2026-13-28T12:34:16Z</time></trkpt>'],
])('a point with %s is left out', (_, point) => {
  expect(readGpx(`<gpx>${point}</gpx>`)).toMatchObject({ isWhole: true, points: [] });
});

test('cut off anywhere, it is not whole and has the points that are', () => {
  const end = v2.indexOf('</gpx>') + '</gpx>'.length;
  for (let length = 0; length < end; length++) {
    const { isWhole, points } = readGpx(v2.slice(0, length));
    expect(isWhole, `${length}`).toBe(false);
    expect(points.length, `${length}`).toBe(v2.slice(0, length).split('</trkpt>').length - 1);
  }
});

test('no bytes make it fail', () => {
  for (let seed = 0; seed < 500; seed++) {
    const bytes = Buffer.from(v2);
    for (let flip = 0; flip < 8; flip++) {
      const place = (seed * 7919 + flip * 104_729) % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ (1 << ((seed + flip) % 8));
    }
    for (const { latitude, longitude, at } of readGpx(bytes.toString('utf8')).points) {
      expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
      expect(Number.isFinite(at)).toBe(true);
    }
  }
  expect(readGpx('<a>'.repeat(100_000))).toMatchObject({ isWhole: false, points: [] });
});

test('entities of its own are not resolved', () => {
  const text = `<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><gpx creator="&b;"></gpx>`;
  expect(readGpx(text)).toMatchObject({ writer: 'foreign', points: [] });
});

test.each([
  ['nothing', ''],
  ['zeros alone, as after a power cut', '\0'.repeat(300)],
  [
    'the first bytes of one of the existing system',
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.0"\n\tcre',
  ],
  [
    'the first bytes of one of ours',
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="viof',
  ],
])("a file with %s is nobody else's and is to be made anew", (_, text) => {
  expect(readGpx(text)).toEqual({ writer: 'v2', isWhole: false, points: [], stamp: null });
});

test('a file that begins otherwise is left to who wrote it, however short', () => {
  for (const text of ['<gpx', 'G', '<?xml version="1.0"?><gpx creator="x">'])
    expect(readGpx(text).writer).toBe('foreign');
});
