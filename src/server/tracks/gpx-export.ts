import { escapeXml } from './gpx-text.ts';
import { gpxHead, gpxPoint } from './gpx-sidecar.ts';
import type { ExportPart } from './track-export-parts.ts';

/** A GPX 1.1 document: a track for each journey, a segment for each continuous stretch. */
export async function* gpxExport(title: string, parts: AsyncIterable<ExportPart>): AsyncGenerator<string> {
  yield `${gpxHead}<metadata><name>${escapeXml(title)}</name></metadata>\n`;
  let open: string | null = null;
  for await (const { track, fixes } of parts) {
    if (open !== track.key) {
      if (open !== null) yield '</trk>\n';
      yield `<trk><name>${escapeXml(track.name)}</name><src>${escapeXml(track.camera)}</src>\n`;
      open = track.key;
    }
    yield `<trkseg>\n${fixes.map(gpxPoint).join('')}</trkseg>\n`;
  }
  yield `${open === null ? '' : '</trk>\n'}</gpx>\n`;
}
