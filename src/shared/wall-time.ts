/** A wall clock (`2026-06-28T13:34:16`) read as if it were UTC, in milliseconds. Throws a `RangeError` for what is no time. */
export function wallOf(localStart: string): number {
  const wallMs = Date.parse(`${localStart}Z`);
  if (Number.isNaN(wallMs)) throw new RangeError(`not a local time: ${localStart}`);
  return wallMs;
}
