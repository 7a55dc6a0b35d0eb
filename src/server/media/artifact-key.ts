import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ArtifactKind } from '../../shared/media.ts';
import type { ClipIdentity, MadeFormat } from './media-types.ts';

/** The kinds whose files lie in the cache: what is made first goes last, when there is no room. */
export const cacheKinds = ['proxy', 'filmstrip', 'thumbnail'] as const satisfies readonly ArtifactKind[];
export type CacheKind = (typeof cacheKinds)[number];

export const isCacheKind = (kind: ArtifactKind): kind is CacheKind => kind !== 'repair';

/**
 * By what a clip's files are named in the cache: hex, the same in another database, and for no other clip. Two cameras
 * may name files alike, and pad them to one size: their times of last write tell them apart.
 */
export function artifactKey({ name, size_bytes, local_start, mtime_ms }: ClipIdentity): string {
  const identity = JSON.stringify([name, size_bytes, local_start, mtime_ms]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

/** Where a file lies below the cache folder: the version is part of its name, so that it tells what it is by itself. */
export function cachePlace(
  kind: ArtifactKind,
  key: string,
  { version, format }: { version: number; format: string },
): string {
  return join(kind, key.slice(0, 2), `${key}-${version}.${format}`);
}

const named = /^([0-9a-f]{32})-(\d{1,6})\.(webp|jpg|mp4)$/;

/** What a name in the cache says; null for one that is not of ours. */
export function readCacheName(name: string): { key: string; version: number; format: MadeFormat } | null {
  const [, key, version, format] = named.exec(name) ?? [];
  return key === undefined ? null : { key, version: Number(version), format: format as MadeFormat };
}
