import { decimalText, degreesText, escapeXml, utcText } from './gpx-text.ts';
import type { ExportFix, ExportPart } from './track-export-parts.ts';

const head = `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document>
`;
const schema = `<Schema id="positions"><gx:SimpleArrayField name="speed" type="float"><displayName>Speed (m/s)</displayName></gx:SimpleArrayField></Schema>
`;

/** A KML 2.2 document with Google's tracks, which keep the times: a placemark for each journey. */
export async function* kmlExport(title: string, parts: AsyncIterable<ExportPart>): AsyncGenerator<string> {
  yield `${head}<name>${escapeXml(title)}</name>\n${schema}`;
  let open: string | null = null;
  for await (const { track, fixes } of parts) {
    if (open !== track.key) {
      if (open !== null) yield placemarkEnd;
      yield `<Placemark><name>${escapeXml(track.name)}</name><description>${escapeXml(track.camera)}</description>
<gx:MultiTrack><gx:interpolate>0</gx:interpolate>
`;
      open = track.key;
    }
    yield trackText(fixes);
  }
  yield `${open === null ? '' : placemarkEnd}</Document>\n</kml>\n`;
}

const placemarkEnd = '</gx:MultiTrack></Placemark>\n';

function trackText(fixes: readonly ExportFix[]): string {
  const whens = fixes.map(({ at }) => `<when>${utcText(at)}</when>\n`).join('');
  const coords = fixes
    .map(
      ({ longitude, latitude }) =>
        `<gx:coord>${degreesText(longitude)} ${degreesText(latitude)} 0</gx:coord>\n`,
    )
    .join('');
  const speeds = fixes
    .map(({ speedMps }) => `<gx:value>${speedMps === null ? '' : decimalText(speedMps, 3)}</gx:value>\n`)
    .join('');
  return `<gx:Track>
<altitudeMode>clampToGround</altitudeMode>
${whens}${coords}<ExtendedData><SchemaData schemaUrl="#positions"><gx:SimpleArrayData name="speed">
${speeds}</gx:SimpleArrayData></SchemaData></ExtendedData>
</gx:Track>
`;
}
