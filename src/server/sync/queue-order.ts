import type { ClipState, StateReason } from '../../shared/clips.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ClipRepository, WantedEntry } from '../archive/clip-repository.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { orderQueue, type Orderable, type OrderedClip } from './plan.ts';
import type { PartRepository } from './part-repository.ts';
import { MinHeap } from './queue-order-heap.ts';
import type { RunChoice } from './run-choice.ts';

/** One wanted clip in its place. */
export interface QueuePlace extends OrderedClip {
  state: ClipState;
  stateReason: StateReason | null;
  nextAttemptAt: number | null;
}

export interface QueueOrderDeps {
  db: Database;
  clips: ClipRepository;
  parts: PartRepository;
  cameraId: number;
  settings(): Pick<Settings, 'downloadOrder' | 'frontFirst'>;
  clock: Clock;
  /** Null or left out: all that is wanted, in the order of the settings. */
  choice?: RunChoice | null;
}

/** How a clip came back into the queue. */
export interface Settled {
  state: ClipState;
  stateReason: StateReason | null;
  nextAttemptAt: number | null;
  /** Left out: as it was. */
  rank?: number | null;
}

export interface QueueCounts {
  /** Waiting or in transfer, with their bytes as the camera lists them. */
  waiting: number;
  waitingBytes: number;
  held: number;
  failed: number;
}

/** Places by what can be done with them; each in the order of fetching. */
export interface QueueSections {
  /** Waiting or in transfer. */
  waiting: QueuePlace[];
  held: QueuePlace[];
  failed: QueuePlace[];
}

interface Entry {
  place: QueuePlace;
  facts: Orderable;
  bytes: number;
  position: number;
  isGone: boolean;
}

/** What decides whether a clip finds room. */
export interface Sized {
  id: number;
  startedAt: number;
  /** As the camera lists it; 0 when it does not tell. */
  bytes: number;
}

/** The sorted queue; the heaps may hold entries that no longer belong there, which are passed over when met. */
interface Line {
  entries: Entry[];
  /** By position: what may be fetched as far as is known. */
  ready: MinHeap<Entry>;
  /** By time: what waits for its next attempt. */
  delayed: MinHeap<Entry>;
}

/**
 * The order of one camera's downloads, worked out once for each change of the ledger and not for each clip: taking the
 * next one, and one that comes back, cost the logarithm of what waits.
 */
export class QueueOrder {
  readonly cameraId: number;
  private readonly deps: QueueOrderDeps;
  private entries: Map<number, Entry> | null = null;
  private line: Line | null = null;
  private cachedSections: QueueSections | null = null;
  private riskBefore: ReadonlyMap<string, number> = new Map();
  private tally = { ...nothing, recording: 0 };
  /** Counts the changes, so that rows read meanwhile are not kept. */
  private changes = 0;

  constructor(deps: QueueOrderDeps) {
    this.deps = deps;
    this.cameraId = deps.cameraId;
  }

  /** The ledger or the settings have changed: everything is read and sorted anew when it is next asked for. */
  invalidate(): void {
    this.changes++;
    this.entries = null;
    this.resort();
  }

  /** By storage: clips that began before this instant will soon be overwritten; '' is a storage of no known name. */
  setRisk(riskBefore: ReadonlyMap<string, number>): void {
    const isSame =
      riskBefore.size === this.riskBefore.size &&
      [...riskBefore].every(([volume, at]) => this.riskBefore.get(volume) === at);
    if (isSame) return;
    this.riskBefore = new Map(riskBefore);
    this.resort();
  }

  /** What is waiting or under way in the order of fetching, then what is held, then what failed. */
  async places(): Promise<QueuePlace[]> {
    const { waiting, held, failed } = await this.sections();
    return [...waiting, ...held, ...failed];
  }

  /** The same in its parts. Costs one pass over the queue after a change, nothing otherwise; not to be altered. */
  async sections(): Promise<QueueSections> {
    const { entries } = await this.sorted();
    return (this.cachedSections ??= sectionsOf(entries));
  }

