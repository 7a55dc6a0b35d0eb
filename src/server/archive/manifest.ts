import { z } from 'zod';
import type { ClipRow } from '../db/schema.ts';
import { bookFolder, instantSchema, instantText } from './book.ts';

/** Below the archive root: a file for each day that clips are named after, with the hashes of their bytes. */
export const manifestFolder = `${bookFolder}/days`;

const entrySchema = z.object({
  /** Folder of its camera below the archive root. */
  camera: z.string().max(1000),
  name: z.string().min(1).max(1000),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  /** Time of last write when that was the hash, UTC milliseconds. */
  modified: z.number().int().nullable().default(null),
  origin: z.enum(['sync', 'import', 'adopted', 'found']),
  archived: instantSchema.nullable().default(null),
  /** When this program computed the hash of what it wrote. */
  verified: instantSchema.nullable().default(null),
  /** What was wrong with it when it came, in words; empty where nobody said. */
  damaged: z.string().max(10_000).nullable().default(null),
});
export type ManifestEntry = z.output<typeof entrySchema>;

export const manifestKey = 'clips';
export const manifestSchema = z.array(entrySchema).max(200_000);

/** `.viofosync/days/2026/2026-06-28.json`. */
export const manifestPath = (day: string): string => `${manifestFolder}/${day.slice(0, 4)}/${day}.json`;

/** What is in the folder of manifests that is not one of ours is let be. */
export const isManifestName = (name: string): boolean => /^\d{4}-\d\d-\d\d\.json$/.test(name);
export const isYearName = (name: string): boolean => /^\d{4}$/.test(name);

export const manifestColumns = [
  'name',
  'size_bytes',
  'sha256',
  'mtime_ms',
  'origin',
  'archived_at',
  'verified_at',
  'state_reason',
  'last_error',
] as const satisfies readonly (keyof ClipRow)[];

/** What a manifest tells of a clip with a hash, as JSON. */
export function entryText(
  camera: string,
  row: Pick<ClipRow, (typeof manifestColumns)[number]>,
): Record<string, unknown> {
  return {
    camera,
    name: row.name,
    bytes: row.size_bytes ?? 0,
    sha256: row.sha256,
    ...(row.mtime_ms !== null && { modified: row.mtime_ms }),
    origin: row.origin,
    ...(row.archived_at !== null && { archived: instantText(row.archived_at) }),
    ...(row.verified_at !== null && { verified: instantText(row.verified_at) }),
    ...(row.state_reason === 'damaged' && { damaged: row.last_error ?? '' }),
  };
}

/** File systems and shares keep times by two seconds at the coarsest. */
const sameTimeMs = 2000;

/** What is looked at of a clip that may learn something, and what it may learn. */
export const learnedFrom = [
  'size_bytes',
  'sha256',
  'mtime_ms',
  'origin',
  'archived_at',
  'state_reason',
  'last_error',
] as const satisfies readonly (keyof ClipRow)[];
export const learnedColumns = [
  'sha256',
  'origin',
  'archived_at',
  'verified_at',
  'state_reason',
  'last_error',
] as const satisfies readonly (keyof ClipRow)[];

/** How it is damaged is read from its file anew; that it came so, and why, is told here alone. */
function damageOf(
  { state_reason, last_error }: Pick<ClipRow, 'state_reason' | 'last_error'>,
  { damaged }: ManifestEntry,
): Pick<ClipRow, 'state_reason' | 'last_error'> {
  if (damaged === null || state_reason !== null) return { state_reason, last_error };
  return { state_reason: 'damaged', last_error: damaged === '' ? null : damaged };
}

/**
 * What a clip learns of its manifest; null when it is of other bytes, or knows its hash. That its bytes were verified
 * holds only while nothing has written to its file since.
 */
export function learned(
  row: Pick<ClipRow, (typeof learnedFrom)[number]>,
  entry: ManifestEntry,
): Pick<ClipRow, (typeof learnedColumns)[number]> | null {
  if (row.sha256 !== null || row.size_bytes !== entry.bytes) return null;
  const isUntouched =
    entry.modified !== null && row.mtime_ms !== null && Math.abs(entry.modified - row.mtime_ms) <= sameTimeMs;
  return {
    sha256: entry.sha256,
    origin: row.origin === 'found' ? entry.origin : row.origin,
    archived_at: entry.archived ?? row.archived_at,
    verified_at: isUntouched ? entry.verified : null,
    ...damageOf(row, entry),
  };
}
