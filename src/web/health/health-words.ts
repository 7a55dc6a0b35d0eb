/** The sentences of the health page. */
import type { Adoption, AdoptionLine, Integrity, Scan, System } from '../../shared/system.ts';
import { formatInstant, formatLength, sentence } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import type { Tone } from '../words.ts';
import { t } from './texts.ts';

const integrityWords = wordsOf(t, {
  not_yet: 'integrityNotYet',
  running: 'integrityRunning',
  good: 'integrityGood',
  damaged: 'integrityDamaged',
});

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
  const values = { what: word, time: formatInstant(at, now) };
  if (state === 'good') return t('checkedAt', values);
  return t(state === 'running' ? 'whatSince' : 'foundAt', values);
}

/** How the database keeps its changes safe. */
export function journalWords(journal: System['database']['journal']): string {
  if (journal === 'wal') return t('journalWal');
  if (journal === 'delete') return t('journalDelete');
  return journal;
}

const scanWords = wordsOf(t, {
  never: 'scanNever',
  running: 'scanRunning',
  done: 'scanDone',
  failed: 'scanFailed',
  stopped: 'scanStopped',
});

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
export function scanLine({ state, startedAt, finishedAt }: Scan, now: number): string {
  const what = scanWords[state];
  const at = state === 'running' ? startedAt : finishedAt;
  if (at === null) return what;
  const values = { what, time: formatInstant(at, now) };
  if (state === 'running') return t('whatSince', values);
  if (state !== 'done') return t('whatAt', values);
  if (startedAt === null) return t('scanDoneAt', values);
  return t('scanDoneIn', { ...values, length: formatLength(at - startedAt) });
}

/** `12,340 files in 310 folders, 4 clips newly found`; null before the first scan. */
export function scanCounts(scan: Scan): string | null {
  const { state, files, folders, found, missing = 0, skippedFolders = 0 } = scan;
  if (state === 'never') return null;
  let seen = t('inFolders', { files: t('files', { count: files }), count: folders });
  if (skippedFolders > 0) seen = t('passedOver', { seen, count: skippedFolders });
  seen = found === 0 ? t('newlyNone', { seen }) : t('newly', { seen, count: found });
  return missing === 0 ? seen : t('gone', { seen, count: missing });
}

const adoptionTitles = wordsOf(t, {
  v2_database: 'adoptedDatabase',
  v2_settings: 'adoptedSettings',
  rebuild: 'adoptedRebuild',
});

export function adoptionTitle(kind: Adoption['kind']): string {
  return adoptionTitles[kind];
}

/** `Version 2.5, yesterday 18:40, in 12 s` */
export function adoptionLine({ kind, generation, at, tookMs }: Adoption, now: number): string {
  const time = formatInstant(at, now);
  const when = tookMs < 1_000 ? time : t('whenTook', { time, length: formatLength(tookMs) });
  if (kind === 'rebuild' || generation === '') return sentence(when);
  const isSome = generation.startsWith('after');
  return t(isSome ? 'someVersion' : 'thatVersion', { version: generation, when });
}

/** How many rows were kept aside, as a heading. */
export function asideTitle(aside: readonly AdoptionLine[]): string {
  const total = aside.reduce((sum, { count }) => sum + count, 0);
  return t('aside', { count: total });
}

/** What a person should know of a taking over. */
export function warningsTitle(count: number): string {
  return t('toKnow', { count });
}

/** `The newest 7 are kept.` */
export function keptWords(keep: number): string {
  return t('kept', { count: keep });
}
