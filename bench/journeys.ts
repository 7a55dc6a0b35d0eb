import { join } from 'node:path';
import { pino } from 'pino';
import { addJourneyDue } from '../src/server/db/journey-due.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { dayMap } from '../src/server/journeys/map-views.ts';
import { JourneyDue } from '../src/server/journeys/journey-due.ts';
import { JourneyLines } from '../src/server/journeys/journey-lines.ts';
import { JourneyService } from '../src/server/journeys/journey-service.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { routes } from '../src/shared/routes.ts';
import { settingsSchema } from '../src/shared/settings.ts';
import type { Events } from '../src/shared/events.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, milliseconds, quantile, type Figure } from './report.ts';
import { clipsPerDay, seedDatabase } from './seed-database.ts';
import { seedTracks } from './seed-tracks.ts';

const fullClips = 200_000;
const newClips = 200;
const goalMs = 20;
const coldGoalMs = 30;
const warmGoalMs = 3;
const minuteMs = 60_000;

export const journeysBenchmark: Benchmark = {
  name: 'journeys',
  about: 'journeys of a new clip in an archive of 200,000 clips, all of them at once, the lines of a day',
  run: journeys,
};

async function journeys(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('journeys');
  const clips = scaled(context, fullClips);
  await withFolder(context.dir, async (folder) => {
    const configDir = join(folder, 'config');
    await seedDatabase({ configDir, clips, cameraAddress: '127.0.0.1:1' });
    const db = await openDatabase({ configDir, now: new Date() });
    try {
      await seedTracks(db);
      const service = serviceOn(db);
      await whole(figures, service, clips);
      await oneByOne(figures, db, service);
      await lines(figures, db);
    } finally {
      await db.destroy();
    }
  });
  return figures.all;
}

function serviceOn(db: Database): JourneyService {
  const settings = settingsSchema.parse({});
  return new JourneyService({
    db,
    events: new EventBus<Events>(() => undefined),
    log: pino({ level: 'silent' }),
    due: new JourneyDue(),
    settings: () => settings,
    assignPlaces: async () => undefined,
  });
}

async function whole(figures: Figures, service: JourneyService, clips: number): Promise<void> {
  const startedAt = performance.now();
  await service.settle(new AbortController().signal);
  const ms = performance.now() - startedAt;
  const values = { ms, usPerClip: (ms * 1000) / clips };
  const measured = `${(ms / 1000).toFixed(1)} s, ${values.usPerClip.toFixed(0)} µs a clip`;
  figures.info({ what: `all journeys of ${clips} clips, in the background`, measured, values });
}

/** As after each new clip: its span is due, and derived. */
async function oneByOne(figures: Figures, db: Database, service: JourneyService): Promise<void> {
  const { count } = await db
    .selectFrom('capture')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const timesMs: number[] = [];
  const cpuMs: number[] = [];
  for (let index = 0; index < newClips; index++) {
    const id = 1 + Math.floor((index * count) / newClips);
    const capture = await db.selectFrom('capture').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    await addJourneyDue(db, 1, [{ from: capture.started_at, to: capture.started_at + minuteMs }]);
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await service.settle(new AbortController().signal);
    timesMs.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
  }
  const values = {
    p95Ms: quantile(timesMs, 0.95),
    medianMs: median(timesMs),
    cpuMs: median(cpuMs),
  };
  const { p95Ms, medianMs } = values;
  const measured = `${milliseconds(p95Ms)} (${milliseconds(medianMs)}, CPU ${milliseconds(values.cpuMs)})`;
  const what = 'journeys around a new clip: p95 (median)';
  figures.goal({ what, goal: `< ${goalMs} ms`, measured, values }, values.p95Ms < goalMs);
}

/** As the page asks for it, with the check of the answer. */
async function lines(figures: Figures, db: Database): Promise<void> {
  const rows = await db.selectFrom('journey').select('local_day').distinct().limit(60).execute();
  const cold: number[] = [];
  const warm: number[] = [];
  const drawn = new JourneyLines(db);
  for (const { local_day: day } of rows) {
    for (const times of [cold, warm]) {
      const startedAt = performance.now();
      JSON.stringify(routes.getDayMap.response.parse(await dayMap(db, drawn, { day, zoom: 14 })));
      times.push(performance.now() - startedAt);
    }
  }
  for (const { name, times, goal } of [
    { name: 'cold', times: cold, goal: coldGoalMs },
    { name: 'warm', times: warm, goal: warmGoalMs },
  ]) {
    const values = { p95Ms: quantile(times, 0.95), medianMs: median(times) };
    const measured = `${milliseconds(values.p95Ms)} (${milliseconds(values.medianMs)})`;
    const what = `lines of a day of ${clipsPerDay} clips at zoom 14, ${name}: p95 (median)`;
    figures.goal({ what, goal: `<= ${goal} ms`, measured, values }, values.p95Ms <= goal);
  }
}
