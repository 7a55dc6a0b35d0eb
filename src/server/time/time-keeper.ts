import { sql } from 'kysely';
import type { refreshDays } from '../archive/day-repository.ts';
import { factsOf } from '../archive/sidecar.ts';
import { among, updateRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { CameraRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import { fixedZone, wallOf, ZoneOffsets } from '../lib/zones.ts';
import { noteFixes, withJob, type ClockBook } from './clock-book-policy.ts';
import type { FixClock } from './gps-clock-policy.ts';
import { clocksOf, type ClockFacts } from './learned-zone-policy.ts';
import { addSpans, joined, noMoves, planMove, type Moves } from './move-plan.ts';
import { unseenBeside, witnessesOf } from './gap-reader.ts';
import { ownReading, placeCapture, type CameraClocks, type CaptureFacts } from './time-policy.ts';
import {
  capturesByIds,
  clipsOfCaptures,
  clockFactsOf,
  fixesBeyond,
  fixesNear,
  fixesOfCaptures,
  unseenNear,
  type CaptureFix,
  type PlacedCapture,
  type PlacedClip,
  type WallSpan,
} from './time-reader.ts';
import { nearMs, type Witness } from './witness-policy.ts';

export interface TimeKeeperDeps {
  clock: Clock;
  /** IANA, of this installation. */
  zone: string;
  refreshDays: typeof refreshDays;
  /** In the caller's transaction: journeys of this stretch of time are to be derived anew. */
  journeysDue: (trx: Db, cameraId: number, fromAt: number, toAt: number) => Promise<void>;
  /** A camera's captures are to be worked out anew; called within the transaction that says so. */
  onDue: () => void;
  /** Clips that are still to come have another instant; called within the transaction that says so. */
  onMoved?: () => void;
}

export interface PlaceOptions {
  /** What was only assumed is assumed anew. */
  afresh?: boolean;
  /** Their tracks are other than before: their journeys are due, also where nothing moves. */
  tracksChanged?: boolean;
  /** Captures near them without a fix are placed with them; not when all of the camera's are in turn anyway. */
  withNeighbours?: boolean;
}

export interface Placed {
  /** Captures or clips that are other than before. */
  changed: number;
  /** Local days of each camera on which something is other than before. */
  days: Map<number, Set<string>>;
  /** Cameras whose clock was found out, or is taken for another. */
  cameras: number[];
}

const idsAtOnce = 1000;
/** Neighbours that one call places with those it was asked for. */
const maxNeighbours = 1000;

/** Keeps the instants of captures: the only one that moves a clip in time. */
export class TimeKeeper {
  readonly zones = new ZoneOffsets();
  private readonly deps: TimeKeeperDeps;

  constructor(deps: TimeKeeperDeps) {
    this.deps = deps;
  }

  /**
   * Works out when these captures began and on which day, from tracks, the camera's clock, what was said of it, and
   * neighbours; moves them and everything that carries their instant, in the caller's transaction. What stays as it is
   * costs no write. Captures that are not there are left out.
   */
  async place(trx: Db, captureIds: readonly number[], options: PlaceOptions = {}): Promise<Placed> {
    const placed: Placed = { changed: 0, days: new Map(), cameras: [] };
    for (const ids of chunks([...new Set(captureIds)], idsAtOnce)) {
      const captures = await capturesByIds(trx, ids);
      for (const [cameraId, some] of byCamera(captures))
        await this.placeSome(trx, { cameraId, captures: some, options }, placed);
    }
    return placed;
  }

  /** These captures' tracks have changed: their instants, and the journeys there, are worked out anew. */
  async onTracks(trx: Db, captureIds: readonly number[]): Promise<void> {
    await this.place(trx, captureIds, { tracksChanged: true });
  }

  /** Everything that is known of a camera's clocks. */
  clocksOf(facts: ClockFacts): CameraClocks {
    return clocksOf(facts, { installationZone: this.deps.zone, zones: this.zones, fixedZone });
  }

  private async placeSome(
    trx: Db,
    work: { cameraId: number; captures: readonly PlacedCapture[]; options: PlaceOptions },
    placed: Placed,
  ): Promise<void> {
    const { cameraId, captures, options } = work;
    const camera = await trx.selectFrom('camera').selectAll().where('id', '=', cameraId).executeTakeFirst();
    if (!camera) return;
    const fixes = await fixesOfCaptures(trx, captures);
    const { facts, isFound } = await this.note(trx, camera, fixes);
    if (isFound) placed.cameras.push(cameraId);
    const clocks = this.clocksOf(facts);
    const { afresh = false, tracksChanged = false } = options;
    const noted = facts.book.eras.flatMap((era) => era.fixes);
    const common = { cameraId, clocks, hasFixes: noted.length > 0 };
    const moved = await this.move(trx, { ...common, captures, fixes, afresh, tracksChanged });
    tell(placed, moved);
    if (options.withNeighbours === false || fixes.length === 0 || moved.captures.length === 0) return;
    const neighbours = await this.neighboursOf(trx, { ...common, captures, moved, fixes, noted });
    if (neighbours.length === 0) return;
    const near = await capturesByIds(trx, neighbours);
    const others = { captures: near, fixes: [], afresh: false, tracksChanged: false };
    tell(placed, await this.move(trx, { ...common, ...others }));
  }

  /** Takes down what the fixes say of the camera's clock. */
  private async note(
    trx: Db,
    camera: CameraRow,
    fixes: readonly CaptureFix[],
  ): Promise<{ facts: ClockFacts; isFound: boolean }> {
    const facts = await clockFactsOf(trx, camera);
    if (fixes.length === 0) return { facts, isFound: false };
    const context = { camera, zones: this.zones, now: this.deps.clock.now() };
    const { book, isFound } = noteFixes(facts.book, fixes, context);
    if (book === facts.book) return { facts, isFound };
    const next = isFound && camera.gps_clock_set === null ? withJob(book) : book;
    await saveBook(trx, camera.id, next);
    if (isFound) this.deps.onDue();
    return { facts: { ...facts, book: next }, isFound };
  }

  private async move(
    trx: Db,
    work: {
      cameraId: number;
      captures: readonly PlacedCapture[];
      fixes: readonly CaptureFix[];
      clocks: CameraClocks;
      /** One of its tracks has ever shown a clock. */
      hasFixes: boolean;
      afresh: boolean;
      tracksChanged: boolean;
    },
  ): Promise<Moves> {
    const { captures, clocks } = work;
    const ids = captures.map((capture) => capture.id);
    const clips = await clipsOfCaptures(trx, ids);
    const now = this.deps.clock.now();
    const context = { camera: clocks, zones: this.zones, now, afresh: work.afresh };
    const facts = captures.map((capture) => factsOfCapture(capture, clips.get(capture.id) ?? [], work.fixes));
    const unclear = facts.filter((capture) => {
      const own = ownReading(capture, clocks, context);
      return own === null || own.others.length > 0;
    });
    const witnesses = await this.witnesses(trx, work, unclear);
    const moves = noMoves();
    for (const [index, capture] of captures.entries()) {
      const own = facts[index];
      const ofCapture = clips.get(capture.id) ?? [];
      if (!own || ofCapture.length === 0) continue;
      const placement = placeCapture(own, { ...context, witnesses });
      planMove(moves, capture, ofCapture, placement);
      if (work.tracksChanged) addSpans(moves, capture, ofCapture, placement.deltaMs);
    }
    await this.carryOut(trx, moves, clips);
    return moves;
  }

  /** What the neighbours of these captures show, and the next ones beyond those; stretches that are far apart are looked at one by one. */
  private async witnesses(
    trx: Db,
    { cameraId, clocks, hasFixes }: { cameraId: number; clocks: CameraClocks; hasFixes: boolean },
    captures: readonly CaptureFacts[],
  ): Promise<Witness[]> {
    const witnesses: Witness[] = [];
    const context = { clocks, zones: this.zones, now: this.deps.clock.now() };
    for (const span of spansOf(captures.map((capture) => capture.wallMs))) {
      witnesses.push(...witnessesOf(await fixesNear(trx, cameraId, span), context));
      if (hasFixes) witnesses.push(...witnessesOf(await fixesBeyond(trx, cameraId, span), context));
    }
    return witnesses;
  }

  /** Captures near those that moved that show no clock themselves, where theirs may be another now. */
  private async neighboursOf(
    trx: Db,
    work: {
      cameraId: number;
      captures: readonly PlacedCapture[];
      moved: Moves;
      fixes: readonly CaptureFix[];
      clocks: CameraClocks;
      noted: readonly FixClock[];
    },
  ): Promise<number[]> {
    const context = { clocks: work.clocks, zones: this.zones, now: this.deps.clock.now() };
    const shown = new Set(work.fixes.map((fix) => fix.captureId));
    const local = new Map(work.captures.map((capture) => [capture.id, wallOf(capture.local_start)]));
    const seen = work.moved.captures.filter(({ id }) => shown.has(id));
    const deltas = new Set(seen.map(({ id, started_at: at }) => at - (local.get(id) ?? 0)));
    const ids = new Set<number>();
    for (const span of spansOf(seen.map(({ id }) => local.get(id) ?? 0))) {
      for (const capture of await unseenNear(trx, work.cameraId, span)) {
        const isWeak = capture.time_confidence === 'assumed' || capture.time_confidence === 'doubtful';
        const deltaMs = capture.started_at - wallOf(capture.local_start);
        if (isWeak || deltas.size > 1 || !deltas.has(deltaMs)) ids.add(capture.id);
      }
      const within = work.fixes.filter(({ captureWallMs: at }) => at >= span.from && at <= span.to);
      const beside = { span, fixes: within, noted: work.noted };
      for (const id of await unseenBeside(trx, work.cameraId, beside, context)) ids.add(id);
    }
    return [...ids].slice(0, maxNeighbours);
  }

  private async carryOut(trx: Db, moves: Moves, clips: ReadonlyMap<number, PlacedClip[]>): Promise<void> {
    await moveEdits(trx, moves);
    await updateRows(trx, 'clip', ['started_at', 'zone_offset_min', 'time_source', 'local_day'], moves.clips);
    await updateRows(trx, 'capture', ['started_at', 'local_day', 'time_confidence'], moves.captures);
    await moveTracks(trx, moves.movedClips);
    await markSidecars(trx, moves, clips);
    if (moves.isWantedMoved) this.deps.onMoved?.();
    for (const [cameraId, days] of moves.recount) await this.deps.refreshDays(trx, cameraId, [...days]);
    for (const [cameraId, spans] of moves.spans)
      for (const { from, to } of joined(spans)) await this.deps.journeysDue(trx, cameraId, from, to);
  }
}

/** Writes what is remembered of a camera's clock, with what follows from it; that nothing is due, says who has done it. */
export async function saveBook(trx: Db, cameraId: number, book: ClockBook): Promise<void> {
  const last = book.eras.at(-1);
  await trx
    .updateTable('camera')
    .set({
      gps_clock_evidence: JSON.stringify(book),
      ...(book.jobs.length > 0 && { clock_due: 1 }),
      ...(last && { gps_clock: last.clock }),
    })
    .where('id', '=', cameraId)
    .execute();
}

function byCamera(captures: readonly PlacedCapture[]): Map<number, PlacedCapture[]> {
  const cameras = new Map<number, PlacedCapture[]>();
  for (const capture of captures)
    cameras.set(capture.camera_id, [...(cameras.get(capture.camera_id) ?? []), capture]);
  return cameras;
}

function factsOfCapture(
  capture: PlacedCapture,
  clips: readonly PlacedClip[],
  fixes: readonly CaptureFix[],
): CaptureFacts {
  const [first] = clips;
  const numbers = clips.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
  const seen = clips.flatMap(({ origin, remote_seen_at: at }) =>
    origin === 'sync' && at !== null ? [at] : [],
  );
  const wallMs = wallOf(capture.local_start);
  return {
    wallMs,
    sequence: numbers.length === 0 ? null : Math.min(...numbers),
    fixes: fixes.filter((fix) => fix.captureId === capture.id),
    seenAt: seen.length === 0 ? null : Math.min(...seen),
    current: {
      deltaMs: capture.started_at - wallMs,
      offsetMinutes: first?.zone_offset_min ?? 0,
      source: first?.time_source ?? 'setting',
      confidence: capture.time_confidence,
    },
    isUnclassified: capture.kind === 'unclassified',
  };
}

/** Stretches of names, few: what lies within the reach of one look is one. */
function spansOf(walls: readonly number[]): WallSpan[] {
  const spans: WallSpan[] = [];
  for (const wallMs of walls.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && wallMs - last.to <= 2 * nearMs) last.to = wallMs;
    else spans.push({ from: wallMs, to: wallMs });
  }
  return spans;
}

/** What people said of a moment goes with the capture it was said of; to be called while captures are as they were. */
async function moveEdits(trx: Db, { captures }: Moves): Promise<void> {
  const ids = captures.map(({ id }) => id);
  if (ids.length === 0) return;
  const edits = await trx
    .selectFrom('journey_edit')
    .select(['id', 'at', 'to_at', 'capture_id', 'to_capture_id'])
    .where((eb) => eb.or([among('capture_id', ids), among('to_capture_id', ids)]))
    .execute();
  if (edits.length === 0) return;
  const anchors = edits.flatMap((edit) => [edit.capture_id ?? [], edit.to_capture_id ?? []].flat());
  const before = await trx
    .selectFrom('capture')
    .select(['id', 'started_at'])
    .where(among('id', anchors))
    .execute();
  const was = new Map(before.map((row) => [row.id, row.started_at]));
  const deltas = new Map(
    captures.map((row) => [row.id, row.started_at - (was.get(row.id) ?? row.started_at)]),
  );
  const deltaOf = (id: number | null) => (id === null ? 0 : (deltas.get(id) ?? 0));
  const moved = edits.map((edit) => ({
    id: edit.id,
    at: edit.at + deltaOf(edit.capture_id),
    to_at: edit.to_at === null ? null : edit.to_at + deltaOf(edit.to_capture_id),
  }));
  await updateRows(trx, 'journey_edit', ['at', 'to_at'], moved);
}

async function moveTracks(trx: Db, clipIds: readonly number[]): Promise<void> {
  if (clipIds.length === 0) return;
  for (const table of ['track', 'track_box'] as const)
    await trx
      .updateTable(table)
      .set({
        started_at: sql<number>`(select clip.started_at from clip where clip.id = ${sql.ref(`${table}.clip_id`)})`,
      })
      .where(among(`${table}.clip_id`, clipIds))
      .execute();
}

/** Archived clips of which something else is to be told beside them than before. */
async function markSidecars(
  trx: Db,
  moves: Moves,
  clips: ReadonlyMap<number, readonly PlacedClip[]>,
): Promise<void> {
  const before = new Map([...clips.values()].flat().map((clip) => [clip.id, clip]));
  const due = moves.clips.flatMap((patch) => {
    const clip = before.get(patch.id);
    if (clip?.state !== 'archived') return [];
    const [was, is] = [factsOf(clip).time, factsOf({ ...clip, ...patch }).time];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [clip.id];
  });
  if (due.length > 0) await trx.updateTable('clip').set({ sidecar_due: 1 }).where(among('id', due)).execute();
}

function tell(placed: Placed, moves: Moves): void {
  placed.changed += moves.clips.length + moves.captures.length;
  for (const [cameraId, days] of moves.days) {
    const known = placed.days.get(cameraId) ?? new Set();
    placed.days.set(cameraId, known);
    for (const day of days) known.add(day);
  }
}
