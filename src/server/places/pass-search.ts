import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { metresPerDegree, wrapLongitude } from '../../shared/geo.ts';
import type { Box, Pass } from '../../shared/tracks.ts';
import { among } from '../db/bulk.ts';
import type { Database } from '../db/open.ts';
import { zoneAt } from '../lib/zone-at.ts';
import { unpackFixes } from '../tracks/track-codec.ts';
import { candidatesIn, type Candidate } from './pass-candidates.ts';
import { PassCollector, type CameraClip } from './pass-collector.ts';

export interface PassQuery {
  box: Box;
  cameraId?: number | undefined;
  /** UTC milliseconds; the second excluded. */
  from?: number | undefined;
  before?: number | undefined;
  limit: number;
}

export interface PassPage {
  passes: Pass[];
  nextBefore: number | null;
}

/** Between two clips, a car may drive through a box that neither of them touches. */
const marginM = 150;
const firstBatch = 120;
const batch = 150;
/** Then the page is as long as it is, and the next one goes on from there. */
const mostTracks = 20_000;
/** Longer than any clip: one that began so long before an instant is over by then. */
const longestClipMs = 30 * 60_000;
const [distantPast, distantFuture] = [-8_640_000_000_000_000, 8_640_000_000_000_000];

/** Every time a car went through a box of the map. */
export class PassSearch {
  private readonly db: Database;

  constructor({ db }: { db: Database }) {
    this.db = db;
  }

  /** Newest first; `nextBefore` is null when there are no more. */
  async find({ box, cameraId, from, before, limit }: PassQuery): Promise<PassPage> {
    const cars = await this.cars(cameraId);
    const [first, end] = [from ?? distantPast, before ?? distantFuture];
    const collector = new PassCollector({ box, cars, from: first, before: end });
    const candidates = await candidatesIn(this.db, {
      box: widened(box),
      cameraIds: [...cars.keys()],
      from: Math.max(distantPast, first - longestClipMs),
      before: Math.min(distantFuture, end + longestClipMs),
    });
    let next = await candidates.next(firstBatch);
    for (let read = 0; next.length > 0 && read < mostTracks && collector.ready <= limit;) {
      const some = next;
      next = await candidates.next(batch);
      collector.add(await this.clipsOf(some), next[0]?.startedAt ?? null);
      read += some.length;
      await yieldToOthers();
    }
    if (next.length === 0) collector.end();
    const { passes, nextBefore } = collector.page(limit, next[0]?.startedAt ?? null);
    return { passes: passes.map((pass) => ({ ...pass, zone: zoneOf(pass) })), nextBefore };
  }

  /** The first camera of its car for each camera that is asked for. */
  private async cars(cameraId: number | undefined): Promise<Map<number, number>> {
    const rows = await this.db.selectFrom('camera').select(['id', 'vehicle']).orderBy('id').execute();
    const firstOf = new Map<string, number>();
    for (const { id, vehicle } of rows) if (vehicle && !firstOf.has(vehicle)) firstOf.set(vehicle, id);
    return new Map(
      rows
        .filter(({ id }) => cameraId === undefined || id === cameraId)
        .map(({ id, vehicle }) => [id, (vehicle ? firstOf.get(vehicle) : undefined) ?? id]),
    );
  }

  private async clipsOf(candidates: readonly Candidate[]): Promise<CameraClip[]> {
    const ids = candidates.map(({ clipId }) => clipId);
    const rows = await this.db
      .selectFrom('track')
      .innerJoin('clip', 'clip.id', 'track.clip_id')
      .innerJoin('capture', 'capture.id', 'track.capture_id')
      .select([
        'track.clip_id as clipId',
        'track.capture_id as captureId',
        'track.camera_id as cameraId',
        'track.started_at as startedAt',
        'track.points',
        'track.source',
        'clip.channel',
        'clip.state',
        'capture.journey_id as journeyId',
      ])
      .where(among('track.clip_id', ids))
      .execute();
    return rows.map(({ points, source, channel, state, ...row }) => ({
      ...row,
      fixes: () => fixesOf(points, row.startedAt),
      isArchived: state === 'archived',
      rank: (source === 'triage' ? 0 : 2) + (channel === 'front' ? 1 : 0),
    }));
  }
}

/** A track that cannot be read has no passes; whoever reads tracks tells of it. */
function fixesOf(points: Uint8Array, startedAt: number) {
  try {
    return unpackFixes(points, startedAt);
  } catch {
    return [];
  }
}

const zoneOf = ({ position }: Pick<Pass, 'position'>): string =>
  zoneAt(position.latitude, position.longitude);

function widened({ west, south, east, north }: Box): Box {
  const up = marginM / metresPerDegree;
  const most = Math.min(89, Math.max(Math.abs(south), Math.abs(north)) + up);
  const across = up / Math.cos((most * Math.PI) / 180);
  const breadth = west <= east ? east - west : east - west + 360;
  const isAll = breadth + 2 * across >= 360 || most >= 89;
  return {
    west: isAll ? -180 : wrapLongitude(west - across),
    east: isAll ? 180 : wrapLongitude(east + across),
    south: Math.max(-90, south - up),
    north: Math.min(90, north + up),
  };
}
