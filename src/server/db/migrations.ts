import type { Migration } from 'kysely';
import { ledgerMigration } from './migrations/0001-ledger.ts';
import { adoptionMigration } from './migrations/0002-adoption.ts';
import { syncMigration } from './migrations/0003-sync.ts';
import { retentionMigration } from './migrations/0004-retention.ts';
import { journeysMigration } from './migrations/0005-journeys.ts';
import { mediaMigration } from './migrations/0006-media.ts';
import { notesMigration } from './migrations/0007-notes.ts';

/** Every migration in order, listed by hand. A released one is never changed; a new one goes to the end. */
export const migrations: Record<string, Migration> = {
  '0001-ledger': ledgerMigration,
  '0002-adoption': adoptionMigration,
  '0003-sync': syncMigration,
  '0004-retention': retentionMigration,
  '0005-journeys': journeysMigration,
  '0006-media': mediaMigration,
  '0007-notes': notesMigration,
};
