import { longitudeStep } from '../../shared/geo.ts';
import { utcText } from './gpx-text.ts';
import type { ExportFix, ExportPart } from './track-export-parts.ts';

/** A place of a line with what was measured there. */
interface Vertex {
  longitude: number;
  latitude: number;
  at: number;
  speedMps: number | null;
}

/**
 * A GeoJSON feature collection (RFC 7946): a feature for each continuous stretch, cut where it crosses the antimeridian.
 * `coordinateProperties` has the times and speeds of its positions, in the same shape as the coordinates.
 */
export async function* geojsonExport(
  title: string,
  parts: AsyncIterable<ExportPart>,
): AsyncGenerator<string> {
  yield `{"type":"FeatureCollection","name":${JSON.stringify(title)},"features":[`;
  let between = '\n';
  for await (const part of parts) {
    yield between + JSON.stringify(featureOf(part));
    between = ',\n';
  }
  yield '\n]}\n';
}

function featureOf({ track, fixes }: ExportPart) {
  const lines = linesOf(fixes);
  const times = lines.map((line) => line.map(({ at }) => utcText(at)));
  const speeds = lines.map((line) => line.map(({ speedMps }) => speedMps));
  const isOne = lines.length === 1;
  return {
    type: 'Feature',
    geometry: geometryOf(lines),
    properties: {
      name: track.name,
      camera: track.camera,
      journeyId: track.journeyId,
      startedAt: utcText(fixes[0]?.at ?? 0),
      endedAt: utcText(fixes.at(-1)?.at ?? 0),
      coordinateProperties: { times: isOne ? times[0] : times, speedsMps: isOne ? speeds[0] : speeds },
    },
  };
}

function geometryOf(lines: readonly Vertex[][]) {
  const coordinates = lines.map((line) => line.map(placeOf));
  const [first] = coordinates;
  if (coordinates.length > 1 || !first) return { type: 'MultiLineString', coordinates };
  // A line has two positions at the least.
  return first.length === 1
    ? { type: 'Point', coordinates: first[0] }
    : { type: 'LineString', coordinates: first };
}

const placeOf = ({ longitude, latitude }: Vertex): [number, number] => [
  rounded(longitude),
  rounded(latitude),
];
const rounded = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

/** The line in pieces none of which crosses the antimeridian; both pieces have the point where it is crossed. */
function linesOf(fixes: readonly ExportFix[]): Vertex[][] {
  let line: Vertex[] = [];
  const lines = [line];
  let before: Vertex | undefined;
  for (const fix of fixes) {
    const crossing = before && Math.abs(fix.longitude - before.longitude) > 180 ? cross(before, fix) : null;
    if (crossing) {
      line.push(crossing.from);
      lines.push((line = [crossing.to]));
    }
    line.push(fix);
    before = fix;
  }
  return lines;
}

function cross(a: Vertex, b: Vertex): { from: Vertex; to: Vertex } {
  const edge = a.longitude > 0 ? 180 : -180;
  const step = longitudeStep(a.longitude, b.longitude);
  const share = step === 0 ? 0 : (edge - a.longitude) / step;
  const at = {
    latitude: a.latitude + (b.latitude - a.latitude) * share,
    at: Math.round(a.at + (b.at - a.at) * share),
    speedMps: a.speedMps,
  };
  return { from: { ...at, longitude: edge }, to: { ...at, longitude: -edge } };
}
