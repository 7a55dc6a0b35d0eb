import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backupsKept } from '../db/backup-service.ts';
import { prepareBackupFolder, pruneBackups } from '../db/backup-files.ts';
import { lockInstance } from '../db/instance-lock.ts';
import { databaseFileName } from '../db/open.ts';
import { restoreFile } from '../db/recover.ts';
import { copyDatabase, freeName, stampOf } from '../db/sqlite-files.ts';

/** What stands in the way, in a sentence for the terminal; nothing was changed. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** `viofosync backup`: also while the program runs. Returns the path of the copy. */
export async function backupCommand(options: {
  configDir: string;
  output: string | undefined;
  now: number;
}): Promise<string> {
  const source = join(options.configDir, databaseFileName);
  if (!existsSync(source)) throw new CommandError(`there is no database at ${source}. Is CONFIG_DIR right?`);
  if (options.output === undefined) {
    const folder = prepareBackupFolder(options.configDir);
    const target = join(folder, freeName(folder, `viofosync-${stampOf(options.now)}`, '.db'));
    await copyDatabase(source, target);
    pruneBackups(options.configDir, backupsKept);
    return target;
  }
  const target = resolve(options.output);
  if (existsSync(target)) throw new CommandError(`${target} exists already. Name a new file.`);
  await copyDatabase(source, target);
  return target;
}

/** `viofosync restore FILE`: only while the program does not run. Returns the name under which the present database is kept. */
export async function restoreCommand(options: {
  configDir: string;
  file: string;
  now: number;
}): Promise<string | null> {
  const file = resolve(options.file);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new CommandError(
      `there is no file ${file}. The backups lie in ${join(options.configDir, 'backups')}.`,
    );
  const lock = lockInstance(options.configDir);
  try {
    return await restoreFile(file, options);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    lock.stop();
  }
}
