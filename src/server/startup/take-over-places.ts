import type { PlaceInput } from '../../shared/places.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database, Db } from '../db/open.ts';
import type { V2SettingsAdoption } from '../settings/adopt-v2-settings.ts';
import { cameraMeant } from './take-over-rules.ts';
import type { V2Camera } from './take-over-settings.ts';

export interface TakeOverPlacesDeps {
  db: Database;
  adoption: V2SettingsAdoption;
  camera: V2Camera | null;
  now: number;
  /** Returns how many are new. */
  adoptPlaces(trx: Db, places: readonly PlaceInput[], at: number): Promise<number>;
}

/**
 * Takes over the places of the existing system, and on its camera whether tracks are read off the card; each once,
 * whenever the settings were taken over.
 */
export async function takeOverPlaces(deps: TakeOverPlacesDeps): Promise<void> {
  const { db, adoption, now } = deps;
  const { places } = adoption.plan;
  if (places.length > 0 && (await readAppState(db, 'v2.places')) === null) {
    await db.transaction().execute(async (trx) => {
      const count = await deps.adoptPlaces(trx, places, now);
      if (count > 0) await report(trx, deps, count);
      await writeAppState(trx, 'v2.places', String(now));
    });
  }
  await takeOverTriage(deps);
}

/**
 * Of several cameras, none of which is the one meant, all keep reading: that harms nothing. Without any camera it is
 * tried again at the next start.
 */
async function takeOverTriage({ db, adoption, camera, now }: TakeOverPlacesDeps): Promise<void> {
  const { triage } = adoption.plan;
  if (triage === null || (await readAppState(db, 'v2.triage')) !== null) return;
  const target = await cameraMeant(db, camera);
  if (target === 'none') return;
  await db.transaction().execute(async (trx) => {
    await writeAppState(trx, 'v2.triage', String(now));
    if (target === 'several') return;
    await trx
      .updateTable('camera')
      .set({ main_triage: triage.main ? 1 : 0, alternative_triage: triage.alternative ? 1 : 0 })
      .where('id', '=', target)
      .execute();
  });
}

async function report(trx: Db, { adoption, now }: TakeOverPlacesDeps, count: number): Promise<void> {
  const { generation, copy } = adoption.report;
  const lines = [{ what: 'places', count, note: null }];
  const told = { generation, copy, lines, aside: [], warnings: [], tookMs: 0 };
  await trx
    .insertInto('adoption')
    .values({ at: now, kind: 'v2_settings', report: JSON.stringify(told) })
    .execute();
}
