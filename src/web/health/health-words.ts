/** The sentences of the health page. */
import type { Adoption, AdoptionLine, Integrity, Scan, System } from '../../shared/system.ts';
import { countOf, formatCount, formatInstant, formatLength, sentence } from '../format.ts';
import type { Tone } from '../words.ts';

const integrityWords: Record<Integrity['state'], string> = {
  not_yet: 'Not checked yet',
  running: 'Being checked',
  good: 'Sound',
  damaged: 'Damaged',
};

const integrityTones: Record<Integrity['state'], Tone> = {
  not_yet: 'quiet',
  running: 'accent',
  good: 'green',
  damaged: 'red',
};

export function integrityTone({ state }: Integrity): Tone {
  return integrityTones[state];
}

/** `Sound, checked yesterday 18:40` */
export function integrityLine({ state, at }: Integrity, now: number): string {
  const word = integrityWords[state];
  if (at === null) return word;
  const when = formatInstant(at, now);
  if (state === 'good') return `${word}, checked ${when}`;
  return state === 'running' ? `${word} since ${when}` : `${word}, found ${when}`;
}

/** How the database keeps its changes safe. */
export function journalWords(journal: System['database']['journal']): string {
  if (journal === 'wal') return 'Write-ahead log';
  if (journal === 'delete') return 'Rollback journal, as a network folder needs it';
  return journal;
}

const scanWords: Record<Scan['state'], string> = {
  never: 'Not looked through yet',
  running: 'Looking through the archive',
  done: 'Looked through',
  failed: 'Could not be looked through',
  stopped: 'Stopped before its end',
};

const scanTones: Record<Scan['state'], Tone> = {
  never: 'quiet',
  running: 'accent',
  done: 'green',
  failed: 'red',
  stopped: 'amber',
};

export function scanTone({ state }: Scan): Tone {
  return scanTones[state];
}

/** `Looked through yesterday 18:40, in 3 min` */
export function scanLine(scan: Scan, now: number): string {
  const word = scanWords[scan.state];
  if (scan.state === 'running') {
    return scan.startedAt === null ? word : `${word} since ${formatInstant(scan.startedAt, now)}`;
  }
  if (scan.finishedAt === null) return word;
  const when = formatInstant(scan.finishedAt, now);
  if (scan.state !== 'done') return `${word}, ${when}`;
  const took = scan.startedAt === null ? '' : `, in ${formatLength(scan.finishedAt - scan.startedAt)}`;
  return `${word} ${when}${took}`;
}

/** `12,340 files in 310 folders, 4 clips newly found`; null before the first scan. */
export function scanCounts({ state, files, folders, found }: Scan): string | null {
  if (state === 'never') return null;
  const seen = `${countOf(files, 'file')} in ${countOf(folders, 'folder')}`;
  return `${seen}, ${found === 0 ? 'no clip' : countOf(found, 'clip')} newly found`;
}

const adoptionTitles: Record<Adoption['kind'], string> = {
  v2_database: 'Taken over from your earlier version',
  v2_settings: 'Settings taken over from your earlier version',
  rebuild: 'Rebuilt from the recordings',
};

export function adoptionTitle(kind: Adoption['kind']): string {
  return adoptionTitles[kind];
}

/** `Version 2.5, yesterday 18:40, in 12 s` */
export function adoptionLine({ kind, generation, at, tookMs }: Adoption, now: number): string {
  const took = tookMs < 1_000 ? '' : `, in ${formatLength(tookMs)}`;
  const when = `${formatInstant(at, now)}${took}`;
  if (kind === 'rebuild' || generation === '') return sentence(when);
  return `${generation.startsWith('after') ? 'A version' : 'Version'} ${generation}, ${when}`;
}

/** How many rows were kept aside, as a heading. */
export function asideTitle(aside: readonly AdoptionLine[]): string {
  const total = aside.reduce((sum, { count }) => sum + count, 0);
  const rows = countOf(total, 'row');
  return total === 1 ? `${rows} is kept aside as it was` : `${rows} are kept aside as they were`;
}

/** What a person should know of a taking over. */
export function warningsTitle(count: number): string {
  return count === 1 ? 'To know' : `${formatCount(count)} things to know`;
}

/** `The newest 7 are kept.` */
export function keptWords(keep: number): string {
  return keep === 1 ? 'The newest one is kept.' : `The newest ${formatCount(keep)} are kept.`;
}
