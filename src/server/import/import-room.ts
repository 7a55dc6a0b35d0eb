import type { ImportDeps } from './import-types.ts';

export type ImportRoomDeps = Pick<ImportDeps, 'volume' | 'settings' | 'clock' | 'room'>;

/** There is no room for a file; the message is for people. */
export class NoRoom extends Error {
  override name = 'NoRoom';
}

/** Sees to it that a file only comes in when there is room for it: under the rules, and on the disk. */
export class ImportRoom {
  private readonly deps: ImportRoomDeps;

  constructor(deps: ImportRoomDeps) {
    this.deps = deps;
  }

  /**
   * Promises room for `bytes`, of which `have` are on the disk already; the function that is returned gives it back or
   * says that the ledger counts it. Rejects with `NoRoom`: nothing was deleted then.
   */
  async take(
    file: { name: string; bytes: number; have: number; startedAt: number },
    signal: AbortSignal,
  ): Promise<() => void> {
    const { room, clock } = this.deps;
    // Nothing goes for what a clock has dated into the future.
    const startedAt = Math.min(file.startedAt, clock.now());
    const verdict = await room?.makeRoom({ name: file.name, bytes: file.bytes, startedAt }, signal);
    if (verdict?.ok === false) throw new NoRoom(verdict.reason);
    const settle = (): void => verdict?.settle(0);
    try {
      await this.onDisk(file.bytes - file.have, signal);
      return settle;
    } catch (error) {
      settle();
      throw error;
    }
  }

  private async onDisk(needed: number, signal: AbortSignal): Promise<void> {
    const { volume, settings, room } = this.deps;
    const keepFree = settings().keepFreeGb * 1e9;
    let free = await volume.freeBytes();
    const short = keepFree + needed - free;
    if (short > 0 && (await room?.freeFromTrash(short, signal))) free = await volume.freeBytes();
    if (free - needed >= keepFree) return;
    throw new NoRoom(
      `The recordings volume has ${gigabytes(free)} free; this file needs ${gigabytes(needed)} and ${gigabytes(keepFree)} are to stay free.`,
    );
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
