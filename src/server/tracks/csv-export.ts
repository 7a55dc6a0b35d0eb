import { courseText, decimalText, degreesText, utcText } from './gpx-text.ts';
import { zonedText } from './track-export-time.ts';
import type { ExportFix, ExportPart } from './track-export-parts.ts';

const columns = [
  'time_utc',
  'time_local',
  'zone',
  'latitude',
  'longitude',
  'speed_kmh',
  'course_degrees',
  'camera',
  'clip',
  'track',
  'stretch',
] as const;

/** A table (RFC 4180) with a line for each position; a new number of stretch wherever nothing is known in between. */
export async function* csvExport(parts: AsyncIterable<ExportPart>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  let stretch = 0;
  for await (const { fixes } of parts) {
    stretch++;
    yield fixes.map((fix) => lineOf(fix, stretch)).join('');
  }
}

function lineOf(fix: ExportFix, stretch: number): string {
  const { clip, track, speedMps, courseDegrees } = fix;
  const cells = [
    utcText(fix.at),
    zonedText(fix.at, clip.zone),
    clip.zone,
    degreesText(fix.latitude),
    degreesText(fix.longitude),
    speedMps === null ? '' : decimalText(speedMps * 3.6, 2),
    courseDegrees === null ? '' : courseText(courseDegrees),
    textCell(clip.camera),
    textCell(clip.clipName),
    textCell(track.name),
    String(stretch),
  ];
  return `${cells.join(',')}\r\n`;
}

/** What a spreadsheet would take for a formula, in broad letters too, is marked as text. */
function textCell(text: string): string {
  const safe = /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
