import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '../../shared/storage.ts';
import { withTimeout } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { databaseFileName } from '../db/open.ts';

export interface ConfigFolderDeps {
  configDir: string;
  clock: Clock;
  onChange: () => void;
}

const lookEveryMs = 10 * 60_000;
const lookTimeoutMs = 30_000;
const backupPattern = /^viofosync-.+\.db$/;

/** Sizes of the folder of database and backups, looked at in the background now and then. */
export class ConfigFolder {
  private readonly deps: ConfigFolderDeps;
  private seen: Storage['config'] = null;
  private lookedAt = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(deps: ConfigFolderDeps) {
    this.deps = deps;
  }

  /** As last seen, null when it could not be looked at; one that is old is looked at anew, behind the answer. */
  get facts(): Storage['config'] {
    if (Math.abs(this.deps.clock.now() - this.lookedAt) >= lookEveryMs) this.refresh();
    return this.seen;
  }

  /** Ends when no look is under way. */
  async idle(): Promise<void> {
    await this.looking;
  }

  private refresh(): void {
    this.lookedAt = this.deps.clock.now();
    this.looking ??= this.look().finally(() => (this.looking = null));
  }

  private async look(): Promise<void> {
    const facts = factsOf(this.deps.configDir);
    this.seen = await withTimeout(facts, lookTimeoutMs, 'the configuration folder').catch(() => null);
    this.deps.onChange();
  }
}

async function factsOf(configDir: string): Promise<NonNullable<Storage['config']>> {
  const backups = join(configDir, 'backups');
  const [names, older, space] = await Promise.all([namesOf(configDir), namesOf(backups), statfs(configDir)]);
  const files = names.filter((name) => name === databaseFileName || name.startsWith(`${databaseFileName}-`));
  const copies = names.filter((name) => backupPattern.test(name)).map((name) => join(configDir, name));
  return {
    path: configDir,
    databaseBytes: await sizeOf(files.map((name) => join(configDir, name))),
    backupsBytes: await sizeOf([...copies, ...older.map((name) => join(backups, name))]),
    freeBytes: space.bavail * space.bsize,
    totalBytes: (space.blocks - space.bfree + space.bavail) * space.bsize,
  };
}

const namesOf = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function sizeOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (entry) => (entry.isFile() ? entry.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
