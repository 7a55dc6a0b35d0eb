import { sql } from 'kysely';
import type { Box } from '../../shared/tracks.ts';
import type { Db } from '../db/open.ts';
import { halves } from './place-repository.ts';

export interface Candidate {
  clipId: number;
  startedAt: number;
}

export interface CandidateOrder {
  box: Box;
  cameraIds: readonly number[];
  /** UTC milliseconds, from the first included to the second excluded. */
  from: number;
  before: number;
}

/**
 * Where more tracks than these touch a box, going through all of them by time finds a page's worth sooner than
 * collecting them from the R-tree.
 */
const dense = 20_000;
const walked = 500;

/** Clips whose tracks may touch a box, newest first. */
export interface Candidates {
  /** At most so many more; none is the end. */
  next(count: number): Promise<Candidate[]>;
}

export async function candidatesIn(db: Db, order: CandidateOrder): Promise<Candidates> {
  const found: Candidate[] = [];
  const seen = new Set<number>();
  for (const box of halves(order.box)) {
    for (const row of await boxed(db, order, box)) {
      if (seen.has(row.clipId)) continue;
      seen.add(row.clipId);
      found.push(row);
    }
    if (found.length > dense) return new Walk(db, order);
  }
  found.sort((a, b) => b.startedAt - a.startedAt || b.clipId - a.clipId);
  let at = 0;
  return { next: (count) => Promise.resolve(found.slice(at, (at += count))) };
}

function boxed(db: Db, { cameraIds, from, before }: CandidateOrder, box: Box): Promise<Candidate[]> {
  const rows = db
    .selectFrom('track_box')
    .select(['clip_id as clipId', 'started_at as startedAt'])
    .where('east', '>=', box.west)
    .where('west', '<=', box.east)
    .where('north', '>=', box.south)
    .where('south', '<=', box.north)
    .where('started_at', '>=', from)
    .where('started_at', '<', before)
    .where('camera_id', 'in', [...cameraIds])
    .limit(dense + 1);
  return rows.execute();
}

/** Goes back in time, camera by camera, over tracks whose bounds touch the box. */
class Walk implements Candidates {
  private readonly db: Db;
  private readonly order: CandidateOrder;
  private readonly cameras: { id: number; before: number; rows: Candidate[]; isAtEnd: boolean }[];

  constructor(db: Db, order: CandidateOrder) {
    this.db = db;
    this.order = order;
    this.cameras = order.cameraIds.map((id) => ({ id, before: order.before, rows: [], isAtEnd: false }));
  }

  async next(count: number): Promise<Candidate[]> {
    const found: Candidate[] = [];
    while (found.length < count) {
      for (const camera of this.cameras)
        if (camera.rows.length === 0 && !camera.isAtEnd) await this.fill(camera);
      const newest = this.cameras
        .filter(({ rows }) => rows.length > 0)
        .toSorted((a, b) => (b.rows.at(-1)?.startedAt ?? 0) - (a.rows.at(-1)?.startedAt ?? 0))[0];
      const row = newest?.rows.pop();
      if (!row) break;
      found.push(row);
    }
    return found;
  }

  private async fill(camera: Walk['cameras'][number]): Promise<void> {
    const { box, from } = this.order;
    const rows = await this.db
      .selectFrom('track')
      .select(['clip_id as clipId', 'started_at as startedAt'])
      .where('camera_id', '=', camera.id)
      .where('started_at', '<', camera.before)
      .where('started_at', '>=', from)
      .where('north', '>=', box.south)
      .where('south', '<=', box.north)
      .where(touches(box))
      .orderBy('started_at', 'desc')
      .limit(walked)
      .execute();
    camera.isAtEnd = rows.length < walked;
    const oldest = rows.at(-1)?.startedAt;
    // Clips of one instant stay together.
    const whole = camera.isAtEnd ? rows : rows.filter(({ startedAt }) => startedAt !== oldest);
    if (oldest !== undefined) camera.before = camera.isAtEnd ? oldest : oldest + 1;
    camera.rows = (whole.length > 0 ? whole : rows).toReversed();
    if (whole.length === 0 && oldest !== undefined) camera.before = oldest;
  }
}

/** A track across the antimeridian is taken for one that goes around the world. */
const touches = ({ west, east }: Box) =>
  west <= east
    ? sql<boolean>`(track.west > track.east or (track.east >= ${west} and track.west <= ${east}))`
    : sql<boolean>`(track.west > track.east or track.east >= ${west} or track.west <= ${east})`;
