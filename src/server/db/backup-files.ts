import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Backup } from '../../shared/system.ts';
import { inspectStateFile } from './inspect.ts';
import { faultOf } from './sqlite-files.ts';

export const backupFolderName = 'backups';
const namePattern = /^viofosync-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(?:-\d+)?\.db$/;

const abandonedAfterMs = 60 * 60_000;

export const backupFolderOf = (configDir: string) => join(configDir, backupFolderName);

/** The backups of `$CONFIG_DIR/backups`, newest first; other files there are let be. */
export function listBackups(configDir: string): Backup[] {
  const folder = backupFolderOf(configDir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, ...parts] = namePattern.exec(name) ?? [];
      const at = Date.parse(`${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}Z`);
      const entry = statSync(join(folder, name), { throwIfNoEntry: false });
      return Number.isNaN(at) || !entry?.isFile() ? [] : [{ name, at, bytes: entry.size }];
    })
    .toSorted((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
}

/** Makes the folder where it is missing, and clears what a crash left half-made. */
export function prepareBackupFolder(configDir: string): string {
  const folder = backupFolderOf(configDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // A young one may be a backup that another process is making.
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (/\.part(-wal|-shm|-journal)?$/.test(name) && age > abandonedAfterMs) rmSync(path, { force: true });
  }
  return folder;
}

export function pruneBackups(configDir: string, keep: number): void {
  for (const backup of listBackups(configDir).slice(keep)) {
    rmSync(join(backupFolderOf(configDir), backup.name), { force: true });
  }
}

/** Why a file cannot take the database's place; null when it can. Reads all of it. */
export function flawOfBackup(path: string): string | null {
  const found = inspectStateFile(path);
  switch (found.kind) {
    case 'absent':
      return `${path} does not exist or is empty.`;
    case 'damaged':
      return `${path} is damaged (${found.message}).`;
    case 'refused':
      return found.message;
    case 'ours':
    case 'v2': {
      const fault = faultOf(path);
      return fault === null ? null : `${path} is damaged (${fault}).`;
    }
  }
}

/** The newest backup that is whole, as a path. */
export function newestGoodBackup(configDir: string): string | null {
  const paths = listBackups(configDir).map((backup) => join(backupFolderOf(configDir), backup.name));
  return paths.find((path) => flawOfBackup(path) === null) ?? null;
}
