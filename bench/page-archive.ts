import { execFile } from 'node:child_process';
import { link, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { JourneyDue } from '../src/server/journeys/journey-due.ts';
import { JourneyService } from '../src/server/journeys/journey-service.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import type { Events } from '../src/shared/events.ts';
import { settingsSchema } from '../src/shared/settings.ts';
import { clipsPerDay, dayMs, seedDatabase } from './seed-database.ts';
import { seedTracks } from './seed-tracks.ts';

const run = promisify(execFile);
const markerId = '9f6a3c1e-0000-4000-8000-000000000003';
const clipSeconds = 60;

export interface PageArchive {
  journeys: number;
  /** The newest day, whose clips can be played. */
  day: string;
  /** A journey of that day. */
  journeyId: number;
}

/** `config` and `recordings` of years of drives until yesterday; only the newest day's clips have films. */
export async function seedPageArchive(folder: string, clips: number): Promise<PageArchive> {
  const configDir = join(folder, 'config');
  const recordings = join(folder, 'recordings');
  const days = Math.ceil(clips / clipsPerDay);
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  await mkdir(recordings, { recursive: true });
  await writeFile(join(recordings, markerName), JSON.stringify({ id: markerId }));
  await seedDatabase({
    configDir,
    clips,
    cameraAddress: '127.0.0.1:1',
    markerId,
    isScanned: true,
    firstDay: today - days * dayMs,
  });
  const db = await openDatabase({ configDir, now: new Date() });
  try {
    await seedTracks(db);
    await journeysOf(db).settle(new AbortController().signal);
    await film(db, recordings);
    return await newest(db);
  } finally {
    await db.destroy();
  }
}

function journeysOf(db: Database): JourneyService {
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

async function newest(db: Database): Promise<PageArchive> {
  const { count } = await db
    .selectFrom('journey')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const { id, local_day: day } = await db
    .selectFrom('journey')
    .select(['id', 'local_day'])
    .orderBy('started_at', 'desc')
    .executeTakeFirstOrThrow();
  return { journeys: count, day, journeyId: id };
}

/** A film of the form of the small copies (H.264 of 720 lines, a key frame each second) as each clip of the newest day. */
async function film(db: Database, recordings: string): Promise<void> {
  const movie = join(recordings, '.bench-film.mp4');
  const picture = 'testsrc2=size=1280x720:rate=30,noise=alls=6:allf=t';
  const form = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '30',
    '-b:v',
    '2500k',
    '-pix_fmt',
    'yuv420p',
  ];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=300', '-c:a', 'aac', '-shortest'];
  const input = ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture];
  const end = ['-t', String(clipSeconds), '-movflags', '+faststart', movie];
  await run('ffmpeg', [...input, ...sound, ...form, ...end]);
  const { size, mtimeMs } = await stat(movie);
  const { local_day: day } = await db
    .selectFrom('clip')
    .select('local_day')
    .orderBy('local_day', 'desc')
    .executeTakeFirstOrThrow();
  const clips = await db.selectFrom('clip').select('path').where('local_day', '=', day).execute();
  for (const { path } of clips) {
    const file = join(recordings, path ?? '');
    // oxlint-disable-next-line no-await-in-loop -- the folder comes first
    await mkdir(dirname(file), { recursive: true });
    // oxlint-disable-next-line no-await-in-loop -- a hundred links
    await link(movie, file);
  }
  const facts = { video_codec: 'h264', width: 1280, height: 720, size_bytes: size } as const;
  await db
    .updateTable('clip')
    .set({ ...facts, mtime_ms: Math.floor(mtimeMs) })
    .where('local_day', '=', day)
    .execute();
}
