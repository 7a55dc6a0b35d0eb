import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { captureFor } from '../src/server/archive/capture-repository.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { CameraRow, ClipRow, NewClipRow } from '../src/server/db/schema.ts';
import type { Connection } from '../src/shared/queue.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';
import { QueueActions } from '../src/server/sync/queue-actions.ts';
import { PartRepository } from '../src/server/sync/part-repository.ts';
import { QueueOrder } from '../src/server/sync/queue-order.ts';
import { RuleHolds } from '../src/server/sync/rule-holds.ts';
import { UndoStore } from '../src/server/sync/undo-store.ts';
import { handClock } from './scenario.ts';

export const minute = 60_000;
export const now = Date.UTC(2026, 5, 28, 12);

/** The queue of one camera on a real database, without a camera. */
export interface QueueLedger {
  db: Database;
  clips: ClipRepository;
  parts: PartRepository;
  clock: ReturnType<typeof handClock>;
  settings: Settings;
  order: QueueOrder;
  actions: QueueActions;
  ruleHolds: RuleHolds;
  /** Over which the camera is reached. */
  connection: Connection | null;
  /** What a stop of a transfer does to the ledger; by default the clip waits again. */
  stopTransfer(clipId: number): Promise<void>;
  /** Days told as changed, by camera. */
  told: Map<number, Set<string>>;
  camera(): Promise<CameraRow>;
  setCamera(change: Partial<CameraRow>): Promise<void>;
  /** Adds a clip that waits on the card; returns its id. */
  add(change?: Partial<NewClipRow>): Promise<number>;
  row(id: number): Promise<ClipRow>;
  /** `state` or `state(reason)` of each. */
  states(...ids: number[]): Promise<string[]>;
  next(): Promise<number | undefined>;
}

export async function useQueueLedger(): Promise<QueueLedger> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-queue-'));
  const db = await openDatabase({ configDir: home, now: new Date(now) });
  onTestFinished(async () => {
    await db.destroy();
    await rm(home, { recursive: true, force: true });
  });
  await addCamera(db, 'Camera');
  const clips = new ClipRepository();
  const clock = handClock(now);
  const settings = settingsSchema.parse({});
  const common = { db, clips, clock, settings: () => settings };
  const ruleHolds = new RuleHolds(common);
  const parts = new PartRepository();
  const order = new QueueOrder({ ...common, parts, cameraId: 1 });
  let row = await db.selectFrom('camera').selectAll().executeTakeFirstOrThrow();
  const ledger: QueueLedger = {
    db,
    clips,
    parts,
    clock,
    settings,
    order,
    ruleHolds,
    connection: 'main',
    told: new Map(),
    actions: new QueueActions({
      ...common,
      undo: new UndoStore(),
      rulesOf: (cameraId) => (cameraId === 1 ? ruleHolds.contextOf(row, ledger.connection) : null),
      stopTransfer: (id) => ledger.stopTransfer(id),
      onChange: (days) => {
        order.invalidate();
        for (const [cameraId, some] of days)
          ledger.told.set(cameraId, new Set([...(ledger.told.get(cameraId) ?? []), ...some]));
      },
    }),
    stopTransfer: async (id) => {
      const change = { to: 'waiting' as const, reason: null, at: clock.now() };
      await clips.transition(db, [id], ['transferring'], change);
    },
    camera: async () => row,
    setCamera: async (change) => {
      await db.updateTable('camera').set(change).where('id', '=', 1).execute();
      row = { ...row, ...change };
    },
    add: (change) => addClip(db, clips, change),
    row: (id) => db.selectFrom('clip').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    states: async (...ids) => {
      const rows = await clips.byIds(db, ids);
      const texts = new Map(
        rows.map(({ id, state, state_reason: why }) => [id, why ? `${state}(${why})` : state]),
      );
      return ids.map((id) => texts.get(id) ?? '');
    },
    next: () => order.next(clock.now()),
  };
  return ledger;
}

export async function addCamera(db: Database, name: string): Promise<number> {
  const { id } = await db
    .insertInto('camera')
    .values({
      name,
      address: `${name.toLowerCase()}.test`,
      alternative_address: null,
      archive_folder: name,
      enabled: 1,
      model: null,
      firmware: null,
      last_contact_at: null,
      last_archived_at: null,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function addClip(
  db: Database,
  clips: ClipRepository,
  change: Partial<NewClipRow> = {},
): Promise<number> {
  const startedAt = change.started_at ?? now - 30 * minute;
  const localStart = new Date(startedAt).toISOString().slice(0, 19);
  const values = {
    camera_id: 1,
    name: `${localStart.replaceAll(/\D/g, '')}_${change.channel ?? 'front'}.${change.container ?? 'mp4'}`,
    generation: 0,
    channel: 'front' as const,
    kind: 'normal' as const,
    container: 'mp4' as const,
    local_start: localStart,
    started_at: startedAt,
    zone_offset_min: 0,
    time_source: 'setting' as const,
    local_day: localStart.slice(0, 10),
    locked: 0 as const,
    kept: 0 as const,
    state: 'waiting' as const,
    state_at: now,
    attempts: 0,
    remote_volume: '',
    remote_path: '/DCIM/Movie/clip.MP4',
    remote_size_bytes: 1000,
    remote_size_exact: 1 as const,
    remote_seen_at: now,
    origin: 'sync' as const,
    ...change,
  };
  const capture_id = await captureFor(db, {
    cameraId: values.camera_id,
    startedAt,
    localStart,
    channel: values.channel,
    kind: values.kind,
    locked: values.locked === 1,
  });
  const { id } = await db
    .insertInto('clip')
    .values({ ...values, capture_id })
    .returning('id')
    .executeTakeFirstOrThrow();
  await clips.refresh(db, [{ camera_id: values.camera_id, local_day: values.local_day, capture_id }]);
  return id;
}

/** The cached days agree with the clips. */
export async function recountOfDays({ db }: QueueLedger) {
  const wanted = new Set(['waiting', 'held', 'transferring', 'failed']);
  const counts = new Map<string, number>();
  for (const clip of await db.selectFrom('clip').select(['local_day', 'state']).execute())
    counts.set(clip.local_day, (counts.get(clip.local_day) ?? 0) + Number(wanted.has(clip.state)));
  const days = await db.selectFrom('day').select(['local_day', 'wanted']).execute();
  return { cached: new Map(days.map((day) => [day.local_day, day.wanted])), counts };
}
