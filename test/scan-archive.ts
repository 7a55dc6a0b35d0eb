import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type KyselyPlugin } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import type { Events } from '../src/shared/events.ts';
import type { ClipState } from '../src/shared/clips.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { ScanService, type ScanOrder } from '../src/server/archive/scan-service.ts';
import { SidecarWriter } from '../src/server/archive/sidecar-writer.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { ClipRow, NewClipRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { addCamera, addListed } from './ledger-rows.ts';
import { handClock } from './scenario.ts';

/** The real volume, with a place to do something right before a call on it. */
export class WatchedVolume extends ArchiveVolume {
  before: (what: string) => void | Promise<void> = () => undefined;
  override async run<T>(what: string, call: () => Promise<T>, timeoutMs?: number): Promise<T> {
    await this.before(what);
    return super.run(what, call, timeoutMs);
  }
}

export interface ArchiveOptions {
  retryMs?: number;
  goOnMs?: number;
  plugin?: KyselyPlugin;
  /** For a call on the volume, and for reading one folder. */
  timeoutMs?: number;
  listTimeoutMs?: number;
}

/** An archive folder, a ledger and what looks after them, without the rest of the program. */
export class TestArchive {
  readonly home: string;
  readonly root: string;
  readonly events = new EventBus<Events>((error) => {
    throw error;
  });
  readonly heard: (keyof Events)[] = [];
  readonly clips = new ClipRepository();
  readonly clock = handClock();
  /** What people are asked about clips that have vanished, as it was told. */
  readonly asked: (string | null)[] = [];
  readonly log: { msg: string; path?: string; reason?: string }[] = [];
  readonly options: ArchiveOptions;
  released = 0;
  db!: Database;
  volume!: WatchedVolume;
  scan!: ScanService;
  writer!: SidecarWriter;

  constructor(home: string, options: ArchiveOptions) {
    this.home = home;
    this.root = join(home, 'recordings');
    this.options = options;
    this.events.onAny((event) => this.heard.push(event));
  }

  /** Everything but the folder begins anew; `fresh`: with an empty database. */
  async boot({ fresh = false } = {}): Promise<void> {
    if (fresh) await rm(join(this.home, 'config'), { recursive: true, force: true });
    await mkdir(join(this.home, 'config'), { recursive: true });
    const opened = await openDatabase({ configDir: join(this.home, 'config'), now: new Date(0) });
    this.db = this.options.plugin ? opened.withPlugin(this.options.plugin) : opened;
    this.volume = new WatchedVolume({
      root: this.root,
      clock: this.clock,
      log: this.logger(),
      knownClips: async () => 0,
      readMarkerId: () => readAppState(this.db, 'archive.marker'),
      writeMarkerId: (id) => writeAppState(this.db, 'archive.marker', id),
      onChange: () => this.events.emit('archive.changed', {}),
      ...(this.options.timeoutMs !== undefined && { timeoutMs: this.options.timeoutMs }),
    });
    const shared = {
      db: this.db,
      clips: this.clips,
      volume: this.volume,
      events: this.events,
      log: this.logger(),
    };
    this.scan = new ScanService({
      ...shared,
      times: new ZonedTimes('Europe/London'),
      clock: this.clock,
      onReleased: () => void this.released++,
      isOwnGpx: (text) => text.includes('creator="ours"'),
      onVanished: async (problem) => void this.asked.push(problem?.message ?? null),
      ...(this.options.goOnMs !== undefined && { goOnMs: this.options.goOnMs }),
      ...(this.options.retryMs !== undefined && { retryMs: this.options.retryMs }),
      ...(this.options.listTimeoutMs !== undefined && { listTimeoutMs: this.options.listTimeoutMs }),
    });
    this.writer = new SidecarWriter({ ...shared, idleMs: 20, retryMs: 50 });
  }

  private logger() {
    const sink = { write: (line: string) => void this.log.push(JSON.parse(line) as TestArchive['log'][0]) };
    return pino({ level: 'debug', base: null }, sink);
  }

  /** As the program starts: the first scan runs as soon as the volume is ready. */
  async start(): Promise<void> {
    await this.scan.start();
    await this.volume.check();
  }

  async stop(): Promise<void> {
    await this.scan.stop();
    await this.writer.stop();
    await this.volume.stop();
    await this.db.destroy();
  }

  async restart(options: { fresh?: boolean } = {}): Promise<void> {
    await this.stop();
    await this.boot(options);
    await this.start();
    await this.scan.idle();
  }

  /** A scan to its end. */
  async look(order: ScanOrder = {}): Promise<void> {
    this.scan.scan(order);
    await this.scan.idle();
  }

  async put(
    path: string,
    bytes: number | string = 1000,
    at = new Date(Date.UTC(2026, 5, 28, 12)),
  ): Promise<void> {
    const place = join(this.root, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, typeof bytes === 'string' ? bytes : Buffer.alloc(bytes, 1));
    await utimes(place, at, at);
  }

  rows(): Promise<ClipRow[]> {
    return this.db.selectFrom('clip').selectAll().orderBy('id').execute();
  }

  async paths(): Promise<(string | null)[]> {
    return (await this.rows()).map((row) => row.path).toSorted(inOrder);
  }

  async row(name: string): Promise<ClipRow> {
    return this.db.selectFrom('clip').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
  }

  camera(folder: string): Promise<number> {
    return addCamera(this.db, folder);
  }

  /** A row as a listing makes it, moved to a state. */
  async listed(name: string, state: ClipState, change: Partial<NewClipRow> = {}): Promise<number> {
    await this.put(`.listed/${name}`, 1);
    return addListed(this.db, name, { state, ...change });
  }
}

export const inOrder = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : Number(a !== b));

export async function useArchive(options: ArchiveOptions = {}): Promise<TestArchive> {
  const archive = new TestArchive(await mkdtemp(join(tmpdir(), 'viofosync-scan-')), options);
  await mkdir(archive.root);
  await archive.boot();
  onTestFinished(async () => {
    await archive.stop();
    // Also what is too deep for a path.
    execFileSync('rm', ['-rf', archive.home]);
  });
  return archive;
}

/** The cached days are a recount of the clips, and every clip of the archive has its file. */
export async function expectTrue(archive: TestArchive): Promise<void> {
  const ordered = (table: 'day' | 'day_channel' | 'day_usage') =>
    archive.db.selectFrom(table).selectAll().orderBy('local_day').orderBy('camera_id');
  const days = async () => [
    await ordered('day').execute(),
    await ordered('day_channel').orderBy('channel').execute(),
    await ordered('day_usage').orderBy('kind').orderBy('channel').execute(),
  ];
  const cached = await days();
  await rebuildDays(archive.db);
  expect(cached).toEqual(await days());
  for (const row of await archive.rows()) {
    expect(row.path !== null, `${row.name} is ${row.state}`).toBe(row.state === 'archived');
    if (row.path !== null) expect((await readFile(join(archive.root, row.path))).length).toBe(row.size_bytes);
  }
}
