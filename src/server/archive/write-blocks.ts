/** Small writes are gathered to this much: one round trip to a network share instead of sixteen. */
export const blockBytes = 1024 * 1024;
/** Two files at once, each with a block that fills and one that is being written. */
const mostSpare = 4;

/**
 * Memory for the bytes of part files, used again and again: the collector of garbage sees only the small object in
 * front of such memory, and at the pace of a download lets tens of megabytes pile up before it frees any.
 */
export class WriteBlocks {
  private readonly spare: Buffer[] = [];

  /** A block of `blockBytes`, with whatever it held last. */
  take(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  }

  /** Back for others. Never a block that a failed call was given: one that hangs may still read or write it. */
  give(block: Buffer): void {
    if (this.spare.length < mostSpare) this.spare.push(block);
  }
}
