import type { Db } from '../db/open.ts';
import {
  nextActivity,
  parkedUntil,
  readDrives,
  readParked,
  readTracks,
  type Car,
} from './activity-reader.ts';
import { leftEdge, rightEdge, type Loaded } from './edge-policy.ts';
import { joinSessions } from './join-policy.ts';
import type { CarFix, DerivedSpan, JourneyEdit, JourneyRules, LensTrack, Span } from './journey-types.ts';
import { applyEdits, maxMergeMs } from './edits-policy.ts';
import { mergeTracks } from './merge-policy.ts';
import { linkReachMs, standingReachMs } from './rules-policy.ts';
import { splitSessions } from './session-policy.ts';
import { fixesIn, segmentsOf } from './standing-policy.ts';
import { edgesOf, windowsOf } from './window-policy.ts';

const minuteMs = 60_000;
/** How far it is looked at first around what is due, and beyond that; each further look goes twice as far. */
const firstLookMs = 15 * minuteMs;
const firstStepMs = 12 * minuteMs;
/** A car that drives for longer than this without a stop and a pause is cut somewhere. */
const capMs = 36 * 60 * minuteMs;

/** A stretch of a car's time, derived anew. `from` and `to`: within these it is right whatever lies beyond. */
export interface Stretch extends Span {
  car: Car;
  /** All that was derived, also what lies beyond; with the edits applied. */
  spans: DerivedSpan[];
  /** For each of them, when footage is shown with it. */
  windows: Span[];
  fixes: CarFix[];
  edits: JourneyEdit[];
  due: Span;
  /** It was cut where it should not be: the car drove on and on. */
  isForced: boolean;
}

/** Reads as far around `due` as what is there needs, by index alone, and derives journeys and stops of it. */
export async function readStretch(db: Db, car: Car, due: Span, rules: JourneyRules): Promise<Stretch> {
  let wanted = due;
  for (;;) {
    const { loaded, span, fixes, isForced } = await readAround(db, car, wanted, rules);
    const edits = await readEdits(db, car, span);
    const whole = withMerges(wanted, span, edits);
    if (whole.from < wanted.from || whole.to > wanted.to) {
      wanted = whole;
      continue;
    }
    const derived = joinSessions(
      loaded.parts,
      { parkedUntil: await pausesOf(db, car, loaded), isEnd: loaded.isEnd },
      rules,
    );
    const spans = applyEdits(derived, edits);
    const windows = windowsOf(spans, await readParked(db, car, edgesOf(spans, rules)), rules);
    return { ...span, car, spans, windows, fixes, edits, due, isForced };
  }
}

/** What was merged by hand is derived as one. */
function withMerges(due: Span, span: Span, edits: readonly JourneyEdit[]): Span {
  const whole = { ...due };
  for (const { kind, at, toAt } of edits) {
    if (kind !== 'merge' || toAt === null || at >= span.to || toAt <= span.from) continue;
    whole.from = Math.min(whole.from, at);
    whole.to = Math.max(whole.to, toAt);
  }
  return whole;
}

interface Around {
  loaded: Loaded;
  span: Span;
  fixes: CarFix[];
  isForced: boolean;
}

async function readAround(db: Db, car: Car, due: Span, rules: JourneyRules): Promise<Around> {
  const reader = new ActivityReader(db, car);
  const first = linkReachMs(rules) + firstLookMs;
  const firstStep = standingReachMs(rules) + firstStepMs;
  await reader.read({ from: due.from - first, to: due.to + first });
  const steps = { left: firstStep, right: firstStep };
  for (;;) {
    const loaded = reader.loaded(rules);
    const [left, right] = [leftEdge(loaded, due, rules), rightEdge(loaded, due, rules)];
    const from = left ?? forced(loaded, due, { side: 'left', rules });
    const to = right ?? forced(loaded, due, { side: 'right', rules });
    if (from !== null && to !== null) {
      const isForced = left === null || right === null;
      return { loaded, span: { from, to }, fixes: reader.fixes, isForced };
    }
    if (from === null) await reader.growLeft(steps.left);
    if (to === null) await reader.growRight(steps.right);
    steps.left *= 2;
    steps.right *= 2;
  }
}

