import type { Channel, ClipKind, Container } from '../../shared/clips.ts';
import type { OrderClass, OrderReason } from '../../shared/queue.ts';

/** What decides a clip's place in the order of downloads. */
export interface Orderable {
  id: number;
  captureId: number;
  kind: ClipKind;
  channel: Channel;
  container: Container;
  locked: boolean;
  /** Below 0: the user put it first; above 0: last; null: by its class. */
  rank: number | null;
  startedAt: number;
  /** The camera's storage; empty when unknown. */
  volume: string;
  /** Some of its bytes may be here already. */
  begun?: boolean;
}

export interface OrderOptions {
  /** The classes that have a place, in the user's order. */
  classes: readonly OrderClass[];
  /** Of each drive, all clips of the front before those of the other channels. */
  frontFirst: boolean;
  /** By storage: clips that began before this instant will soon be overwritten. */
  riskBefore: ReadonlyMap<string, number>;
  now: number;
}

export interface OrderedClip {
  id: number;
  reason: OrderReason;
}

/** A pause this long between two recordings ends a drive. */
const driveGapMs = 15 * 60_000;
/** A clip dated further ahead tells of a wrong clock, not of the newest drive. */
const futureMs = 24 * 60 * 60_000;

const channelOrder: Record<Channel, number> = { front: 0, rear: 1, interior: 2, tele: 3, other: 4 };

const finishedFirst: ReadonlySet<OrderClass> = new Set([
  'overwrite',
  'newest',
  'earlier',
  'parking',
  'unclassified',
]);

/** A clip with all that it is compared by. */
interface Keyed {
  clip: Orderable;
  /** The latest start of its capture's clips. */
  start: number;
  journey: Journey;
  section: number;
  reason: OrderReason;
}

/** Recordings of one sort without a long pause between them. */
interface Journey {
  sort: number;
  latest: number;
}

/**
 * The order in which clips are fetched, with the reason of each: what the user asked for in the order asked, then class
 * by class, then what the user put last. Within a class the newest drive comes first, and of it the front before the
 * other channels; only what will soon be overwritten goes from the oldest on, for that is what goes first. What was
 * begun is finished before another is begun, unless that is locked or an event: visits that are each too short for one
 * clip would otherwise leave the beginnings of many.
 */
export function orderQueue(clips: readonly Orderable[], asked: OrderOptions): OrderedClip[] {
  const options = isRiskTelling(clips, asked) ? asked : { ...asked, riskBefore: noRisk };
  const keyed = findJourneys(clips);
  const newest = newestDrive(keyed, options.now);
  const places = new Map(options.classes.map((name, index) => [name, index]));
  const last = options.classes.length + 1;
  const firstOrdinary = options.classes.findIndex((name) => finishedFirst.has(name));
  for (const entry of keyed) {
    const { rank } = entry.clip;
    if (rank !== null && rank < 0) {
      [entry.reason, entry.section] = ['asked', -1];
    } else if (rank !== null && rank > 0) {
      [entry.reason, entry.section] = ['last', last];
    } else {
      const name = classOf(entry, { newest, places, options });
      const section = places.get(name) ?? last - 1;
      const isBegun = entry.clip.begun === true && finishedFirst.has(name);
      [entry.reason, entry.section] = isBegun
        ? ['begun', Math.min(section, firstOrdinary - 0.5)]
        : [name, section];
    }
  }
  keyed.sort(options.frontFirst ? compareWith(byFrontFirst) : compareWith(byCapture));
  return keyed.map(({ clip, reason }) => ({ id: clip.id, reason }));
}

const noRisk: ReadonlyMap<string, number> = new Map();

/**
 * When most of what waits is at risk, running after the oldest would bring what is overwritten next anyway, and not
 * what was recorded today.
 */
function isRiskTelling(clips: readonly Orderable[], options: OrderOptions): boolean {
  const atRisk = clips.filter((clip) => isAtRisk(clip, options)).length;
  return atRisk * 2 <= clips.filter((clip) => !isPhoto(clip)).length;
}

interface ClassContext {
  newest: Journey | undefined;
  places: ReadonlyMap<OrderClass, number>;
  options: OrderOptions;
}

