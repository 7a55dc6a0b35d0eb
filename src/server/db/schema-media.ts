import type { Generated, Selectable } from 'kysely';
import type { ArtifactKind } from '../../shared/media.ts';
import type { ImportItemState, ImportKind, ImportState, ImportVerdict } from '../../shared/imports.ts';
import type { Flag } from './schema.ts';

/** Something made of a clip, which can be made again; its file is `$CONFIG_DIR/cache/<kind>/<key>`, or for a repair in the archive. */
export interface ArtifactTable {
  clip_id: number;
  kind: ArtifactKind;
  /** Of the clip's identity (name, size, start), not of its row: hex. */
  key: string;
  /**
   * `ready`: the file is there; `failed`: tried, `error` says why, again at `next_at` (null: not by itself); `orphan`:
   * its clip is gone, and the file is to go too.
   */
  state: 'ready' | 'failed' | 'orphan';
  /** `webp`, `jpg`, `mp4`. */
  format: string | null;
  bytes: Generated<number>;
  /** JSON: of a filmstrip `Filmstrip` in shared/media.ts; of a proxy its width, height and encoder. */
  detail: string | null;
  /** Of the recipe it was made by: an older one is made anew. */
  version: number;
  attempts: Generated<number>;
  next_at: number | null;
  error: string | null;
  made_at: number | null;
  /** When somebody last looked at it, to the hour. */
  used_at: number;
}

/** A folder of the archive as a scan last saw it. */
export interface FolderTable {
  /** Below the archive root; empty for the root itself. */
  path: string;
  /** Null for the root. */
  parent: string | null;
  /** Of its times and number; null when it might change unnoticed, and is to be looked at again. */
  stamp: string | null;
  /** Clips in it. */
  clips: number;
  seen_at: number;
}

/** A clip's file that is about to be moved into another layout; gone when the ledger says where it is. */
export interface RefileTable {
  clip_id: number;
  from_path: string;
  to_path: string;
  ordered_at: number;
}

export interface ImportTable {
  id: Generated<number>;
  kind: ImportKind;
  /** The folder on this machine; for an upload what the browser called it. */
  source: string;
  /** Whose recordings they are; null: found out by folder and name. */
  camera_id: number | null;
  /** JSON of `ImportOptions` in shared/imports.ts. */
  options: string;
  state: ImportState;
  message: string | null;
  /** Its source is on the file system of the archive, or cannot be written. */
  is_same_volume: Generated<Flag>;
  is_read_only: Generated<Flag>;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

export interface ImportItemTable {
  id: Generated<number>;
  import_id: number;
  /** Below the source, with `/`. */
  path: string;
  name: string;
  bytes: number;
  mtime_ms: number | null;
  has_gpx: Generated<Flag>;
  local_start: string | null;
  verdict: ImportVerdict;
  state: ImportItemState;
  /** Of an upload: bytes that are safely here. */
  received_bytes: Generated<number>;
  clip_id: number | null;
  message: string | null;
}

export type ArtifactRow = Selectable<ArtifactTable>;
export type FolderRow = Selectable<FolderTable>;
export type RefileRow = Selectable<RefileTable>;
export type ImportRow = Selectable<ImportTable>;
export type ImportItemRow = Selectable<ImportItemTable>;
