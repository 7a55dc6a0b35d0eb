import type { Camera, Transfer } from '../shared/cameras.ts';

export interface LiveTransfer extends Transfer {
  /** When this was heard, by the browser's clock. */
  heardAt: number;
}

/** The newest progress of each camera's transfer, straight from the live channel. */
export class TransferStore {
  #byCamera: ReadonlyMap<number, LiveTransfer> = new Map();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly get = (): ReadonlyMap<number, LiveTransfer> => this.#byCamera;

  progressed(transfer: Transfer, now: number): void {
    this.#set({ ...transfer, heardAt: now });
  }

  /** A clip has arrived whole: its bar stays full until the next one begins or the status is read again. */
  arrived(cameraId: number, clipId: number, now: number): void {
    const transfer = this.#byCamera.get(cameraId);
    if (transfer?.clipId !== clipId) return;
    this.#set({ ...transfer, bytes: transfer.totalBytes ?? transfer.bytes, heardAt: now });
  }

  #set(transfer: LiveTransfer): void {
    this.#byCamera = new Map(this.#byCamera).set(transfer.cameraId, transfer);
    for (const listener of this.#listeners) listener();
  }
}

/** What is coming in now: of what the status said at `statusAt` and what was heard live, the newer. */
export function currentTransfers(
  cameras: readonly Camera[],
  statusAt: number,
  live: ReadonlyMap<number, LiveTransfer>,
): Transfer[] {
  return cameras.flatMap((camera) => {
    const heard = live.get(camera.id);
    const transfer = heard && heard.heardAt > statusAt ? heard : camera.transfer;
    return transfer ? [transfer] : [];
  });
}

/** Parts of a whole in [0, 1]; null when the whole is not known. */
export function shareOf(transfer: Transfer): number | null {
  if (!transfer.totalBytes) return null;
  return Math.min(1, transfer.bytes / transfer.totalBytes);
}