  /** The first clip whose time has come; the first that `passes` costs a look at all before it. */
  async next(now: number, passes: (clip: Sized) => boolean = () => true): Promise<number | undefined> {
    const line = await this.sorted();
    const first = firstReady(line, now);
    const isGood = first === undefined || passes(sizedOf(first));
    const found = isGood
      ? first
      : line.entries.find((one) => isWaiting(one) && isDue(dueOf(one), now) && passes(sizedOf(one)));
    return found?.place.id;
  }

  /** When the first clip that waits for its time may be tried again; null when none does. */
  async nextDue(): Promise<number | null> {
    const line = await this.sorted();
    const ready = firstReady(line, this.deps.clock.now());
    return ready ? (ready.place.nextAttemptAt ?? 0) : firstDue(line);
  }

  async counts(): Promise<QueueCounts> {
    await this.loaded();
    return this.lastCounts();
  }

  /** As they were when the queue was last read, with every change told since. */
  lastCounts(): QueueCounts {
    const { waiting, waitingBytes, held, failed } = this.tally;
    return { waiting, waitingBytes, held, failed };
  }

  /** Whether a clip is held for it may still be written. */
  async holdsRecording(): Promise<boolean> {
    await this.loaded();
    return this.tally.recording > 0;
  }

  /** A clip is on its way, or was found not to be waiting any more: the order of the others is as it was. */
  begin(id: number, isUnderWay: boolean): void {
    if (!isUnderWay) return this.drop(id);
    this.settle(id, { state: 'transferring', stateReason: null, nextAttemptAt: null });
  }

  /** A clip left the queue: the order of the others is as it was. */
  drop(id: number): void {
    this.changes++;
    const entry = this.entries?.get(id);
    if (!entry) return;
    entry.isGone = true;
    this.entries?.delete(id);
    this.count(entry, -1);
    this.cachedSections = null;
  }

  /** A clip came back (failed, waits again, is held): it keeps its place unless its rank has changed. */
  settle(id: number, settled: Settled): void {
    const { rank, ...standing } = settled;
    if (!isWanted(standing.state)) return this.drop(id);
    this.changes++;
    if (this.entries === null) return;
    const entry = this.entries.get(id);
    if (!entry) return this.invalidate();
    this.count(entry, -1);
    entry.place = { ...entry.place, ...standing };
    this.count(entry, 1);
    this.cachedSections = null;
    if (rank !== undefined && rank !== entry.facts.rank) {
      entry.facts = { ...entry.facts, rank };
      this.resort();
    } else if (standing.state === 'waiting') {
      this.line?.ready.push(entry.position, entry);
    }
  }

  private resort(): void {
    this.line = null;
    this.cachedSections = null;
  }

  private count(entry: Entry, by: 1 | -1): void {
    const { tally } = this;
    switch (entry.place.state) {
      case 'held':
        tally.held += by;
        if (entry.place.stateReason === 'recording') tally.recording += by;
        break;
      case 'failed':
        tally.failed += by;
        break;
      default:
        tally.waiting += by;
        tally.waitingBytes += by * entry.bytes;
    }
  }

  private async loaded(): Promise<Map<number, Entry>> {
    const { db, clips, parts, cameraId } = this.deps;
    while (this.entries === null) {
      const { changes } = this;
      const rows = await clips.wanted(db, cameraId);
      const begun = await parts.begun(db);
      if (changes === this.changes && this.entries === null) this.load(rows, begun);
    }
    return this.entries;
  }

  private load(rows: readonly WantedEntry[], begun: ReadonlySet<number>): void {
    const { choice } = this.deps;
    const entries = rows
      .map((row) => entryOf(row, begun.has(row.id)))
      .filter(({ facts }) => !choice || choice.passes(facts));
    this.entries = new Map(entries.map((entry) => [entry.facts.id, entry]));
    this.tally = { ...nothing, recording: 0 };
    for (const entry of this.entries.values()) this.count(entry, 1);
  }

  private async sorted(): Promise<Line> {
    const entries = await this.loaded();
    return (this.line ??= this.lineUp(entries));
  }

