import { realpath, stat, statfs } from 'node:fs/promises';
import type { VolumeCheck } from '../../shared/set-up.ts';
import { isUsable, type VolumeState } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { networkTypeOf, parseMounts, readMounts } from '../db/network-fs.ts';
import { TimeoutError, withTimeout } from '../lib/abort.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { clearTrials, otherBytesCode, tryFolder } from './folder-trial.ts';

export interface VolumeCheckDeps {
  volume: Pick<ArchiveVolume, 'root' | 'run' | 'check' | 'status'>;
  configDir: string;
  /** The text of `/proc/mounts`, for tests. */
  mounts?: string | undefined;
  /** How long one call may take, and all of a check. */
  callMs?: number;
  checkMs?: number;
}

type Which = VolumeCheck['volume'];

/** Enough that a cache does not hide the disk for certain, and little for a slow share. */
const trialBytes = 16 * 1024 * 1024;
const defaultCallMs = 8_000;
const defaultCheckMs = 20_000;
/** Never the last room of a disk. */
const roomShare = 8;

interface Space {
  freeBytes: number;
  totalBytes: number;
}

/** Tries both folders of an installation. Each check ends within seconds, whatever the folder does; of one folder only one is under way. */
export class VolumeChecks {
  private readonly deps: VolumeCheckDeps;
  private readonly underWay = new Map<Which, Promise<VolumeCheck>>();

  constructor(deps: VolumeCheckDeps) {
    this.deps = deps;
  }

  /** Never rejects: what a folder refuses is the answer. */
  async check(volume: Which): Promise<VolumeCheck> {
    let check = this.underWay.get(volume);
    if (!check) {
      check = volume === 'recordings' ? this.checkRecordings() : this.checkConfig();
      this.underWay.set(volume, check);
      void check.finally(() => this.underWay.delete(volume)).catch(() => undefined);
    }
    try {
      return await withTimeout(check, this.deps.checkMs ?? defaultCheckMs, 'the folder');
    } catch (error) {
      return { ...this.empty(volume), ...faultOf(error, this.pathOf(volume)) };
    }
  }

  private async checkRecordings(): Promise<VolumeCheck> {
    const { volume } = this.deps;
    const { root: path } = volume;
    const run = <T>(what: string, call: () => Promise<T>) => volume.run(what, call, this.callMs);
    const { state, message, freeBytes, totalBytes } = await volume.check({ probe: true });
    const seen: VolumeCheck = { ...this.empty('recordings'), state, message, freeBytes, totalBytes };
    if (!isUsable(seen)) return seen;
    try {
      const facts = await this.factsOf(path, run);
      return { ...seen, ...facts, trial: await tryFolder(path, { run, now, bytes: roomFor(seen) }) };
    } catch (error) {
      return { ...seen, ...faultOf(error, path) };
    }
  }

  private async checkConfig(): Promise<VolumeCheck> {
    const { configDir: path } = this.deps;
    const run = <T>(what: string, call: () => Promise<T>) => withTimeout(call(), this.callMs, what);
    const seen: VolumeCheck = { ...this.empty('config'), state: 'ready' };
    try {
      const space = await run('the free space', () => spaceOf(path));
      const facts = await this.factsOf(path, run);
      await run('trial files', () => clearTrials(path));
      const trial = await tryFolder(path, { run, now, bytes: roomFor(space) });
      return { ...seen, ...space, ...facts, trial };
    } catch (error) {
      return { ...seen, ...faultOf(error, path) };
    }
  }

  private get callMs(): number {
    return this.deps.callMs ?? defaultCallMs;
  }

  private pathOf(volume: Which): string {
    return volume === 'recordings' ? this.deps.volume.root : this.deps.configDir;
  }

  private empty(volume: Which): VolumeCheck {
    return {
      volume,
      path: this.pathOf(volume),
      state: 'checking',
      message: null,
      freeBytes: null,
      totalBytes: null,
      networkType: null,
      trial: null,
      isShared: null,
    };
  }

  private async factsOf(
    path: string,
    run: <T>(what: string, call: () => Promise<T>) => Promise<T>,
  ): Promise<Pick<VolumeCheck, 'networkType' | 'isShared'>> {
    const real = await run('where the folder lies', () => realpath(path));
    return {
      networkType: networkTypeOf(real, parseMounts(this.deps.mounts ?? readMounts())),
      isShared: await this.isShared(),
    };
  }

  private async isShared(): Promise<boolean | null> {
    const { volume, configDir } = this.deps;
    try {
      const [recordings, config] = await Promise.all([
        volume.run('the disk of the recordings', () => stat(volume.root), this.callMs),
        withTimeout(stat(configDir), this.callMs, 'the disk of the configuration'),
      ]);
      return recordings.dev === config.dev;
    } catch {
      return null;
    }
  }
}

const now = () => performance.now();

function roomFor({ freeBytes }: { freeBytes: number | null }): number {
  return Math.max(0, Math.min(trialBytes, Math.floor((freeBytes ?? 0) / roomShare)));
}

async function spaceOf(path: string): Promise<Space> {
  const space = await statfs(path);
  const used = space.blocks - space.bfree;
  return { freeBytes: space.bavail * space.bsize, totalBytes: (used + space.bavail) * space.bsize };
}

function faultOf(error: unknown, path: string): { state: VolumeState; message: string } {
  if (error instanceof VolumeError) return { state: error.state, message: error.message };
  if (error instanceof TimeoutError) {
    return {
      state: 'slow',
      message: `${path} does not answer in time. Is its disk asleep, or its share gone?`,
    };
  }
  const code = errnoOf(error) ?? '';
  if (['ENOSPC', 'EDQUOT'].includes(code))
    return { state: 'full', message: `${path} is full. Free some space there.` };
  if (code === otherBytesCode) {
    return {
      state: 'unwritable',
      message: `What is written into ${path} is not what is read from it. Look at the disk or the share.`,
    };
  }
  return { state: 'unwritable', message: `${path} cannot be used (${code || messageOf(error)}).` };
}
