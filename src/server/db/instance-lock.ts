import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { UnusableDatabaseError } from './open.ts';

const lockFileName = 'viofosync.lock';

/**
 * Holds `$CONFIG_DIR` for this process: two on one archive would take each other's downloads. The operating system
 * lets go of it however the process ends. Throws an `UnusableDatabaseError` when another process has it.
 */
export function lockInstance(configDir: string): { stop(): void } {
  const lock = new SqliteDatabase(join(configDir, lockFileName), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw new UnusableDatabaseError(
      `${configDir} is in use by another viofosync that is running. Stop that one first, or set CONFIG_DIR to another folder.`,
      { cause: error },
    );
  }
  return { stop: () => void lock.close() };
}