  private lineUp(entries: ReadonlyMap<number, Entry>): Line {
    const { downloadOrder, frontFirst } = this.deps.settings();
    const line: Line = { entries: [], ready: new MinHeap(), delayed: new MinHeap() };
    const order = orderQueue(
      [...entries.values()].map((entry) => entry.facts),
      { classes: downloadOrder, frontFirst, riskBefore: this.riskBefore, now: this.deps.clock.now() },
    );
    const { choice } = this.deps;
    const factsOf = ({ id }: OrderedClip) => entries.get(id)?.facts;
    if (choice?.compare) {
      const { compare } = choice;
      order.sort((a, b) => {
        const [one, other] = [factsOf(a), factsOf(b)];
        return one && other ? compare(one, other) : 0;
      });
    }
    for (const { id, reason } of order) {
      const entry = entries.get(id);
      if (!entry) continue;
      entry.position = line.entries.length;
      if (entry.place.reason !== reason) entry.place = { ...entry.place, reason };
      line.entries.push(entry);
      if (entry.place.state === 'waiting') line.ready.push(entry.position, entry);
    }
    return line;
  }
}

const nothing: QueueCounts = { waiting: 0, waitingBytes: 0, held: 0, failed: 0 };

const isWanted = (state: ClipState) =>
  state === 'waiting' || state === 'transferring' || state === 'held' || state === 'failed';

const isWaiting = (entry: Entry) => !entry.isGone && entry.place.state === 'waiting';
const sizedOf = ({ facts, bytes }: Entry): Sized => ({ id: facts.id, startedAt: facts.startedAt, bytes });
const dueOf = (entry: Entry) => entry.place.nextAttemptAt ?? 0;
/** No wait is as long: a clock that was ahead has set it. */
const longestWaitMs = 60 * 60_000;
const isDue = (at: number, now: number) => at <= now || at > now + longestWaitMs;

function firstReady({ ready, delayed }: Line, now: number): Entry | undefined {
  for (let due = delayed.peek(); due !== undefined && isDue(due.key, now); due = delayed.peek()) {
    delayed.pop();
    ready.push(due.item.position, due.item);
  }
  for (let first = ready.peek(); first !== undefined; first = ready.peek()) {
    const entry = first.item;
    if (isWaiting(entry) && isDue(dueOf(entry), now)) return entry;
    ready.pop();
    if (isWaiting(entry)) delayed.push(dueOf(entry), entry);
  }
  return undefined;
}

/** When the first of those that are not ready is due. */
function firstDue({ delayed }: Line): number | null {
  for (let first = delayed.peek(); first !== undefined; first = delayed.peek()) {
    if (isWaiting(first.item) && dueOf(first.item) === first.key) return first.key;
    delayed.pop();
  }
  return null;
}

function sectionsOf(entries: readonly Entry[]): QueueSections {
  const sections: QueueSections = { waiting: [], held: [], failed: [] };
  for (const { place, isGone } of entries) {
    if (isGone) continue;
    if (place.state === 'held') sections.held.push(place);
    else if (place.state === 'failed') sections.failed.push(place);
    else sections.waiting.push(place);
  }
  return sections;
}

function entryOf(row: WantedEntry, begun: boolean): Entry {
  return {
    place: {
      id: row.id,
      reason: 'earlier',
      state: row.state,
      stateReason: row.state_reason,
      nextAttemptAt: row.next_attempt_at,
    },
    facts: { ...orderableOf(row), begun },
    bytes: row.remote_size_bytes ?? 0,
    position: 0,
    isGone: false,
  };
}

/** A row as the plan of the order wants it. */
export function orderableOf(
  row: Pick<
    WantedEntry,
    | 'id'
    | 'capture_id'
    | 'kind'
    | 'channel'
    | 'container'
    | 'locked'
    | 'rank'
    | 'started_at'
    | 'remote_volume'
  >,
): Orderable {
  return {
    id: row.id,
    captureId: row.capture_id,
    kind: row.kind,
    channel: row.channel,
    container: row.container,
    locked: row.locked === 1,
    rank: row.rank,
    startedAt: row.started_at,
    volume: row.remote_volume,
  };
}
