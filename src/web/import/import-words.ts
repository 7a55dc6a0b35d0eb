/** The sentences of the import page. */
import type { Import, ImportItem, ImportSource, ImportVerdict } from '../../shared/imports.ts';
import {
  countOf,
  formatAbout,
  formatBytes,
  formatInstant,
  formatPart,
  formatSpeed,
  fullStop,
} from '../format.ts';
import type { Tone } from '../words.ts';
import type { Total, Wish } from './import-plan.ts';
import type { UploadView } from './upload-view.ts';

interface VerdictWords {
  title: string;
  /** Why that is so, and what becomes of them. */
  help: string;
}

export const verdictWords: Record<ImportVerdict, VerdictWords> = {
  new: { title: 'New', help: 'Not in the archive yet.' },
  wanted: {
    title: 'Waited for from a camera',
    help: 'They are on the list of downloads, and need not be fetched any more.',
  },
  unclassified: {
    title: 'Names not understood',
    help: 'They are filed as unsorted, by the time of the file.',
  },
  known: { title: 'Here already', help: 'The archive, or its trash, has the same recording.' },
  skipped: { title: 'Skipped or deleted before', help: 'You once said that they are not to be here.' },
  too_old: { title: 'Too old', help: 'A rule of yours would delete them within a day.' },
  too_big: { title: 'No room', help: 'They do not fit on the recordings volume. Each start tries again.' },
  empty: { title: 'Empty', help: 'Files without a single byte.' },
  other: { title: 'No recordings', help: 'Neither videos nor photos that we know.' },
  unreadable: { title: 'Cannot be read', help: 'The disk or its permissions refuse.' },
  companion: { title: 'Tracks', help: 'GPX files go along with their clips.' },
};

/** What a switch says, and what it means. */
export const wishWords: Record<Wish, VerdictWords> = {
  includeOld: { title: 'Also what is too old', help: 'Each is kept then: no rule deletes it.' },
  includeSkipped: { title: 'Also what was skipped or deleted before', help: 'They come in like the others.' },
  includeUnclassified: {
    title: 'Also names that are not understood',
    help: 'They are filed as unsorted, by the time of the file.',
  },
  move: {
    title: 'Delete at the source',
    help: 'Each file is deleted there once its copy here is checked and safely on the disk. What was here already is compared byte by byte first.',
  },
};

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
  if (state === 'planning') return `Looking what is there: ${countOf(lookedAt(one), 'file')} so far.`;
  if (message !== null) return fullStop(message);
  if (state === 'ready')
    return counts.length === 0 ? 'There are no files.' : 'Nothing is copied until you start it.';
  return state === 'paused'
    ? `Paused: ${progressWords(one)}.`
    : `Importing, newest first: ${progressWords(one)}${paceWords(one, one.bytesPerSecond)}.`;
}

function endedLine(one: Import, endedAt: number, now: number): string {
  const when = formatInstant(endedAt, now);
  if (one.state === 'failed')
    return one.message === null ? `Failed ${when}.` : `Failed ${when}: ${fullStop(one.message)}`;
  return `${one.state === 'cancelled' ? 'Ended by hand' : 'Done'} ${when}: ${cameInWords(one)}.`;
}

const lookedAt = ({ counts }: Import): number => counts.reduce((sum, { files }) => sum + files, 0);

/** `12 of 48 files, 1.2 of 3.4 GB` */
export function progressWords({ files, bytes }: Pick<Import, 'files' | 'bytes'>): string {
  return `${files.done.toLocaleString()} of ${countOf(files.all, 'file')}, ${formatPart(bytes.done, bytes.all)}`;
}

function cameInWords({ files }: Import): string {
  const came = files.done === 0 ? 'nothing came in' : `${countOf(files.done, 'file')} came in`;
  return files.failed === 0 ? came : `${came}, ${files.failed.toLocaleString()} failed`;
}

function uploadLine(one: Import, upload: UploadView | null): string {
  if (!upload) return againWords(one);
  switch (upload.phase) {
    case 'telling':
      return `Asking which files are new: ${upload.told.toLocaleString()} of ${countOf(upload.files, 'file')}.`;
    case 'asking':
      return 'Nothing is uploaded until you start it.';
    case 'sending':
      return `Uploading, newest first: ${progressWords(one)}${paceWords(one, upload.bytesPerSecond)}.`;
    case 'waiting':
      return `${fullStop(upload.message ?? 'The server does not answer')} The upload goes on by itself.`;
    case 'paused':
      return `Paused: ${progressWords(one)}.`;
    case 'lost':
      return fullStop(upload.message ?? againWords(one));
  }
}

/** `, 24 MB/s, about 3 minutes left`; nothing while nobody knows. */
function paceWords({ bytes }: Import, bytesPerSecond: number | null): string {
  if (bytesPerSecond === null || bytesPerSecond <= 0) return '';
  const left = ((bytes.all - bytes.done) / bytesPerSecond) * 1000;
  return `, ${formatSpeed(bytesPerSecond)}, ${formatAbout(left)} left`;
}

/** After a reload a browser has no right to the files any more. */
function againWords({ files, bytes }: Import): string {
  const have = files.done > 0 || bytes.done > 0 ? ` ${progressWords({ files, bytes })} are here.` : '';
  return `It waits for its files: this page was loaded anew, and a browser then has to be given them again.${have} Choose the same folder or files, and it goes on where it was.`;
}

/** What the button that starts it says: `Import 48 files (3.2 GB)`. */
export function startWords(kind: Import['kind'], { files, bytes }: Total): string {
  const deed = kind === 'upload' ? 'Upload' : 'Import';
  return files === 0 ? deed : `${deed} ${countOf(files, 'file')} (${formatBytes(bytes)})`;
}

export function roomWords(missing: number): string {
  return `${formatBytes(missing)} more than there is room for. The newest come first; what does not fit is left.`;
}

export function verdictAmount({ files, bytes }: Total): string {
  return bytes === 0 ? countOf(files, 'file') : `${countOf(files, 'file')}, ${formatBytes(bytes)}`;
}

const sourceStates: Record<ImportSource['state'], string | null> = {
  there: null,
  empty: 'Nothing lies in it.',
  missing: 'There is no such folder yet.',
  unreadable: 'It cannot be read.',
};

/** What is to be known of a folder before it is looked through; null when nothing is. */
export function sourceWords({ state, isReadOnly }: ImportSource): string | null {
  return sourceStates[state] ?? (isReadOnly ? 'Read-only: nothing is changed on it.' : null);
}

/** What became of a file, where more than its size is to be said. */
export function itemWords({ state, message, bytes, receivedBytes }: ImportItem): string | null {
  if (message !== null) return fullStop(message);
  if (state === 'coming') return `${formatPart(receivedBytes, bytes)} are here.`;
  return state === 'failed' ? 'It failed.' : null;
}
