import type { Db } from './open.ts';

/** Small facts about this installation that are neither settings nor rows of a table. */
export type AppStateKey =
  | 'archive.marker'
  /** The id of the archive of which it was read what lies in its book: from then on the rows tell it. */
  | 'archive.book'
  /** The same for its manifests: hashes and origins. */
  | 'archive.manifests'
  /** JSON: the last check of the archive's bytes, when it began and ended. */
  | 'archive.check'
  | 'sync.paused'
  /** When this installation was set up: set-up never opens again by itself. */
  | 'setup.done'
  /** JSON of `SetUpDraft` in shared/set-up.ts: what was answered so far; gone once it is set up. */
  | 'setup.draft'
  /** When the existing system's settings were taken over into this database. */
  | 'v2.settings'
  /** When its rules of what is fetched were put on the camera here. */
  | 'v2.rules'
  /** The version of the parser that every track was read with, or is due to be read with. */
  | 'tracks.version'
  /** JSON: the settings and the rules that every journey was derived by, or is due to be derived by. */
  | 'journeys.rules'
  /** When its places were taken over. */
  | 'v2.places'
  /** When its choice of triage was put on the camera here. */
  | 'v2.triage'
  /** JSON: places that changed, whose stops are to be looked at again. */
  | 'places.due'
  /** JSON: the versions of recipes that every clip was looked at for, or is due to be. */
  | 'media.ahead'
  /** JSON: repaired copies without a clip, by their paths, and when each was first seen so. */
  | 'media.strays'
  /** JSON of `Refile` in shared/archive-care.ts: the last moving of clips into another layout, or the one under way. */
  | 'archive.refile'
  /** When a scan last went through the whole archive. */
  | 'scan.finished'
  /** The version of the rules by which folders were last looked through. */
  | 'folders.rules'
  /** JSON: when this machine's clock was last seen and believed. */
  | 'retention.clock'
  /** JSON: the plan that a person let go. */
  | 'retention.confirmed'
  /** JSON of the last walk through the recordings folder. */
  | 'storage.measure';

export async function readAppState(db: Db, key: AppStateKey): Promise<string | null> {
  const row = await db.selectFrom('app_state').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

export async function removeAppState(db: Db, key: AppStateKey): Promise<void> {
  await db.deleteFrom('app_state').where('key', '=', key).execute();
}

export async function writeAppState(db: Db, key: AppStateKey, value: string): Promise<void> {
  await db
    .insertInto('app_state')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
