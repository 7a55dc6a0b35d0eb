/**
 * What the browser is at with an upload. `asking`: a person decides after the dry run; `waiting`: the server does not
 * answer, it goes on by itself; `lost`: the files have to be given again.
 */
export type UploadPhase = 'telling' | 'asking' | 'sending' | 'waiting' | 'paused' | 'lost';

export interface UploadView {
  importId: number;
  phase: UploadPhase;
  /** Why it waits, or cannot go on. */
  message: string | null;
  /** Files that a person gave, and those of them that the server knows of by now. */
  files: number;
  told: number;
  bytesPerSecond: number | null;
}
