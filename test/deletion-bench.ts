import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { archivePath, numberedPath } from '../src/server/archive/layout.ts';
import { PartFile } from '../src/server/archive/part-file.ts';
import { parseCameraAddress } from '../src/server/camera/address.ts';
import type { HfsLimits } from '../src/server/camera/hfs-limits.ts';
import { NovatekCamera } from '../src/server/camera/novatek-camera.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { CameraRow, ClipRow } from '../src/server/db/schema.ts';
import { ProblemService } from '../src/server/health/problem-service.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { CameraDeletions } from '../src/server/sync/camera-deletions.ts';
import { ClipFiler } from '../src/server/sync/clip-filer.ts';
import { DownloadTask } from '../src/server/sync/download-task.ts';
import { PartRepository } from '../src/server/sync/part-repository.ts';
import { Reconciler } from '../src/server/sync/reconciler.ts';
import { UndoStore } from '../src/server/sync/undo-store.ts';
import type { Events } from '../src/shared/events.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';
import { handClock } from './scenario.ts';

const never = new AbortController().signal;
const rules = {
  connection: 'main',
  rules: { main: 'everything', alternative: 'everything' },
  hasAlternative: false,
  fetchFrom: null,
} as const;

/**
 * A camera's visit taken apart, on a real database, a real folder and the simulated camera: each step happens when the
 * test says so, so that the world can change between two of them.
 */
export class DeletionBench {
  readonly db: Database;
  readonly recordings: string;
  readonly clock = handClock();
  readonly undo = new UndoStore();
  readonly volume: ArchiveVolume;
  readonly problems: ProblemService;
  deletions: CameraDeletions;
  settings: Settings = settingsSchema.parse({ keepFreeGb: 0 });
  private readonly simulated: SimulatedCamera;
  private readonly limits: Partial<HfsLimits>;
  private readonly clips = new ClipRepository();
  private readonly reconciler: Reconciler;
  private readonly task: DownloadTask;
  private readonly filer: ClipFiler;
  private readonly log = pino({ level: 'silent' });

  private constructor(
    simulated: SimulatedCamera,
    limits: Partial<HfsLimits>,
    at: { db: Database; recordings: string },
  ) {
    this.simulated = simulated;
    this.limits = limits;
    this.db = at.db;
    this.recordings = at.recordings;
    const { db, clips, clock, log } = this;
    this.problems = new ProblemService({ db, clock, log, onChange: () => undefined });
    this.volume = new ArchiveVolume({
      root: at.recordings,
      clock,
      log,
      readMarkerId: () => readAppState(db, 'archive.marker'),
      writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
      knownClips: () => Promise.resolve(0),
      onChange: () => undefined,
    });
    const times = new ZonedTimes('Europe/London');
    const shared = { db, clips, parts: new PartRepository(), volume: this.volume, clock };
    this.reconciler = new Reconciler({ db, clips, times, clock, fetchPhotos: () => false });
    this.task = new DownloadTask({
      ...shared,
      settings: () => this.settings,
      bootId: 'boot',
      archivePath,
      numberedPath,
      openPart: (path, trusted) => PartFile.open(this.volume, path, trusted),
    });
    this.filer = new ClipFiler({ ...shared, task: this.task, times, log });
    this.deletions = this.newDeletions();
  }

  static async start(simulated: SimulatedCamera, limits: Partial<HfsLimits> = {}): Promise<DeletionBench> {
    const home = await mkdtemp(join(tmpdir(), 'viofosync-deletion-'));
    const db = await openDatabase({ configDir: home, now: new Date() });
    onTestFinished(async () => {
      await db.destroy();
      await rm(home, { recursive: true, force: true });
    });
    await db
      .insertInto('camera')
      .values({
        name: 'Car',
        address: simulated.address,
        archive_folder: '',
        enabled: 1,
        created_at: 0,
        alternative_address: null,
        model: null,
        firmware: null,
        last_contact_at: null,
        last_archived_at: null,
      })
      .execute();
    const bench = new DeletionBench(simulated, limits, { db, recordings: join(home, 'recordings') });
    await bench.volume.check();
    return bench;
  }

  private newDeletions(): CameraDeletions {
    const { db, clips, volume, problems, clock, log, undo } = this;
    const events = new EventBus<Events>(() => undefined);
    return new CameraDeletions({
      db,
      clips,
      volume,
      problems,
      clock,
      log,
      undo,
      events,
      settings: () => this.settings,
    });
  }

  /** Only what is on the disk outlives it. */
  restart(): void {
    this.deletions = this.newDeletions();
  }

  async row(): Promise<CameraRow> {
    return this.db.selectFrom('camera').selectAll().executeTakeFirstOrThrow();
  }

  async clip(name: string): Promise<ClipRow> {
    return this.db.selectFrom('clip').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
  }

  /** With the adapter of a camera that has listed nothing yet. */
  async withCamera<T>(use: (camera: NovatekCamera) => Promise<T>): Promise<T> {
    const address = parseCameraAddress(this.simulated.address);
    if ('error' in address) throw new Error(address.error);
    const camera = new NovatekCamera({ address, limits: { retryDelayMs: 0, ...this.limits } });
    try {
      return await use(camera);
    } finally {
      camera.close();
    }
  }

  /** Lists the camera and folds in what it shows, as the loop of a camera does. */
  async list(): Promise<void> {
    this.clock.advance(1000);
    const { id } = await this.row();
    const listing = await this.withCamera((camera) => camera.list(never));
    await this.reconciler.reconcile(id, listing, 'stopped', rules);
    await this.deletions.afterListing(id, listing);
  }

  /** Fetches and files all that waits. `between` is called before each is filed. */
  async fetch(between: (clip: ClipRow) => Promise<void> = () => Promise.resolve()): Promise<void> {
    const waiting = await this.db.selectFrom('clip').selectAll().where('state', '=', 'waiting').execute();
    for (const clip of waiting) {
      this.clock.advance(1000);
      await this.clips.transition(this.db, [clip.id], ['waiting'], {
        to: 'transferring',
        reason: null,
        at: this.clock.now(),
      });
      const received = await this.receive(clip);
      await between(clip);
      const row = await this.filer.file(received);
      if (row) await this.deletions.dueByRule(row);
    }
  }

  /** The bytes of one clip into its part. */
  async receive(clip: ClipRow): ReturnType<DownloadTask['receive']> {
    return this.withCamera((camera) =>
      this.task.receive({
        camera,
        clip,
        cameraFolder: '',
        signal: never,
        onNewGround: () => undefined,
        onLastPiece: () => undefined,
        onBytes: () => undefined,
      }),
    );
  }

  /** Tells the camera all that is due; returns in how many goes. */
  async tell(): Promise<number> {
    const row = await this.row();
    for (let goes = 1; ; goes++) {
      this.clock.advance(1000);
      if (!(await this.withCamera((camera) => this.deletions.run(camera, row, never)))) return goes;
    }
  }

  /** A whole visit: listed, fetched, told, listed again. */
  async visit(): Promise<void> {
    await this.list();
    await this.fetch();
    await this.tell();
    await this.list();
  }

  /** Messages of the open problems. */
  async problemMessages(): Promise<string[]> {
    return (await this.problems.open()).map((problem) => `${problem.key}: ${problem.message}`);
  }
}
