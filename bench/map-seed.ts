import { seededRandom } from '../simulator/random.ts';
import { writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { outlineOf } from '../src/server/journeys/line-policy.ts';
import { fingerprintOf, rulesOf } from '../src/server/journeys/rules-policy.ts';
import { chunks } from '../src/server/lib/chunks.ts';
import { boundsOf } from '../src/shared/geo.ts';
import { settingsSchema } from '../src/shared/settings.ts';
import type { Position } from '../src/shared/tracks.ts';
import { dayMs } from './seed-database.ts';

const zone = 'Europe/Berlin';
const rowsPerStatement = 200;
const journeysPerDay = 3;
const hourMs = 60 * 60_000;

/** Streets of a town and roads between towns, so that journeys share them as they do in life. */
const towns: Position[] = Array.from({ length: 24 }, (_, index) => ({
  latitude: 48.1 + 2.2 * Math.sin(index * 1.7) * (index / 24),
  longitude: 11.5 + 3.4 * Math.cos(index * 2.3) * (index / 24),
}));

/** Fills a database with so many journeys with outlines and a stop after each, newest at `until`; three a day. */
export async function seedJourneys(
  configDir: string,
  { journeys, until }: { journeys: number; until: number },
): Promise<void> {
  const db = await openDatabase({ configDir, now: new Date(until) });
  try {
    // Or all of them would be derived anew, from tracks that are not there.
    await writeAppState(db, 'journeys.rules', fingerprintOf(rulesOf(settingsSchema.parse({}))));
    const random = seededRandom(20);
    const all = Array.from({ length: journeys }, (_, index) => index);
    for (const some of chunks(all, rowsPerStatement)) {
      await writeSome(
        db,
        some.map((index) =>
          rowsOf(index, until - dayMs * Math.ceil((journeys - index) / journeysPerDay), random),
        ),
      );
    }
  } finally {
    await db.destroy();
  }
}

type Rows = ReturnType<typeof rowsOf>;

async function writeSome(db: Database, rows: readonly Rows[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('journey')
      .values(rows.map(({ journey }) => journey))
      .execute();
    await trx
      .insertInto('journey_box')
      .values(rows.map(({ box }) => box))
      .execute();
    await trx
      .insertInto('stop')
      .values(rows.map(({ stop }) => stop))
      .execute();
  });
}

function rowsOf(index: number, day: number, random: () => number) {
  const line = wayOf(index, random);
  const [from, to] = [line[0] ?? towns[0], line.at(-1) ?? towns[0]];
  if (!from || !to) throw new Error('a way has ends');
  const startedAt = Math.floor(day / dayMs) * dayMs + (7 + 4 * (index % journeysPerDay)) * hourMs;
  const endedAt = startedAt + (12 + (index % 40)) * 60_000;
  const bounds = boundsOf(line) ?? { west: 0, south: 0, east: 0, north: 0 };
  const localDay = new Date(startedAt).toISOString().slice(0, 10);
  const id = index + 1;
  return {
    journey: {
      id,
      camera_id: 1,
      started_at: startedAt,
      ended_at: endedAt,
      shown_from: startedAt,
      shown_to: endedAt,
      start_zone: zone,
      end_zone: zone,
      local_day: localDay,
      last_local_day: localDay,
      from_latitude: from.latitude,
      from_longitude: from.longitude,
      to_latitude: to.latitude,
      to_longitude: to.longitude,
      distance_m: 4000 + (index % 50) * 900,
      moving_ms: endedAt - startedAt,
      top_speed_mps: 30,
      is_triage: 0 as const,
      is_edited: 0 as const,
      marks: '[]',
      outline: new Uint8Array(Float32Array.from(outlineOf(line).flat()).buffer),
      ...bounds,
      version: (index * 7919) % 1_000_003,
      name: null,
      note: null,
      tag: null,
    },
    box: { journey_id: id, ...bounds, started_at: startedAt, camera_id: 1 },
    stop: {
      id,
      camera_id: 1,
      started_at: endedAt,
      ended_at: endedAt + hourMs,
      zone,
      local_day: localDay,
      last_local_day: localDay,
      latitude: to.latitude,
      longitude: to.longitude,
      is_inferred: 0 as const,
      is_open: 0 as const,
      place_id: null,
      version: index,
    },
  };
}

const pointsOfWay = 400;
const noiseOf = (random: () => number): number => (random() - 0.5) * 0.00004;

/** From one town to another by way of the same bends each time, to within the breadth of a road; most between the first few. */
function wayOf(index: number, random: () => number): Position[] {
  const near = index % 5 > 0;
  const from = towns[Math.floor(random() * (near ? 4 : towns.length))];
  const to = towns[Math.floor(random() * (near ? 6 : towns.length))];
  if (!from || !to) return [];
  const isRound = from === to;
  return Array.from({ length: pointsOfWay }, (_, point) => {
    const share = point / (pointsOfWay - 1);
    const bend = Math.sin(share * Math.PI) * 0.06;
    const wiggle = Math.sin(share * 37) * 0.004 + Math.sin(share * 91) * 0.0012;
    return {
      latitude:
        from.latitude + (to.latitude - from.latitude) * share + (isRound ? bend : wiggle) + noiseOf(random),
      longitude:
        from.longitude +
        (to.longitude - from.longitude) * share +
        (isRound ? Math.sin(share * 2 * Math.PI) * 0.05 : bend * 0.3 + wiggle) +
        noiseOf(random),
    };
  });
}
