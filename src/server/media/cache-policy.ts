/** How large the cache may be, and what is tried again when. Pure. */

const bytesPerGb = 1e9;
/** The database, its backups and its journal lie on the same disk. */
const leftFreeBytes = 500e6;

/** What the settings give, and never what the disk needs for itself. */
export function budgetOf(from: { cacheGb: number; usedBytes: number; freeBytes: number }): number {
  const possible = from.usedBytes + from.freeBytes - leftFreeBytes;
  return Math.max(0, Math.min(from.cacheGb * bytesPerGb, possible));
}

/** When there is too much, this share of the budget is cleared too, so that not every new file clears another. */
const clearedShare = 0.05;

/** How many bytes have to go. */
export function surplusOf(usedBytes: number, budgetBytes: number): number {
  return usedBytes <= budgetBytes ? 0 : usedBytes - budgetBytes * (1 - clearedShare);
}

const minute = 60_000;
/** After the first failure, the second, and so on; then it is left until somebody asks. */
const pauses = [10 * minute, 3 * 60 * minute, 24 * 60 * minute];

/** When something that failed is tried again by itself; `attempts` counts this one. Null: not any more. */
export function nextTryAt(attempts: number, now: number): number | null {
  const pause = pauses[attempts - 1];
  return pause === undefined ? null : now + pause;
}
