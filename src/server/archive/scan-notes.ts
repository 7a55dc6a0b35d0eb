import type { Logger } from '../lib/logger.ts';

const noteWords = {
  unreadable: 'could not be read',
  empty: 'empty',
  vanished: 'vanished while they were looked at',
  name: 'with a name that is no text',
  sidecar: 'with a sidecar (.json) that cannot be read',
  changed: 'with another length than before',
  unmounted: 'not looked at, for a disk or share of their own is not mounted there',
} as const;

export type ScanNoteKind = keyof typeof noteWords;

/** What a scan could not take in, for people. */
export type ScanNote = (what: ScanNoteKind, detail: string) => void;

const examplesShown = 3;
const examplesLogged = 100;

/** Gathers what is to be said of a scan at its end; the log gets the first hundred of each. */
export class ScanNotes {
  count = 0;
  moved = 0;
  left = 0;
  private readonly log: Logger;
  private readonly seen = new Map<ScanNoteKind, { count: number; examples: string[] }>();

  constructor(log: Logger) {
    this.log = log;
  }

  readonly note: ScanNote = (what, detail) => {
    this.count++;
    const seen = this.seen.get(what) ?? { count: 0, examples: [] };
    this.seen.set(what, seen);
    if (seen.examples.length < examplesShown) seen.examples.push(detail);
    if (seen.count++ < examplesLogged)
      this.log.warn({ what: noteWords[what], path: detail }, 'a note on the scan of the archive');
  };

  summary(): string | null {
    const notes = [...this.seen].map(
      ([what, { count, examples }]) =>
        `${count} ${noteWords[what]}: ${examples.join(', ')}${count > examples.length ? ', …' : ''}.`,
    );
    if (this.moved > 0) notes.push(`${this.moved} found in another place than before.`);
    if (this.left > 0)
      notes.push(`${this.left} left alone, for they are just being fetched or were just deleted.`);
    return notes.length === 0 ? null : notes.join(' ');
  }
}
