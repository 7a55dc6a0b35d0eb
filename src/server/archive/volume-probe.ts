import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, opendir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../lib/errors.ts';

/** The calls of a trial write, by absolute path; a port, for a volume that refuses can hardly be had in a test. */
export interface ProbeFiles {
  /** Makes a file that must not be there yet, whole and on the disk itself; follows no link. */
  write(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Follows no link. */
  read(path: string): Promise<string>;
  unlink(path: string): Promise<void>;
}

export const nodeProbeFiles: ProbeFiles = {
  async write(path, text) {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  async read(path) {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  },
  unlink,
};

export const probePrefix = '.viofosync-probe-';
/** Code of the error when other bytes are read than were written. */
export const readBackCode = 'READBACK';

const probeName = () => `${probePrefix}${randomBytes(6).toString('hex')}`;

/** Tries on the volume all that a download needs: write, fsync, rename, read, delete. */
export class VolumeProbe {
  private readonly root: string;
  private readonly files: ProbeFiles;
  /** Trial files of ours that may still be there. */
  private readonly left = new Set<string>();

  constructor(root: string, files: ProbeFiles = nodeProbeFiles) {
    this.root = root;
    this.files = files;
  }

  /** Rejects with what the volume refused. Leaves nothing behind, and never a second file when one could not go. */
  async run(): Promise<void> {
    for (const path of this.left) await this.remove(path);
    const [first, second] = [probeName(), probeName()].map((name) => join(this.root, name)) as [
      string,
      string,
    ];
    const text = `viofosync tries whether this folder can be written ${randomBytes(16).toString('hex')}\n`;
    this.left.add(first).add(second);
    try {
      await this.files.write(first, text);
      await this.files.rename(first, second);
      if ((await this.files.read(second)) !== text)
        throw Object.assign(new Error('other bytes are read than were written'), { code: readBackCode });
    } catch (error) {
      // What it refused first tells most.
      for (const path of [first, second]) await this.remove(path).catch(() => undefined);
      throw error;
    }
    for (const path of [second, first]) await this.remove(path);
  }

  private async remove(path: string): Promise<void> {
    try {
      await this.files.unlink(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
    this.left.delete(path);
  }

  /** Removes what trial writes of earlier runs left; whatever bears such a name and is no folder is ours. */
  async clearEarlier(signal: AbortSignal): Promise<void> {
    for await (const entry of await opendir(this.root)) {
      if (signal.aborted) return;
      const path = join(this.root, entry.name);
      if (!entry.name.startsWith(probePrefix) || entry.isDirectory() || this.left.has(path)) continue;
      await this.files.unlink(path).catch(() => undefined);
    }
  }
}
