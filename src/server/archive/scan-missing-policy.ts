/** What a scan knows of clips whose files are not there any more. */
export interface Vanished {
  /** Clips at whose places there is nothing, beyond doubt. */
  clips: number;
  /** Clips that the ledger had in the archive when it was asked. */
  archived: number;
  /** A person said that they are really gone. */
  isAccepted: boolean;
}

/** So few may go by hand without a word. */
const fewClips = 20;
const mostShare = 0.25;

/**
 * Whether clips whose files have vanished may be marked as missing. A disk or a share of its own that is not mounted
 * looks the same as a folder that was emptied: where all are gone, or a good part, a person is asked first.
 */
export function mayMarkMissing({ clips, archived, isAccepted }: Vanished): boolean {
  if (clips === 0) return false;
  if (isAccepted) return true;
  if (clips >= archived) return false;
  return clips <= fewClips || clips <= archived * mostShare;
}

/** For people: what is the matter, and what to do. */
export function vanishedProblem({ clips, archived }: Vanished): { message: string; advice: string } {
  return {
    message: `${clips} of ${archived} clips are not in the recordings folder any more. Nothing was changed.`,
    advice:
      'Is a disk or a share not mounted, or was a folder moved out? Bring it back and start the scan again. If you removed the clips yourself, say so on the Health page.',
  };
}