/** Of the classes that a clip counts to, the one that stands first; `earlier` when none has a place. */
function classOf(entry: Keyed, context: ClassContext): OrderClass {
  const { places } = context;
  let [best, bestPlace]: [OrderClass, number] = ['earlier', Infinity];
  const consider = (name: OrderClass) => {
    const place = places.get(name) ?? Infinity;
    if (place < bestPlace) [best, bestPlace] = [name, place];
  };
  const { clip } = entry;
  if (clip.locked) consider('locked');
  if (clip.kind === 'event') consider('event');
  if (isAtRisk(clip, context.options)) consider('overwrite');
  if (isOfDrive(clip) && entry.journey === context.newest && !isAhead(entry, context.options.now))
    consider('newest');
  const base = baseClassOf(clip);
  // `earlier` is for what has no other place, wherever it stands itself.
  if (base !== null) consider(base);
  return best;
}

const isPhoto = (clip: Orderable) => clip.container === 'jpg';
const isOfDrive = (clip: Orderable) => clip.kind === 'normal' && !isPhoto(clip);
const isAhead = (entry: Keyed, now: number) => entry.clip.startedAt > now + futureMs;

function isAtRisk(clip: Orderable, { riskBefore }: OrderOptions): boolean {
  return !isPhoto(clip) && !clip.locked && clip.startedAt < (riskBefore.get(clip.volume) ?? -Infinity);
}

function baseClassOf(clip: Orderable): OrderClass | null {
  if (isPhoto(clip)) return 'photo';
  return clip.kind === 'parking' || clip.kind === 'unclassified' ? clip.kind : null;
}

/** A car that stands records too: what it records then neither lengthens a drive nor joins two. */
function sortOf(clip: Orderable): number {
  if (isPhoto(clip)) return 3;
  switch (clip.kind) {
    case 'normal':
    case 'event':
      return 0;
    case 'parking':
      return 1;
    case 'unclassified':
      return 2;
  }
}

function findJourneys(clips: readonly Orderable[]): Keyed[] {
  const captureStart = new Map<number, number>();
  for (const clip of clips) {
    const start = captureStart.get(clip.captureId);
    if (start === undefined || clip.startedAt > start) captureStart.set(clip.captureId, clip.startedAt);
  }
  const keyed = clips.map((clip): Keyed => {
    const start = captureStart.get(clip.captureId) ?? clip.startedAt;
    return { clip, start, journey: { sort: sortOf(clip), latest: start }, section: 0, reason: 'earlier' };
  });
  const current = new Map<number, { journey: Journey; earliest: number }>();
  for (const entry of keyed.toSorted((a, b) => b.start - a.start)) {
    const { journey, start } = entry;
    const before = current.get(journey.sort);
    const goesOn = before !== undefined && before.earliest - start <= driveGapMs;
    if (goesOn) entry.journey = before.journey;
    current.set(journey.sort, { journey: entry.journey, earliest: start });
  }
  return keyed;
}

function newestDrive(keyed: readonly Keyed[], now: number): Journey | undefined {
  let newest: Keyed | undefined;
  for (const entry of keyed) {
    if (!isOfDrive(entry.clip) || isAhead(entry, now)) continue;
    if (newest === undefined || entry.start > newest.start) newest = entry;
  }
  return newest?.journey;
}

type Compare = (a: Keyed, b: Keyed) => number;

const byChannel: Compare = (a, b) => channelOrder[a.clip.channel] - channelOrder[b.clip.channel];
const byFrontFirst: Compare = (a, b) => byChannel(a, b) || b.start - a.start;
const byCapture: Compare = (a, b) => b.start - a.start || byChannel(a, b);
const byJourney: Compare = (a, b) => b.journey.latest - a.journey.latest || a.journey.sort - b.journey.sort;
const byAge: Compare = (a, b) => a.start - b.start || byChannel(a, b);

function compareWith(withinJourney: Compare): Compare {
  return (a, b) => {
    const apart = a.section - b.section;
    if (apart !== 0) return apart;
    const within =
      a.reason === 'overwrite'
        ? byAge(a, b)
        : (a.clip.rank ?? 0) - (b.clip.rank ?? 0) || byJourney(a, b) || withinJourney(a, b);
    return within || a.clip.id - b.clip.id;
  };
}
