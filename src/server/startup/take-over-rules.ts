import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database, Db } from '../db/open.ts';
import type { V2SettingsAdoption } from '../settings/adopt-v2-settings.ts';
import type { V2Camera } from './take-over-settings.ts';

export interface TakeOverRulesDeps {
  db: Database;
  adoption: V2SettingsAdoption;
  camera: V2Camera | null;
  now: number;
}

/** A version without rules paused downloads instead, and raised this. */
const pausedInstead = 'settings:SCOPE';

/**
 * Puts on the camera what the existing system fetched over each connection; once, whenever the settings were taken
 * over. A pause that stood in for the rules ends with them, unless the existing system was paused too. Who resumed
 * meanwhile has chosen everything, and gets it. `no camera`: there are several, and none of them is the one meant;
 * without any, it is tried again at the next start.
 */
export async function takeOverRules(deps: TakeOverRulesDeps): Promise<'done' | 'nothing' | 'no camera'> {
  const { db, adoption, now } = deps;
  const { rules } = adoption.plan;
  if (rules === null || (await readAppState(db, 'v2.rules')) !== null) return 'nothing';
  const target = await cameraMeant(db, deps.camera);
  if (target === 'none') return 'nothing';
  const wasPausedInstead = await hadProblem(db);
  const isPaused = (await readAppState(db, 'sync.paused')) === '1';
  return db.transaction().execute(async (trx) => {
    await writeAppState(trx, 'v2.rules', String(now));
    if (wasPausedInstead && !isPaused) return 'nothing';
    if (target === 'several') return 'no camera';
    await trx
      .updateTable('camera')
      .set({ main_rule: rules.main, alternative_rule: rules.alternative })
      .where('id', '=', target)
      .execute();
    if (wasPausedInstead) await endPause(trx, deps);
    return 'done';
  });
}

/** The one at the address, else the one without any, else the only one. */
export async function cameraMeant(db: Db, camera: V2Camera | null): Promise<number | 'none' | 'several'> {
  const rows = await db.selectFrom('camera').select(['id', 'address', 'alternative_address']).execute();
  const atAddress = rows.find(
    (row) => camera && [row.address, row.alternative_address].includes(camera.address),
  );
  const meant = atAddress ?? rows.find((row) => row.address === '') ?? (rows.length === 1 ? rows[0] : null);
  return meant?.id ?? (rows.length === 0 ? 'none' : 'several');
}

async function hadProblem(db: Db): Promise<boolean> {
  const row = await db.selectFrom('problem').select('id').where('key', '=', pausedInstead).executeTakeFirst();
  return row !== undefined;
}

async function endPause(trx: Db, { adoption, now }: TakeOverRulesDeps): Promise<void> {
  if (adoption.plan.paused) return;
  await writeAppState(trx, 'sync.paused', '0');
  const { generation, copy } = adoption.report;
  const report = { generation, copy, lines: [], aside: [], warnings: [resumed], tookMs: 0 };
  await trx
    .insertInto('adoption')
    .values({ at: now, kind: 'v2_settings', report: JSON.stringify(report) })
    .execute();
}

const resumed =
  'Downloads go on: the camera now has the rules of the existing system about what is fetched, in whose stead downloads were paused.';
