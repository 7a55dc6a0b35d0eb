import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { UnusableDatabaseError } from './open.ts';

export const lockFileName = 'viofosync.lock';

/** Another process works on this folder. */
export class InUseError extends UnusableDatabaseError {
  override name = 'InUseError';
}

/**
 * Holds `$CONFIG_DIR` for this process: two on one archive would take each other's downloads. The operating system
 * lets go of it however the process ends. Throws an `InUseError` when another process has it.
 */
export function lockInstance(configDir: string): { stop(): void } {
  const lock = new SqliteDatabase(join(configDir, lockFileName), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw new InUseError(
      `${configDir} is in use by another viofosync that is running. Stop that one first, or set CONFIG_DIR to another folder.`,
      { cause: error },
    );
  }
  return { stop: () => void lock.close() };
}
