import type { CaptureRow } from '../db/schema.ts';

/** A pause this long between two starts ends a drive. */
export const driveGapMs = 15 * 60_000;

/** Without a journey: where the car was is not known, or not yet, and pauses alone tell drives apart. */
export type DriveCapture = Pick<CaptureRow, 'id' | 'camera_id' | 'started_at' | 'kind'> &
  Partial<Pick<CaptureRow, 'journey_id'>>;

export interface Span {
  from: number;
  to: number;
}

/** A car that stands records too: what it records then neither lengthens a drive nor joins two. */
export const isOfDrive = ({ kind }: Pick<DriveCapture, 'kind'>): boolean =>
  kind === 'normal' || kind === 'event';

/** Whether a capture is of a drive that its journey makes whole. */
export const isOfJourney = <T extends Pick<DriveCapture, 'kind' | 'journey_id'>>(
  capture: T,
): capture is T & { journey_id: number } =>
  isOfDrive(capture) && capture.journey_id !== undefined && capture.journey_id !== null;

/** Captures of one camera as drives, each in the order of time; one that is of no drive is by itself. */
export function splitDrives<T extends DriveCapture>(captures: readonly T[]): T[][] {
  const drives: T[][] = captures.filter((capture) => !isOfDrive(capture)).map((one) => [one]);
  let last: T | undefined;
  let drive: T[] = [];
  for (const capture of captures.filter(isOfDrive).toSorted(byStart)) {
    if (last === undefined || capture.started_at - last.started_at > driveGapMs) drives.push((drive = []));
    drive.push(capture);
    last = capture;
  }
  return drives;
}

const byStart = (a: DriveCapture, b: DriveCapture) => a.started_at - b.started_at || a.id - b.id;

/**
 * Where captures would have to lie to make these drives longer, and has not been looked; empty when all are whole.
 * `reachMs`: how far to look at once, at least a pause.
 */
export function unseenEdges(
  drives: readonly (readonly DriveCapture[])[],
  seen: readonly Span[],
  reachMs: number,
): Span[] {
  const edges = drives.flatMap((drive) => {
    const [first, last] = [drive[0], drive.at(-1)];
    if (first === undefined || last === undefined || !isOfDrive(first)) return [];
    const before = { from: first.started_at - driveGapMs, to: first.started_at };
    const after = { from: last.started_at, to: last.started_at + driveGapMs };
    return [
      ...(isSeen(before, seen) ? [] : [{ from: first.started_at - reachMs, to: first.started_at }]),
      ...(isSeen(after, seen) ? [] : [{ from: last.started_at, to: last.started_at + reachMs }]),
    ];
  });
  return mergeSpans(edges);
}

/** `seen`: merged, so that one of them has all of it or none does. */
function isSeen(span: Span, seen: readonly Span[]): boolean {
  let [low, high] = [0, seen.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((seen[middle]?.from ?? Infinity) <= span.from) low = middle;
    else high = middle - 1;
  }
  const candidate = seen[low];
  return candidate !== undefined && candidate.from <= span.from && span.to <= candidate.to;
}

/** The same stretches in order, those that touch or overlap as one. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}
