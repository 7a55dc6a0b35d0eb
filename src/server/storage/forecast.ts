import type { Channel, ClipKind } from '../../shared/clips.ts';
import { criticalPctOf, type Settings } from '../../shared/settings.ts';
import type { DiskForecast, UsageCell } from '../../shared/storage.ts';
import type { DayBytes } from './usage-repository.ts';

/** What decides which rule by age a clip falls under. */
export interface Scope {
  cameraId: number;
  kind: ClipKind;
  channel: Channel;
}

/** Which rule it is: `days` 0 is without a limit by age, and `isForEver` says that no rule at all deletes it. */
export interface Term {
  days: number;
  isForEver: boolean;
}

type ForecastSettings = Pick<
  Settings,
  | 'keepFreeGb'
  | 'diskCriticalPct'
  | 'retentionDiskPct'
  | 'quotaGib'
  | 'retentionDays'
  | 'retentionRules'
  | 'protectLocked'
  | 'retentionFloorDays'
  | 'retentionFloorGb'
>;

export interface ForecastInput {
  now: number;
  /** `2026-06-28`, where the recordings are. */
  today: string;
  /** The last days with recordings, at most four weeks of them, by camera, kind and channel. */
  daily: readonly DayBytes[];
  /** All of the archive. */
  cells: readonly Pick<UsageCell, 'cameraId' | 'kind' | 'channel' | 'bytes' | 'keptBytes' | 'lockedBytes'>[];
  trashBytes: number;
  /** What counts towards the quota. */
  quotaUsedBytes: number;
  /** Null when it is not known. */
  disk: { freeBytes: number; totalBytes: number } | null;
  settings: ForecastSettings;
  termOf: (scope: Scope) => Term;
}

const dayMs = 24 * 60 * 60_000;
/** Fewer days with recordings say nothing of what is usual. */
const fewestDays = 3;
/** As far as a date is told. */
const furthestDays = 36_500;
/** A rule's days are held when this little is wanting: a rate is never exact. */
const tolerance = 0.98;

/** Clips that one rule by age is for; bytes a day, and bytes in the archive that rules may delete. */
interface Stream {
  rate: number;
  bytes: number;
  days: number;
  isForEver: boolean;
}

/** When the disk is full, or what the rules make of it. */
export function forecastDisk(input: ForecastInput): DiskForecast {
  const streams = streamsOf(input);
  const rate = sum(streams, (stream) => stream.rate);
  const daysAsked = daysAskedOf(input.settings, streams);
  if (!isKnown(input) || rate <= 0) return { ...unknown, daysAsked };
  const room = roomOf(input);
  const held = heldDays(streams, Math.min(room.toStop, room.toRule));
  const facts = {
    bytesPerDay: Math.round(rate),
    daysHeld: held,
    daysAsked,
    tooShort: held !== null && daysAsked !== null && daysAsked > 0 && held < daysAsked * tolerance,
  };
  return { ...outlookOf(input, streams, room, held), ...facts };
}

const unknown: DiskForecast = {
  outlook: 'unknown',
  bytesPerDay: null,
  at: null,
  daysHeld: null,
  daysAsked: null,
  tooShort: false,
};

function isKnown({ daily, disk, settings }: ForecastInput): boolean {
  const days = new Set(daily.filter((entry) => entry.bytes > 0).map((entry) => entry.day));
  return days.size >= fewestDays && (disk !== null || settings.quotaGib > 0);
}

/** Bytes that the archive may still grow by before downloads stop, and before disk or quota delete the oldest. */
interface Room {
  toStop: number;
  toRule: number;
}

function roomOf({ disk, settings, trashBytes, quotaUsedBytes }: ForecastInput): Room {
  const { keepFreeGb, retentionDiskPct, quotaGib } = settings;
  const criticalPct = criticalPctOf(settings);
  const toStop: number[] = [];
  const toRule: number[] = [];
  if (disk) {
    const usable = (pct: number) => (disk.totalBytes * pct) / 100 - (disk.totalBytes - disk.freeBytes);
    // The trash goes before downloads have to stop, and before anything is deleted for the disk's sake.
    toStop.push(disk.freeBytes - keepFreeGb * 1e9 + trashBytes);
    if (criticalPct > 0) toStop.push(usable(criticalPct) + trashBytes);
    if (retentionDiskPct > 0) toRule.push(usable(retentionDiskPct) + trashBytes);
  }
  if (quotaGib > 0) toRule.push(quotaGib * 2 ** 30 - quotaUsedBytes + trashBytes);
  return { toStop: Math.min(...toStop), toRule: Math.min(...toRule) };
}

