import type { PlaceInput } from '../../shared/places.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database, Db } from '../db/open.ts';
import type { ProblemReport } from '../health/problem-service.ts';
import type { V2SettingsAdoption } from '../settings/adopt-v2-settings.ts';
import { takeOverPlaces } from './take-over-places.ts';
import { takeOverRules } from './take-over-rules.ts';

/** The camera of the existing system's settings, with addresses as we write them. */
export interface V2Camera {
  address: string;
  alternativeAddress: string | null;
}

export interface TakeOverDeps {
  db: Database;
  adoption: V2SettingsAdoption;
  camera: V2Camera | null;
  now: number;
  adoptPassword(password: NonNullable<V2SettingsAdoption['plan']['password']>): Promise<string>;
  markSetUp(): Promise<void>;
  installation(): Promise<{ hasUser: boolean; isSetUp: boolean }>;
  /** Makes sure that there is a camera at the address. */
  ensureCamera(camera: V2Camera): Promise<void>;
  /** Puts places into the database; returns how many are new. */
  adoptPlaces(trx: Db, places: readonly PlaceInput[], at: number): Promise<number>;
  raise(problem: ProblemReport): void;
}

/** Then it is the user's own: an address of long ago must not make a second one. */
async function hasCameraWithAddress(db: Database): Promise<boolean> {
  const row = await db.selectFrom('camera').select('id').where('address', '!=', '').executeTakeFirst();
  return row !== undefined;
}

const ruleProblem: ProblemReport = {
  key: 'settings:rules',
  severity: 'warning',
  message:
    'The existing system fetched only some of the recordings (locked ones, or no parking), and it is not clear of which camera.',
  advice: 'Choose what is fetched of each camera on the page Cameras.',
};

/** Problems that last until there is a password. */
const passwordProblems = new Set(['settings:config.json', 'settings:WEB_PASSWORD_HASH']);

/**
 * What of the existing system's settings belongs into the database: the password, the camera with its rules, the
 * places, the pause, the report. Once; a start that was cut off finishes it.
 */
export async function takeOverSettings(deps: TakeOverDeps): Promise<void> {
  const { db, adoption, camera } = deps;
  const { plan } = adoption;
  if ((await readAppState(db, 'v2.settings')) === null) {
    // After a rebuild without users, an old password must not come into force again.
    const { isSetUp } = await deps.installation();
    if (plan.password && !isSetUp) await deps.adoptPassword(plan.password);
    if (plan.wasSetUp) await deps.markSetUp();
    if (camera && !(await hasCameraWithAddress(db))) await deps.ensureCamera(camera);
    await db.transaction().execute(async (trx) => {
      if (plan.paused) await writeAppState(trx, 'sync.paused', '1');
      await trx
        .insertInto('adoption')
        .values({ at: deps.now, kind: 'v2_settings', report: JSON.stringify(adoption.report) })
        .execute();
      await writeAppState(trx, 'v2.settings', String(deps.now));
    });
  }
  if ((await takeOverRules(deps)) === 'no camera') deps.raise(ruleProblem);
  await takeOverPlaces(deps);
  const { hasUser } = await deps.installation();
  for (const problem of plan.problems) {
    const isDue = !passwordProblems.has(problem.key) || !hasUser;
    if (isDue) deps.raise({ ...problem, severity: 'warning' });
  }
}
