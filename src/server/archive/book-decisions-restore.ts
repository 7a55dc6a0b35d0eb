import { readdir } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import { errnoOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { CameraNameTimes } from '../lib/zones.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import {
  dayOfDecisions,
  decisionsFolder,
  decisionsKey,
  decisionsPath,
  decisionsSchema,
  type Decision,
} from './book-decisions.ts';
import { planDecisions, type DecisionsPlan } from './book-decisions-plan.ts';
import { readBookFile } from './book-file.ts';
import type { ClipRepository } from './clip-repository.ts';

export interface RestoreDecisionsDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  clips: ClipRepository;
  /** How the names of each camera are read. */
  times: CameraNameTimes;
  signal: AbortSignal;
}

const decisionsAtOnce = 1000;

/**
 * Brings back what was decided of clips that may still be on a card, when their cameras are there: a thousand a
 * transaction, and what was brought back before changes nothing. Returns the local days that are other than before, by
 * camera. Throws what the volume says, and the signal's reason.
 */
export async function restoreDecisions(deps: RestoreDecisionsDeps): Promise<Map<number, Set<string>>> {
  const { db, clips, times, signal } = deps;
  const days = new Map<number, Set<string>>();
  const cameras = await db.selectFrom('camera').select(['id', 'archive_folder']).execute();
  const idOf = new Map(cameras.map((camera) => [camera.archive_folder, camera.id]));
  for (const [folder, decisions] of byCamera(await readAll(deps))) {
    const cameraId = idOf.get(folder);
    if (cameraId === undefined) continue;
    const changed = new Set<string>();
    days.set(cameraId, changed);
    for (const some of batchesOf(decisions)) {
      signal.throwIfAborted();
      await db.transaction().execute(async (trx) => {
        const known = await rowsOf(trx, cameraId, some);
        const plan = planDecisions(some, known, await times.of(trx, cameraId));
        for (const day of await carryOut(trx, { clips, cameraId, plan })) changed.add(day);
      });
      await yieldToOthers();
    }
    if (changed.size === 0) days.delete(cameraId);
  }
  return days;
}

/** The folders of cameras of whose clips something was decided. Throws what the volume says. */
export async function foldersDecided(deps: DecisionReadDeps): Promise<string[]> {
  return [...byCamera(await readAll(deps)).keys()].toSorted();
}

type DecisionReadDeps = Pick<RestoreDecisionsDeps, 'volume' | 'log' | 'signal'>;

async function readAll(deps: DecisionReadDeps): Promise<Decision[]> {
  const { volume, log, signal } = deps;
  const names = await volume.run('looking for what was decided of clips', () =>
    readdir(volume.pathOf(decisionsFolder)).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
      throw error;
    }),
  );
  const all: Decision[] = [];
  for (const day of names.flatMap((name) => dayOfDecisions(name) ?? [])) {
    signal.throwIfAborted();
    const path = decisionsPath(day);
    const file = await readBookFile(volume, path, { key: decisionsKey, schema: decisionsSchema });
    if (file.kind === 'broken')
      log.warn({ path, reason: file.reason }, 'what was decided of clips of a day cannot be read');
    if (file.kind !== 'ours') continue;
    const read = file.contents.flatMap((decision) => decision ?? []);
    if (read.length < file.contents.length)
      log.warn({ path, left: file.contents.length - read.length }, 'some decisions of a day cannot be read');
    all.push(...read);
  }
  return all;
}

function byCamera(decisions: readonly Decision[]): Map<string, Decision[]> {
  const cameras = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const some = cameras.get(decision.camera) ?? [];
    cameras.set(decision.camera, some);
    some.push(decision);
  }
  return cameras;
}

/** Of a name that came more than once, all go together: what is there of it by then was there before. */
function batchesOf(decisions: readonly Decision[]): Decision[][] {
  const names = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const name = decision.name.toLowerCase();
    const same = names.get(name);
    if (same) same.push(decision);
    else names.set(name, [decision]);
  }
  return chunks([...names.values()], decisionsAtOnce).map((some) => some.flat());
}

async function rowsOf(trx: Db, cameraId: number, decisions: readonly Decision[]) {
  const names = new Set(decisions.flatMap(({ name }) => [name, name.toUpperCase(), name.toLowerCase()]));
  return trx
    .selectFrom('clip')
    .select(['id', 'name', 'generation', 'state', 'kept', 'note', 'tags', 'rank', 'remote_volume'])
    .select(['remote_size_bytes', 'remote_size_exact', 'size_bytes'])
    .where('camera_id', '=', cameraId)
    .where(among('name', [...names]))
    .execute();
}

/** Returns the local days that are other than before. */
async function carryOut(
  trx: Db,
  { clips, cameraId, plan }: { clips: ClipRepository; cameraId: number; plan: DecisionsPlan },
): Promise<Set<string>> {
  const { inserts } = plan;
  const change = { inserts: [], patches: [], moves: [], gone: [], at: 0 };
  const rows = inserts.map(({ clip }) => ({ ...clip, camera_id: cameraId }));
  const days = new Set(await clips.applyBulk(trx, cameraId, { ...change, inserts: rows }));
  const patches = [...(await patchesOfInserts(trx, cameraId, plan)), ...plan.patches];
  await clips.applyBulk(trx, cameraId, { ...change, patches });
  const touched = await trx
    .selectFrom('clip')
    .select(['camera_id', 'local_day', 'capture_id'])
    .where(
      among(
        'id',
        patches.map(({ id }) => id),
      ),
    )
    .execute();
  await clips.refresh(trx, touched);
  for (const row of touched) days.add(row.local_day);
  return days;
}

/** What is known of clips that were just inserted besides what a listing tells. */
async function patchesOfInserts(
  trx: Db,
  cameraId: number,
  { inserts }: DecisionsPlan,
): Promise<DecisionsPlan['patches']> {
  const names = [...new Set(inserts.map(({ clip }) => clip.name))];
  const rows = await trx
    .selectFrom('clip')
    .select(['id', 'name', 'generation', 'remote_volume'])
    .where('camera_id', '=', cameraId)
    .where(among('name', names))
    .execute();
  const idOf = new Map(rows.map((row) => [keyOf(row), row.id]));
  return inserts.flatMap(({ clip, facts }) => {
    const id = idOf.get(keyOf(clip));
    return id === undefined || Object.keys(facts).length === 0 ? [] : [{ id, patch: facts }];
  });
}

const keyOf = (row: { name: string; generation: number; remote_volume: string }) =>
  `${row.name} ${row.generation} ${row.remote_volume}`;
