import { once } from 'node:events';
import type { ClipRow } from '../db/schema.ts';

/** One clip on its way; `done` never rejects but for a bug. */
export class Fetch<Outcome> {
  readonly clip: ClipRow;
  /** Of a clock that only runs forward. */
  readonly claimedAt = performance.now();
  readonly abort = new AbortController();
  /** Aborted with this fetch, or with all. */
  readonly signal: AbortSignal;
  /** Its last request is being answered: another may wait behind it. */
  readonly atItsEnd: Promise<void>;
  readonly done: Promise<Outcome>;
  /** Somebody stopped this clip and not the work. */
  cancelledAlone = false;
  /** It hung, and no new byte came. */
  stalled = false;
  private readonly lastPiece = new AbortController();

  constructor(clip: ClipRow, outer: AbortSignal, run: (fetch: Fetch<Outcome>) => Promise<Outcome>) {
    this.clip = clip;
    this.signal = AbortSignal.any([outer, this.abort.signal]);
    this.atItsEnd = once(this.lastPiece.signal, 'abort').then(() => undefined);
    this.done = run(this);
    // Whoever awaits it sees the rejection; until then it must not end the process.
    this.done.catch(() => undefined);
  }

  nearsEnd(): void {
    this.lastPiece.abort();
  }
}
