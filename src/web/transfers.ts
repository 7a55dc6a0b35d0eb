import type { Camera, Transfer } from '../shared/cameras.ts';

export interface LiveTransfer extends Transfer {
  /** When this was first and last heard of, by the browser's clock. */
  begunAt: number;
  heardAt: number;
  hasArrived: boolean;
}

/** More than a camera can have under way, so that one that has arrived is still known when the next begins. */
const rememberedPerCamera = 6;

/** The newest progress of every transfer, by its clip, straight from the live channel. */
export class TransferStore {
  #byClip: ReadonlyMap<number, LiveTransfer> = new Map();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly get = (): ReadonlyMap<number, LiveTransfer> => this.#byClip;

  progressed(transfer: Transfer, now: number): void {
    const begunAt = this.#byClip.get(transfer.clipId)?.begunAt ?? now;
    this.#set({ ...transfer, begunAt, heardAt: now, hasArrived: false });
  }

  /** A clip has arrived whole: its bar stays full until another begins or the status is read again. */
  arrived(clipId: number, now: number): void {
    const transfer = this.#byClip.get(clipId);
    if (!transfer) return;
    const bytes = transfer.totalBytes ?? transfer.bytes;
    this.#set({ ...transfer, bytes, heardAt: now, hasArrived: true });
  }

  #set(transfer: LiveTransfer): void {
    const others = [...this.#byClip.values()].filter((each) => each.clipId !== transfer.clipId);
    const ofCamera = others.filter((each) => each.cameraId === transfer.cameraId);
    const forgotten = new Set(ofCamera.slice(0, Math.max(0, ofCamera.length - rememberedPerCamera + 1)));
    const kept = others.filter((each) => !forgotten.has(each));
    this.#byClip = new Map([...kept, transfer].map((each) => [each.clipId, each]));
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
    const heard = [...live.values()].filter((each) => each.cameraId === camera.id && each.heardAt > statusAt);
    const current = new Map<number, Transfer>(camera.transfers.map((each) => [each.clipId, each]));
    for (const each of heard.toSorted((a, b) => a.begunAt - b.begunAt)) {
      if (each.hasArrived && heard.some((other) => other.begunAt > each.heardAt)) current.delete(each.clipId);
      else current.set(each.clipId, each);
    }
    return [...current.values()];
  });
}

/** Those worth a line of their own: not the one of which nothing has come, while another of its camera is coming in. */
export function shownTransfers(transfers: readonly Transfer[]): Transfer[] {
  return transfers.filter(
    (each) =>
      hasBegun(each) || !transfers.some((other) => other.cameraId === each.cameraId && hasBegun(other)),
  );
}

function hasBegun({ bytes, bytesPerSecond }: Transfer): boolean {
  return bytes > 0 || bytesPerSecond > 0;
}

/** Parts of a whole in [0, 1]; null when the whole is not known. */
export function shareOf(transfer: Transfer): number | null {
  if (!transfer.totalBytes) return null;
  return Math.min(1, transfer.bytes / transfer.totalBytes);
}
