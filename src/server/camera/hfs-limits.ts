/** Time limits and sizes of the conversation with a camera. */
export interface HfsLimits {
  /** Name lookup and connection. */
  connectMs: number;
  /** A command's answer: until it begins, and the longest silence in it. */
  commandMs: number;
  /** The same for listings: with thousands of files on the card the camera thinks for tens of seconds. */
  listingMs: number;
  /** The same for file bodies. */
  bodyMs: number;
  /** A body that brings less than `minBytesPerSecond` over this time is given up. */
  trickleMs: number;
  minBytesPerSecond: number;
  /** Wait before the one retry of a read whose connection was reset. */
  retryDelayMs: number;
  /** Longest answers; more is a stranger's attempt to fill the memory, or a loop. */
  commandBytes: number;
  listingBytes: number;
}

export const defaultHfsLimits: HfsLimits = {
  connectMs: 5_000,
  commandMs: 10_000,
  listingMs: 60_000,
  bodyMs: 30_000,
  trickleMs: 60_000,
  minBytesPerSecond: 2_048,
  retryDelayMs: 250,
  commandBytes: 1024 ** 2,
  listingBytes: 64 * 1024 ** 2,
};