/** By what decides their age: each camera's kinds and channels, with what comes in of them. */
function streamsOf(input: ForecastInput): Stream[] {
  const streams = new Map<string, Stream & Scope>();
  const streamOf = ({ cameraId, kind, channel }: Scope) => {
    const key = `${cameraId} ${kind} ${channel}`;
    const known = streams.get(key);
    if (known) return known;
    const scope = { cameraId, kind, channel };
    const made = { ...scope, ...input.termOf(scope), rate: 0, bytes: 0 };
    streams.set(key, made);
    return made;
  };
  for (const cell of input.cells) {
    const locked = input.settings.protectLocked ? cell.lockedBytes : 0;
    const stream = streamOf(cell);
    if (!stream.isForEver) stream.bytes += cell.bytes - cell.keptBytes - locked;
  }
  const first = input.daily.reduce((day, entry) => (entry.day < day ? entry.day : day), input.today);
  const span = daysBetween(first, input.today) + 1;
  for (const entry of input.daily) {
    const stream = streamOf(entry);
    // What its rule has deleted by now did come in: only the days that the rule leaves are counted.
    const window = stream.days > 0 ? Math.min(span, stream.days) : span;
    if (daysBetween(entry.day, input.today) < window) stream.rate += entry.bytes / window;
  }
  return [...streams.values()];
}

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / dayMs;

/** The most days that a rule by age asks for, of what comes in; 0 when such rules only say "for ever". */
function daysAskedOf(
  { retentionDays, retentionRules }: ForecastSettings,
  streams: readonly Stream[],
): number | null {
  if (retentionDays === 0 && retentionRules.length === 0) return null;
  const coming = streams.filter((stream) => stream.rate > 0).map((stream) => stream.days);
  return Math.max(0, ...(coming.length > 0 ? coming : [retentionDays]));
}

/**
 * How many days of recordings fit: those whose rule is for fewer days than another's take their share and no more.
 * Null when nothing of what comes in is ever deleted.
 */
function heldDays(streams: readonly Stream[], room: number): number | null {
  const rolling = streams.filter((stream) => stream.rate > 0 && !stream.isForEver);
  if (rolling.length === 0 || room === Infinity) return null;
  const capacity = room + sum(streams, (stream) => stream.bytes);
  const limits = rolling.map((stream) => (stream.days === 0 ? Infinity : stream.days));
  const longest = Math.max(...limits);
  const held = solve(
    rolling.map((stream, index) => {
      const limit = limits[index] ?? Infinity;
      return { rate: stream.rate, until: limit < longest ? limit : Infinity };
    }),
    capacity,
  );
  return Math.max(0, held);
}

/** After how many days things that grow by `rate` a day until a day of their own have grown by `bytes` together. */
function solve(growths: readonly { rate: number; until: number }[], bytes: number): number {
  let [day, left] = [0, bytes];
  let growing = growths.filter((growth) => growth.until > 0).toSorted((a, b) => a.until - b.until);
  while (growing.length > 0) {
    const rate = sum(growing, (growth) => growth.rate);
    const until = growing[0]?.until ?? Infinity;
    if (left <= rate * (until - day)) return day + left / rate;
    left -= rate * (until - day);
    day = until;
    growing = growing.filter((growth) => growth.until > day);
  }
  return Infinity;
}

function outlookOf(
  input: ForecastInput,
  streams: readonly Stream[],
  room: Room,
  held: number | null,
): Pick<DiskForecast, 'outlook' | 'at'> {
  if (room.toStop <= 0) return { outlook: 'full', at: null };
  const canRoll = room.toRule <= room.toStop && !floorForbids(input, room, streams, held);
  const limit = canRoll ? room.toRule : room.toStop;
  // What is past its days goes with the next sweep.
  const overdue = sum(streams, (stream) => Math.max(0, stream.bytes - plateauOf(stream)));
  const growths = streams
    .filter((stream) => stream.rate > 0)
    .map((stream) => ({
      rate: stream.rate,
      until: Math.max(0, (plateauOf(stream) - stream.bytes) / stream.rate),
    }));
  const outlook = canRoll ? 'rolling' : 'full';
  if (limit + overdue <= 0) return { outlook, at: null };
  const days = solve(growths, limit + overdue);
  if (days === Infinity) return { outlook: 'plateau', at: null };
  return { outlook, at: Math.round(input.now + Math.min(days, furthestDays) * dayMs) };
}

/** Bytes at which as much goes by age as comes in. */
const plateauOf = ({ rate, days }: Stream): number => (days === 0 ? Infinity : rate * days);

/** Whether disk and quota may not delete down to their limit, for so many days or bytes are to stay whatever happens. */
function floorForbids(
  { settings, cells }: ForecastInput,
  room: Room,
  streams: readonly Stream[],
  held: number | null,
): boolean {
  const deletable = streams.some((stream) => stream.rate > 0 && !stream.isForEver);
  const atLimit = sum(cells, (cell) => cell.bytes) + room.toRule;
  return (
    !deletable ||
    (held !== null && held < settings.retentionFloorDays) ||
    atLimit < settings.retentionFloorGb * 1e9
  );
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
