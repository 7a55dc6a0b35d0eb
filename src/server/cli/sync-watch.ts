import type { Camera } from '../../shared/cameras.ts';
import type { App } from '../app.ts';
import type { RunOnce } from '../app-options.ts';
import type { ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { orderableOf } from '../sync/queue-order.ts';
import type { RunFigures } from './sync-progress.ts';
import type { RunSeen } from './sync-verdict-policy.ts';

export interface RunWatchDeps {
  app: App;
  once: RunOnce;
  clock: Clock;
  /** Only listings since then count. */
  startedAt: number;
  /** Called when a clip has come into the archive. */
  onArchived(clip: { name: string; path: string; bytes: number }): void;
}

/** A clip that is wanted and was not fetched, and why. */
export interface MissingClip {
  name: string;
  why: string | null;
}

type WantedRow = Pick<ClipRow, (typeof wantedColumns)[number]>;

const wantedColumns = [
  'id',
  'capture_id',
  'name',
  'kind',
  'channel',
  'container',
  'locked',
  'rank',
  'started_at',
  'remote_volume',
  'remote_size_bytes',
  'state',
  'state_reason',
  'next_attempt_at',
  'last_error',
] as const satisfies readonly (keyof ClipRow)[];

/** Follows a run from outside: its events, its ledger, and what the page would show. */
export class RunWatch {
  private readonly deps: RunWatchDeps;
  private readonly transfers = new Map<number, { name: string; bytes: number }>();
  private readonly archived = new Set<number>();
  private archivedBytes = 0;
  private bytesPerSecond: number | null = null;
  private aliveAt: number;
  private troubleSince: number | null = null;
  private wanted: WantedRow[] = [];
  private camera: Camera | undefined;

  constructor(deps: RunWatchDeps) {
    this.deps = deps;
    this.aliveAt = deps.startedAt;
  }

  /** Begins to listen; returns how to end it. */
  start(onChange: () => void): () => void {
    const { events } = this.deps.app;
    const alive = () => (this.aliveAt = this.deps.clock.now());
    const ends = [
      events.on('transfer.progressed', ({ clipId, name, bytes, bytesPerSecond }) => {
        if (this.transfers.get(clipId)?.bytes === bytes || this.archived.has(clipId)) return;
        this.transfers.set(clipId, { name, bytes });
        this.bytesPerSecond = bytesPerSecond;
        alive();
        onChange();
      }),
      events.on('clip.archived', ({ clipId }) => {
        alive();
        void this.noteArchived(clipId).then(onChange, onChange);
      }),
      // A scan of the archive, which downloads wait for, tells of its progress by this.
      events.on('system.changed', alive),
      ...(['camera.changed', 'sync.changed', 'archive.changed', 'clips.changed'] as const).map((name) =>
        events.on(name, onChange),
      ),
    ];
    return () => ends.forEach((end) => end());
  }

  private async noteArchived(id: number): Promise<void> {
    this.archived.add(id);
    this.transfers.delete(id);
    const { db } = this.deps.app;
    const row = await db
      .selectFrom('clip')
      .select(['name', 'path', 'size_bytes'])
      .where('id', '=', id)
      .executeTakeFirst();
    const bytes = row?.size_bytes ?? 0;
    this.archivedBytes += bytes;
    if (row) this.deps.onArchived({ name: row.name, path: row.path ?? '', bytes });
  }

  /** Looks at everything once; null while the camera is not known yet. */
  async look(): Promise<RunSeen | null> {
    const { app, once, clock } = this.deps;
    const { cameras, volume } = await app.view();
    const camera = cameras.find((one) => [one.address, one.alternativeAddress].includes(once.address));
    this.camera = camera;
    if (!camera) return null;
    this.wanted = await this.readWanted(camera.id);
    const now = clock.now();
    const { activity, message } = camera;
    // A camera that cannot be listed is listed again and again: that is no sign that all is well.
    const isTrouble =
      activity === 'away' ||
      activity === 'stranger' ||
      (activity === 'idle' && message !== null) ||
      (activity === 'listing' && this.troubleSince !== null);
    this.troubleSince = isTrouble ? (this.troubleSince ?? now) : null;
    const clips = this.wanted.map((row) => ({
      state: row.state,
      reason: row.state_reason,
      nextAttemptAt: row.next_attempt_at,
    }));
    return {
      now,
      activity,
      message,
      troubleSince: this.troubleSince,
      aliveAt: this.aliveAt,
      listing: await this.readListing(camera.id),
      volume,
      clips,
    };
  }

  private async readWanted(cameraId: number): Promise<WantedRow[]> {
    const { app, once } = this.deps;
    const rows = await app.db
      .selectFrom('clip')
      .select(wantedColumns)
      .where('camera_id', '=', cameraId)
      .where('state', 'in', ['waiting', 'held', 'transferring', 'failed'])
      .execute();
    return rows.filter((row) => once.choice.passes(orderableOf(row)));
  }

  private async readListing(cameraId: number): Promise<{ complete: boolean } | null> {
    const row = await this.deps.app.db
      .selectFrom('listing')
      .select('complete')
      .where('camera_id', '=', cameraId)
      .where('at', '>=', this.deps.startedAt)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? { complete: row.complete === 1 } : null;
  }

  /** As of the last look. */
  figures(): RunFigures {
    const rest = this.wanted.filter((row) => row.state === 'waiting' || row.state === 'transferring');
    const underWay = rest.filter((row) => row.state === 'transferring' && this.transfers.has(row.id));
    const arrived = underWay.reduce((sum, row) => sum + (this.transfers.get(row.id)?.bytes ?? 0), 0);
    const restBytes = rest.reduce((sum, row) => sum + (row.remote_size_bytes ?? 0), 0);
    return {
      name: underWay[0]?.name ?? null,
      doneClips: this.archived.size,
      doneBytes: this.archivedBytes + arrived,
      restClips: rest.length,
      restBytes: Math.max(restBytes - arrived, 0),
      bytesPerSecond: this.bytesPerSecond,
      activity: this.camera?.message ?? activityWords[this.camera?.activity ?? 'starting'] ?? 'waiting',
    };
  }

  /** The wanted clips of this run by their ids, as of the last look. */
  wantedClips(): ReadonlyMap<number, { name: string; bytes: number | null }> {
    return new Map(this.wanted.map((row) => [row.id, { name: row.name, bytes: row.remote_size_bytes }]));
  }

  /** What is wanted and not here, as of the last look; without what a rule or a recording under way holds back. */
  missing(): MissingClip[] {
    return this.wanted
      .filter((row) => row.state !== 'held' || row.state_reason === 'target')
      .map((row) => ({ name: row.name, why: row.last_error }));
  }
}

const activityWords: Partial<Record<Camera['activity'], string>> = {
  starting: 'looking for the camera',
  away: 'the camera is away',
  listing: 'listing the camera',
  downloading: 'fetching',
  blocked: 'waiting for the recordings folder',
};
