/** What is known of a clip's bytes. */
export interface ClipBytes {
  sha256: string | null;
  size_bytes: number | null;
  mtime_ms: number | null;
}

/**
 * Names the bytes of a clip: other bytes have another. By their hash where there is one, else by length and time of
 * last write; null when nothing is known. Short, of letters, digits and dashes; stands in addresses and entity tags.
 */
export function clipVersion({ sha256, size_bytes, mtime_ms }: ClipBytes): string | null {
  if (sha256 !== null) return sha256.slice(0, 16);
  return size_bytes === null ? null : `${size_bytes}-${mtime_ms ?? 0}`;
}

/** The same by what a file system says of a file. */
export const fileVersion = (found: { size: number; mtimeMs: number }): string =>
  `${found.size}-${Math.round(found.mtimeMs)}`;