/** An end of what has been read, when there is no better one and it is very far. */
function forced(
  loaded: Loaded,
  due: Span,
  { side, rules }: { side: 'left' | 'right'; rules: JourneyRules },
): number | null {
  const part = side === 'left' ? loaded.parts[0] : loaded.parts.at(-1);
  if (!part) return null;
  const { session } = part;
  const link = linkReachMs(rules);
  if (side === 'left') {
    if (session.to >= due.from - link) return due.from - session.from > capMs ? session.from : null;
    return session.to - session.from > capMs ? session.to : null;
  }
  if (session.from <= due.to + link) return session.to - due.to > capMs ? session.to : null;
  return session.to - session.from > capMs ? session.from : null;
}

/** What of a car's time has been read so far. */
class ActivityReader {
  private readonly db: Db;
  private readonly car: Car;
  private readonly tracks = new Map<number, LensTrack>();
  private drives: Span[] = [];
  private from = 0;
  private to = 0;
  private isStart = false;
  private isEnd = false;
  fixes: CarFix[] = [];

  constructor(db: Db, car: Car) {
    this.db = db;
    this.car = car;
  }

  async read(span: Span): Promise<void> {
    [this.from, this.to] = [span.from, span.to];
    await this.add(span);
  }

  private async add(span: Span): Promise<void> {
    for (const track of await readTracks(this.db, this.car, span)) this.tracks.set(track.clipId, track);
    this.drives.push(...(await readDrives(this.db, this.car, span)));
  }

  loaded(rules: JourneyRules): Loaded {
    const { from, to, isStart, isEnd } = this;
    this.fixes = fixesIn(mergeTracks([...this.tracks.values()]), { from, to });
    const drives = this.drives
      .filter((drive) => drive.to >= from && drive.from <= to)
      .map((drive) => ({
        from: Math.max(drive.from, from),
        to: Math.min(Math.max(drive.to, drive.from), to),
      }));
    const sessions = splitSessions(this.fixes, drives, rules);
    const parts = sessions.map((session) => ({ session, segments: segmentsOf(session, rules) }));
    return { from, to, isStart, isEnd, parts };
  }

  async growLeft(stepMs: number): Promise<void> {
    const at = await nextActivity(this.db, this.car, { at: this.from, side: 'before' });
    if (at === null) this.isStart = true;
    const { from } = this;
    // Even with nothing begun before it, a long recording may reach into what was read.
    this.from = Math.min(from, at ?? from) - stepMs;
    await this.add({ from: this.from, to: from });
  }

  async growRight(stepMs: number): Promise<void> {
    const at = await nextActivity(this.db, this.car, { at: this.to, side: 'after' });
    if (at === null) this.isEnd = true;
    const { to } = this;
    this.to = Math.max(to, at ?? to) + stepMs;
    await this.add({ from: to, to: this.to });
  }
}

/** After each session, until when it was recorded in parking mode before the next. */
async function pausesOf(db: Db, car: Car, { parts, isEnd }: Loaded): Promise<(number | null)[]> {
  const pauses: (number | null)[] = [];
  for (const [index, { session }] of parts.entries()) {
    const next = parts[index + 1]?.session.from;
    const to = next ?? (isEnd ? Number.MAX_SAFE_INTEGER : null);
    pauses.push(to === null ? null : await parkedUntil(db, car, { from: session.to - minuteMs, to }));
  }
  return pauses;
}

/** The edits that may have to do with a span. */
export async function readEdits(db: Db, { cameraIds }: Car, { from, to }: Span): Promise<JourneyEdit[]> {
  const rows = await db
    .selectFrom('journey_edit')
    .selectAll()
    .where('camera_id', 'in', cameraIds)
    .where('at', '>=', Math.max(from, -Number.MAX_SAFE_INTEGER / 2) - maxMergeMs)
    .where('at', '<=', to)
    .orderBy('id')
    .execute();
  return rows.map(({ id, kind, at, to_at, name, note, tag }) => ({
    id,
    kind,
    at,
    toAt: to_at,
    name,
    note,
    tag,
  }));
}
