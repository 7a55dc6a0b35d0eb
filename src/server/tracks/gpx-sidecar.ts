import { boundsOf } from '../../shared/geo.ts';
import { ownCreator, type GpxStamp } from './gpx-reader.ts';
import { courseText, decimalText, degreesText, escapeXml, utcText } from './gpx-text.ts';
import type { Fix } from './track-types.ts';

/** Where a clip's GPX file lies: beside it, by its whole name. */
export const gpxPlace = (clipPath: string): string => `${clipPath}.gpx`;

/** The schemas of what is written: GPX 1.1, and Garmin's extension for speed and course. */
const schemas =
  'http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd ' +
  'http://www.garmin.com/xmlschemas/TrackPointExtension/v2 http://www.garmin.com/xmlschemas/TrackPointExtensionv2.xsd';

/** The head of a GPX 1.1 document up to its first element. */
export const gpxHead = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="${ownCreator}" xmlns="http://www.topografix.com/GPX/1/1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"
  xmlns:viofosync="urn:viofosync:track"
  xsi:schemaLocation="${schemas}">
`;

/** One position; times are UTC, speed in metres a second. */
export function gpxPoint(fix: Fix): string {
  const { speedMps, courseDegrees } = fix;
  const speed = speedMps === null ? '' : `<gpxtpx:speed>${decimalText(speedMps, 3)}</gpxtpx:speed>`;
  const course = courseDegrees === null ? '' : `<gpxtpx:course>${courseText(courseDegrees)}</gpxtpx:course>`;
  const more =
    speed === '' && course === ''
      ? ''
      : `<extensions><gpxtpx:TrackPointExtension>${speed}${course}</gpxtpx:TrackPointExtension></extensions>`;
  const { latitude, longitude, at } = fix;
  return `<trkpt lat="${degreesText(latitude)}" lon="${degreesText(longitude)}"><time>${utcText(at)}</time>${more}</trkpt>\n`;
}

/** The whole GPX file of one clip. `fixes`: at least one, sound ones only. */
export function gpxSidecar(clip: { fileName: string; stamp: GpxStamp }, fixes: readonly Fix[]): string {
  const name = escapeXml(clip.fileName);
  const { startedAt, clockMs, version } = clip.stamp;
  const box = boundsOf(fixes);
  // Across the antimeridian there is no such box.
  const bounds =
    box && box.west <= box.east
      ? `<bounds minlat="${degreesText(box.south)}" minlon="${degreesText(box.west)}" maxlat="${degreesText(box.north)}" maxlon="${degreesText(box.east)}"/>\n`
      : '';
  return `${gpxHead}<metadata>
<name>${name}</name>
<time>${utcText(startedAt)}</time>
${bounds}<extensions><viofosync:clip start="${utcText(startedAt)}" clock="${clockMs}" parser="${version}"/></extensions>
</metadata>
<trk>
<name>${name}</name>
<trkseg>
${fixes.map(gpxPoint).join('')}</trkseg>
</trk>
</gpx>
`;
}
