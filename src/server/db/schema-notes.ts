import type { Generated, Selectable } from 'kysely';

/** A word that people gave to a clip, as `clip.tags` has it, which keeps these rows by triggers; compared without case. */
export interface ClipTagTable {
  clip_id: number;
  tag: string;
}

/** A moment that people marked. */
export interface MarkTable {
  id: Generated<number>;
  /** Whose footage was looked at; null when that camera is gone. */
  camera_id: number | null;
  at: number;
  text: string;
  created_at: number;
}

export type ClipTagRow = Selectable<ClipTagTable>;
export type MarkRow = Selectable<MarkTable>;
