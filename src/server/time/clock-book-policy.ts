import type { GpsClock } from '../../shared/clock.ts';
import { verdictOf, voteOf, type FixClock, type Vote, type Zones } from './gps-clock-policy.ts';

/** The clips of one firmware. */
export interface Era {
  firmware: string | null;
  /** UTC ms: what was recorded before belongs to the era before. */
  since: number;
  clock: GpsClock;
  /** What the last clips said, in the order of their names. */
  fixes: FixClock[];
}

/** A stretch of a camera's captures that is to be placed anew. */
export interface ClockJob {
  /** Captures named from this to that, as local times, both included; null is open. */
  from: string | null;
  to: string | null;
  /** What was only assumed is assumed anew. */
  afresh: boolean;
  /** Everything from this capture on is done: the last recordings come first. */
  downTo: { localStart: string; id: number } | null;
}

/** What is remembered of a camera's clock, and what is still to be done about it; kept as JSON in its row. */
export interface ClockBook {
  eras: Era[];
  jobs: ClockJob[];
}

const maxEras = 5;
const maxFixes = 32;
const maxJobs = 20;
const everything: Omit<ClockJob, 'downTo'> = { from: null, to: null, afresh: false };
/** Clips of one drive say the same. */
const apartMs = 10 * 60_000;
/** What a clip is like half a season away says nothing of a camera that somebody may have set since. */
const learnedForMs = 60 * 24 * 60 * 60_000;

export interface CameraFacts {
  firmware: string | null;
  zone: string | null;
}

/** The era in which a clip of this name was recorded, as nearly as its name tells. */
export function eraAt(book: ClockBook, wallMs: number): Era | undefined {
  return book.eras.findLast((era) => era.since <= wallMs) ?? book.eras[0];
}

export const votesOf = (era: Era | undefined, zone: string | null, zones: Zones): Vote[] =>
  (era?.fixes ?? []).map((fix) => voteOf(fix, zone, zones));

/** With another firmware the clock may be another: what came before keeps what was found out of it. */
function withFirmware(book: ClockBook, firmware: string | null, now: number): ClockBook {
  const last = book.eras.at(-1);
  const era = { firmware, since: now, clock: 'unknown' as const, fixes: [] };
  if (!last) return { ...book, eras: [{ ...era, since: 0 }] };
  if (firmware === null || firmware === last.firmware) return book;
  if (last.firmware === null) return { ...book, eras: [...book.eras.slice(0, -1), { ...last, firmware }] };
  return { ...book, eras: [...book.eras, era].slice(-maxEras) };
}

/**
 * Takes down what clips say. Those that are older than all that is remembered, or that say what their neighbours have
 * said, change nothing. `isFound`: a clock is taken for something else than before.
 */
export function noteFixes(
  book: ClockBook,
  fixes: readonly FixClock[],
  { camera, zones, now }: { camera: CameraFacts; zones: Zones; now: number },
): { book: ClockBook; isFound: boolean } {
  const next = withFirmware(book, camera.firmware, now);
  const eras = next.eras.map((era) => {
    const own = fixes.filter((fix) => eraAt(next, fix.wallMs) === era);
    const noted = own.reduce(
      (list, fix) => noteFix(list, fix, (one) => voteOf(one, camera.zone, zones)),
      era.fixes,
    );
    if (noted === era.fixes) return era;
    const votes = noted.map((fix) => voteOf(fix, camera.zone, zones));
    return { ...era, fixes: noted, clock: verdictOf(votes, era.clock) };
  });
  if (eras.every((era, index) => era === book.eras[index])) return { book, isFound: false };
  const isFound = eras.some((era, index) => era.clock !== next.eras[index]?.clock);
  return { book: { ...next, eras }, isFound };
}

function noteFix(list: Era['fixes'], fix: FixClock, vote: (fix: FixClock) => Vote): Era['fixes'] {
  const said = vote(fix);
  const isSaid = list.some((other) => {
    const isClose = Math.abs(other.wallMs - fix.wallMs) < apartMs;
    // Within minutes, clips say the same; but the first ones are needed to tell anything at all.
    const isEnough = isClose && list.length >= 8;
    const votes = vote(other);
    return (
      other.wallMs === fix.wallMs || (isEnough && votes.for === said.for && votes.isProof === said.isProof)
    );
  });
  if (isSaid) return list;
  const { wallMs, offsetMs, jumpMs, zone } = fix;
  const noted = [...list, { wallMs, offsetMs, jumpMs, zone }]
    .toSorted((a, b) => a.wallMs - b.wallMs)
    .slice(-maxFixes);
  return noted.every((one, index) => one === list[index]) && noted.length === list.length ? list : noted;
}

/** Forgets what was found out of the clock, and hears the clips that are remembered once more. */
export function hearAgain(book: ClockBook, zone: string | null, zones: Zones): ClockBook {
  const eras = book.eras.map((era) => ({ ...era, clock: verdictOf(votesOf(era, zone, zones), 'unknown') }));
  return { ...book, eras };
}

/** Adds work, unless it is to be done anyway. */
export function withJob(book: ClockBook, job: Omit<ClockJob, 'downTo'> = everything): ClockBook {
  const same = (other: ClockJob) =>
    other.from === job.from && other.to === job.to && (other.afresh || !job.afresh);
  // What is under way begins anew: captures that it has done may be other by now.
  const jobs = [
    ...book.jobs.filter((other) => !(same(other) || isWithin(other, job))),
    { ...job, downTo: null },
  ];
  return { ...book, jobs: jobs.length > maxJobs ? [{ ...everything, afresh: true, downTo: null }] : jobs };
}

const isWithin = (inner: ClockJob, outer: Omit<ClockJob, 'downTo'>): boolean =>
  outer.from === null && outer.to === null && (outer.afresh || !inner.afresh);

/** How the clock of the camera is taken: as somebody said, else as its clips do. */
export const gpsClockOf = (book: ClockBook, said: GpsClock | null, wallMs: number): GpsClock =>
  said ?? eraAt(book, wallMs)?.clock ?? 'unknown';

/** The fix whose name is closest to another's, if it is close enough to learn from. */
export function fixNear(book: ClockBook, wallMs: number): FixClock | null {
  let best: FixClock | null = null;
  for (const fix of book.eras.flatMap((era) => era.fixes)) {
    const isCloser = !best || Math.abs(fix.wallMs - wallMs) < Math.abs(best.wallMs - wallMs);
    if (isCloser && Math.abs(fix.wallMs - wallMs) <= learnedForMs) best = fix;
  }
  return best;
}

/** The last thing a clip said. */
export const lastFix = (book: ClockBook): FixClock | null =>
  book.eras.at(-1)?.fixes.at(-1) ?? book.eras.at(-2)?.fixes.at(-1) ?? null;
