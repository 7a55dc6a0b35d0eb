/** What is told of a day in its row of the list. Pure. */
import { isNarrow, keepsCapture, keepsClip, type ArchiveFilter } from '../../shared/archive-filter.ts';
import { channels, type Channel, type ClipKind, type ClipState, type Container } from '../../shared/clips.ts';
import { journeysTold, picturesOfDay, picturesOfJourney, type DayBar } from '../../shared/find.ts';

/** A clip with what is known of its capture. */
export interface ShortClip {
  id: number;
  captureId: number;
  cameraId: number;
  journeyId: number | null;
  stopId: number | null;
  /** Of the capture, UTC milliseconds. */
  startedAt: number;
  zoneOffsetMinutes: number;
  kind: ClipKind;
  channel: Channel;
  container: Container;
  state: ClipState;
  kept: boolean;
  tags?: string[];
  durationMs: number | null;
}

/** Recordings at a place of the user's. */
export interface ShortScope {
  stopIds: ReadonlySet<number>;
  journeyIds: ReadonlySet<number>;
}

export interface ShortPlan {
  /** Local wall clock as milliseconds of UTC. */
  firstWallMs: number;
  lastWallMs: number;
  bars: DayBar[];
  kinds: Record<ClipKind, number>;
  /** Ids of clips to show, by journey. */
  ofJourneys: ReadonlyMap<number, number[]>;
  others: { captures: number; clipIds: number[] };
  found: { captures: number; clipIds: number[] } | null;
}

interface ShortCapture {
  first: ShortClip;
  clips: ShortClip[];
}

/** What is told of a day by the clips of its captures, in any order; null when nothing passes. `journeyIds`: those that began on it, in order. */
export function planShort(
  day: string,
  clips: readonly ShortClip[],
  {
    filter,
    scope,
    journeyIds,
  }: { filter: ArchiveFilter; scope: ShortScope | null; journeyIds: readonly number[] },
): ShortPlan | null {
  const captures = passing(clips, filter, scope);
  const [first, last] = [captures[0], captures.at(-1)];
  if (!first || !last) return null;
  const isOther = ({ journeyId }: ShortClip) => journeyId === null || !journeyIds.includes(journeyId);
  const others = captures.filter((capture) => isOther(capture.first));
  const told = isNarrow(filter) ? [] : journeyIds.slice(0, journeysTold);
  const ofJourney = (id: number) => captures.filter(({ first: { journeyId } }) => journeyId === id);
  return {
    firstWallMs: wallOf(first.first),
    lastWallMs: wallOf(last.first),
    bars: barsOf(captures, Date.parse(`${day}T00:00:00Z`)),
    kinds: kindsOf(captures),
    ofJourneys: new Map(told.map((id) => [id, pictured(ofJourney(id), picturesOfJourney)])),
    others: isNarrow(filter) ? { captures: 0, clipIds: [] } : someOf(others, picturesOfJourney),
    found: isNarrow(filter) ? someOf(captures, picturesOfDay) : null,
  };
}

const wallOf = ({ startedAt, zoneOffsetMinutes }: ShortClip) => startedAt + zoneOffsetMinutes * 60_000;

function passing(
  clips: readonly ShortClip[],
  filter: ArchiveFilter,
  scope: ShortScope | null,
): ShortCapture[] {
  const captures = new Map<number, ShortCapture>();
  for (const clip of clips) {
    if (!keepsCapture(filter, clip) || !keepsClip(filter, clip) || !isWhere(clip, filter, scope)) continue;
    const capture = captures.get(clip.captureId);
    if (capture) capture.clips.push(clip);
    else captures.set(clip.captureId, { first: clip, clips: [clip] });
  }
  return [...captures.values()].toSorted(
    (a, b) => a.first.startedAt - b.first.startedAt || a.first.captureId - b.first.captureId,
  );
}

function isWhere(
  { journeyId, stopId }: ShortClip,
  { position }: ArchiveFilter,
  scope: ShortScope | null,
): boolean {
  const isPlaced = journeyId !== null || stopId !== null;
  if (position !== null && isPlaced !== (position === 'known')) return false;
  if (!scope) return true;
  return scope.journeyIds.has(journeyId ?? -1) || scope.stopIds.has(stopId ?? -1);
}

function kindsOf(captures: readonly ShortCapture[]): Record<ClipKind, number> {
  const kinds = { normal: 0, parking: 0, event: 0, unclassified: 0 };
  for (const { first } of captures) kinds[first.kind] += 1;
  return kinds;
}

const someOf = (captures: readonly ShortCapture[], most: number) => ({
  captures: captures.length,
  clipIds: pictured(captures, most),
});

/** Clips that can be shown, of captures evenly spread over all. */
function pictured(captures: readonly ShortCapture[], most: number): number[] {
  const clips = captures.flatMap((capture) => clipToShow(capture) ?? []);
  return spread(clips, most).map(({ id }) => id);
}

/** Of those in the archive the first channel in the common order. */
function clipToShow({ clips }: ShortCapture): ShortClip | undefined {
  return clips
    .filter(({ state }) => state === 'archived')
    .toSorted((a, b) => channels.indexOf(a.channel) - channels.indexOf(b.channel) || a.id - b.id)[0];
}

/** At most `most` of some things, evenly spread, with the first and the last. */
export function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]).filter(
    (each) => each !== undefined,
  );
}

const guessedMs = 60_000;
const dayMinutes = 24 * 60;
/** Pauses that nobody would see. */
const seamMinutes = 1.5;

/** When something was recorded, as few stretches as show it. */
function barsOf(captures: readonly ShortCapture[], midnight: number): DayBar[] {
  const bars: DayBar[] = [];
  for (const capture of captures) {
    const look = lookOf(capture);
    if (look === null) continue;
    const fromMinute = within((wallOf(capture.first) - midnight) / 60_000);
    const lengthMs = Math.max(0, ...capture.clips.map(({ durationMs }) => durationMs ?? 0)) || guessedMs;
    const toMinute = within(fromMinute + lengthMs / 60_000);
    const last = bars.at(-1);
    if (last && last.look === look && fromMinute - last.toMinute <= seamMinutes)
      last.toMinute = Math.max(last.toMinute, toMinute);
    else bars.push({ fromMinute, toMinute, look });
  }
  return bars;
}

const within = (minute: number) => Math.round(Math.min(dayMinutes, Math.max(0, minute)) * 10) / 10;

/** Its kind when something of it is here, else that it is missing; what was deleted here is not drawn. */
function lookOf({ first, clips }: ShortCapture): DayBar['look'] | null {
  const has = (...states: ClipState[]) => clips.some(({ state }) => states.includes(state));
  if (has('archived')) return first.kind;
  if (clips.every(({ state }) => state === 'expired' || state === 'deleted')) return null;
  return has('lost', 'missing', 'failed') ? 'lost' : 'wanted';
}
