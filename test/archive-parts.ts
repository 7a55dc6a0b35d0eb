import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import type { Events } from '../src/shared/events.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import type { KeptSettings } from '../src/server/archive/book-settings.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { ScanService } from '../src/server/archive/scan-service.ts';
import { SidecarWriter } from '../src/server/archive/sidecar-writer.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { SettingsService } from '../src/server/settings/settings-service.ts';

export const silentLog = pino({ level: 'silent' });

/** What looks after an archive, by itself, with a configuration folder of its own. */
export interface ArchiveParts {
  db: Database;
  root: string;
  configDir: string;
  volume: ArchiveVolume;
  events: EventBus<Events>;
  scan: ScanService;
  writer: SidecarWriter;
  settings: SettingsService;
  stop: () => Promise<void>;
}

async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-archive-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

/** A folder of recordings with these files. */
export async function makeRecordings(files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(await makeHome(), 'recordings');
  await mkdir(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** Looked through by a new database, and its book is being written; stopped with the test. */
export async function openArchive(
  root: string,
  options: { configDir?: string; onCamerasRestored?: (ids: readonly number[]) => void } = {},
): Promise<ArchiveParts> {
  const configDir = options.configDir ?? (await makeHome());
  const db = await openDatabase({ configDir, now: new Date() });
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  const settings = new SettingsService({
    configDir,
    log: silentLog,
    onChange: (keys) => events.emit('settings.changed', { keys }),
  });
  await settings.start();
  const volume = new ArchiveVolume({
    root,
    clock: systemClock,
    log: silentLog,
    knownClips: async () => 0,
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    onChange: () => events.emit('archive.changed', {}),
  });
  const kept: KeptSettings = settings;
  const shared = { db, clips: new ClipRepository(), volume, events, log: silentLog, settings: kept };
  const writer = new SidecarWriter({ ...shared, idleMs: 20, manifestMs: 20, decisionsMs: 20 });
  const scan = new ScanService({
    ...shared,
    times: new ZonedTimes('Europe/London'),
    clock: systemClock,
    onReleased: () => undefined,
    ...(options.onCamerasRestored && { onCamerasRestored: options.onCamerasRestored }),
  });
  await volume.check();
  writer.start();
  await scan.start();
  await vi.waitFor(
    async () => {
      for (const key of ['archive.book', 'archive.manifests', 'scan.finished'] as const)
        if ((await readAppState(db, key)) === null) throw new Error(`${key} is not there yet`);
    },
    { timeout: 20_000, interval: 20 },
  );
  await scan.idle();
  let stopped: Promise<void> | undefined;
  const end = async () => {
    await scan.stop();
    await writer.stop();
    await volume.stop();
    await db.destroy();
  };
  const stop = () => (stopped ??= end());
  onTestFinished(stop);
  return { db, root, configDir, volume, events, scan, writer, settings, stop };
}
