/** Which recordings of a parked car are time-lapse: neither their names nor their files say so. Pure. */
import type { Capture } from '../../shared/clips.ts';

/** How many times slower than their clock they were recorded, by capture. */
export type Lapses = ReadonlyMap<number, number>;

/** Cameras take 1, 2, 3, 5, 6 or 10 pictures a second and play them at 30. */
const usual = [3, 5, 6, 10, 15, 30] as const;
const tolerance = 0.02;
const shortestMs = 2000;

/**
 * Time-lapse is silent, and the next recording begins when the last one has filled its time: one such interval is
 * chance, two in a row with the same factor are not. In the order of time, of one camera.
 */
export function lapsesOf(captures: readonly Capture[]): Lapses {
  const factors = captures.map((capture, index) => factorOf(capture, captures[index + 1]));
  const lapses = new Map<number, number>();
  for (const [index, capture] of captures.entries()) {
    const own = factors[index] ?? null;
    const [before, twoBefore, after] = [factors[index - 1], factors[index - 2], factors[index + 1]];
    const isRun = own !== null && (before === own || after === own);
    if (isRun) lapses.set(capture.id, own);
    else if (before && before === twoBefore && mayGoOn(capture, captures[index + 1], before))
      lapses.set(capture.id, before);
  }
  return lapses;
}

export function stretchOf({ id }: Pick<Capture, 'id'>, lapses: Lapses): number {
  return lapses.get(id) ?? 1;
}

function factorOf(capture: Capture, next: Capture | undefined): number | null {
  const length = silentLength(capture);
  if (length === null || !next) return null;
  const factor = (next.startedAt - capture.startedAt) / length;
  return usual.find((each) => Math.abs(factor / each - 1) <= tolerance) ?? null;
}

/** The last of a run: nothing comes before it would have ended. */
function mayGoOn(capture: Capture, next: Capture | undefined, factor: number): boolean {
  const length = silentLength(capture);
  if (length === null) return false;
  return !next || next.startedAt - capture.startedAt >= length * factor * (1 - tolerance);
}

/** Milliseconds of footage of a parked car without sound; null where it is none, or nobody has looked. */
function silentLength({ kind, clips }: Capture): number | null {
  const known = clips.filter(({ media }) => media !== undefined && media.codecs !== null);
  if (kind !== 'parking' || known.length === 0) return null;
  if (known.some(({ media }) => media?.audioCodec !== null)) return null;
  const length = Math.max(...known.map(({ durationMs }) => durationMs ?? 0));
  return length >= shortestMs ? length : null;
}
