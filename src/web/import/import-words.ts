/** The sentences of the import page. */
import type { Import, ImportItem, ImportSource, ImportVerdict } from '../../shared/imports.ts';
import {
  formatAbout,
  formatBytes,
  formatCount,
  formatInstant,
  formatPart,
  formatSpeed,
  fullStop,
} from '../format.ts';
import { wordsOf } from '../text/text.ts';
import type { Tone } from '../words.ts';
import type { Total, Wish } from './import-plan.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';
import { looseName } from './upload-plan.ts';
import type { UploadView } from './upload-view.ts';

export const verdictTitles = wordsOf<typeof en, ImportVerdict>(t, {
  new: 'new',
  wanted: 'wanted',
  unclassified: 'unclassified',
  known: 'known',
  skipped: 'skipped',
  too_old: 'tooOld',
  too_big: 'tooBig',
  empty: 'empty',
  other: 'other',
  unreadable: 'unreadable',
  companion: 'companion',
});

/** Why that is so, and what becomes of them. */
export const verdictHelps = wordsOf<typeof en, ImportVerdict>(t, {
  new: 'newHelp',
  wanted: 'wantedHelp',
  unclassified: 'unclassifiedHelp',
  known: 'knownHelp',
  skipped: 'skippedHelp',
  too_old: 'tooOldHelp',
  too_big: 'tooBigHelp',
  empty: 'emptyHelp',
  other: 'otherHelp',
  unreadable: 'unreadableHelp',
  companion: 'companionHelp',
});

/** What a switch says. */
export const wishTitles = wordsOf<typeof en, Wish>(t, {
  includeOld: 'includeOld',
  includeSkipped: 'includeSkipped',
  includeUnclassified: 'includeUnclassified',
  move: 'move',
});

/** What a switch means. */
export const wishHelps = wordsOf<typeof en, Wish>(t, {
  includeOld: 'includeOldHelp',
  includeSkipped: 'includeSkippedHelp',
  includeUnclassified: 'unclassifiedHelp',
  move: 'moveHelp',
});

const stateTones: Record<Import['state'], Tone> = {
  planning: 'accent',
  ready: 'quiet',
  running: 'accent',
  paused: 'amber',
  done: 'green',
  cancelled: 'quiet',
  failed: 'red',
};

export function importTone({ kind, state, files, endedAt }: Import, upload: UploadView | null): Tone {
  const isUpload = kind === 'upload' && endedAt === null;
  if (isUpload && (upload === null || upload.phase === 'waiting' || upload.phase === 'lost')) return 'amber';
  return state === 'done' && files.failed > 0 ? 'amber' : stateTones[state];
}

/** Where an import stands, in a sentence with its end. */
export function importLine(one: Import, upload: UploadView | null, now: number): string {
  if (one.endedAt !== null) return endedLine(one, one.endedAt, now);
  return one.kind === 'upload' ? uploadLine(one, upload) : folderLine(one);
}

function folderLine(one: Import): string {
  const { state, counts, message } = one;
  if (state === 'planning') return t('lookingSoFar', { count: lookedAt(one) });
  if (message !== null) return fullStop(message);
  if (state === 'ready') return t(counts.length === 0 ? 'noFilesThere' : 'notCopiedYet');
  return state === 'paused'
    ? t('paused', { progress: progressWords(one) })
    : t('importing', { progress: paceWords(one, one.bytesPerSecond) });
}

function endedLine(one: Import, endedAt: number, now: number): string {
  const { state, message } = one;
  const time = formatInstant(endedAt, now);
  if (state !== 'failed')
    return t(state === 'cancelled' ? 'endedAt' : 'doneAt', { time, came: cameInWords(one) });
  return message === null
    ? t('failedAt', { time })
    : t('failedAtBecause', { time, message: fullStop(message) });
}

const lookedAt = ({ counts }: Import): number => counts.reduce((sum, { files }) => sum + files, 0);

/** `12 of 48 files, 1.2 of 3.4 GB` */
export function progressWords({ files, bytes }: Pick<Import, 'files' | 'bytes'>): string {
  return t('progress', {
    done: formatCount(files.done),
    count: files.all,
    amount: formatPart(bytes.done, bytes.all),
  });
}

function cameInWords({ files }: Import): string {
  const came = files.done === 0 ? t('nothingCame') : t('filesCame', { count: files.done });
  return files.failed === 0 ? came : t('cameAndFailed', { came, failed: formatCount(files.failed) });
}

function uploadLine(one: Import, upload: UploadView | null): string {
  if (!upload) return againWords(one);
  switch (upload.phase) {
    case 'telling':
      return t('asking', { told: formatCount(upload.told), count: upload.files });
    case 'asking':
      return t('notUploadedYet');
    case 'sending':
      return t('uploading', { progress: paceWords(one, upload.bytesPerSecond) });
    case 'waiting':
      return t('goesOnByItself', { message: fullStop(upload.message ?? t('serverAway')) });
    case 'paused':
      return t('paused', { progress: progressWords(one) });
    case 'lost':
      return fullStop(upload.message ?? againWords(one));
  }
}

/** `12 of 48 files, 1.2 of 3.4 GB, 24 MB/s, about 3 min left`; without its speed while nobody knows it. */
function paceWords(one: Import, bytesPerSecond: number | null): string {
  const progress = progressWords(one);
  if (bytesPerSecond === null || bytesPerSecond <= 0) return progress;
  const left = ((one.bytes.all - one.bytes.done) / bytesPerSecond) * 1000;
  return t('pace', { progress, speed: formatSpeed(bytesPerSecond), time: formatAbout(left) });
}

/** After a reload a browser has no right to the files any more. */
function againWords({ files, bytes }: Import): string {
  if (files.done === 0 && bytes.done === 0) return t('giveAgain');
  return t('giveAgainRest', { progress: progressWords({ files, bytes }) });
}

/** The folder, or what was given to the browser. */
export function importTitle({ kind, source }: Pick<Import, 'kind' | 'source'>): string {
  if (kind === 'folder') return source;
  return t('uploadOf', { what: source === looseName ? t('singleFiles') : source });
}

/** What the button that starts it says: `Import 48 files (3.2 GB)`. */
export function startWords(kind: Import['kind'], { files, bytes }: Total): string {
  if (files === 0) return t(kind === 'upload' ? 'upload' : 'import');
  return t(kind === 'upload' ? 'uploadFiles' : 'importFiles', { count: files, size: formatBytes(bytes) });
}

export function roomWords(missing: number): string {
  return t('noRoomFor', { size: formatBytes(missing) });
}

export function verdictAmount({ files, bytes }: Total): string {
  return bytes === 0
    ? t('files', { count: files })
    : t('filesAndSize', { count: files, size: formatBytes(bytes) });
}

const sourceStates = wordsOf<typeof en, Exclude<ImportSource['state'], 'there'>>(t, {
  empty: 'sourceEmpty',
  missing: 'sourceMissing',
  unreadable: 'sourceUnreadable',
});

/** What is to be known of a folder before it is looked through; null when nothing is. */
export function sourceWords({ state, isReadOnly }: ImportSource): string | null {
  if (state !== 'there') return sourceStates[state];
  return isReadOnly ? t('sourceReadOnly') : null;
}

/** What became of a file, where more than its size is to be said. */
export function itemWords({ state, message, bytes, receivedBytes }: ImportItem): string | null {
  if (message !== null) return fullStop(message);
  if (state === 'coming') return t('partIsHere', { part: formatPart(receivedBytes, bytes) });
  return state === 'failed' ? t('itFailed') : null;
}
