/** The sentences of the check of files, and of what makes pictures. */
import type { ArchiveCheck } from '../../shared/archive-care.ts';
import type { ArtifactKind, Encoder, MediaStatus } from '../../shared/media.ts';
import { formatBytes, formatCount, formatInstant, formatPart, joinWords } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { clipTitle, type Tone } from '../words.ts';
import { t } from './texts.ts';

export function checkTone({ state, badCount }: ArchiveCheck): Tone {
  if (badCount > 0) return 'red';
  if (state === 'paused') return 'amber';
  return state === 'running' ? 'accent' : 'quiet';
}

/** Files that the check under way is to read: what came in since it began was verified on its way. */
export const checkSize = ({ clips, arrived }: ArchiveCheck): number => Math.max(clips - arrived, 0);

/** Where the check of files stands, in a sentence with its end. */
export function checkLine(check: ArchiveCheck, now: number): string {
  const { state, checked, checkedBytes, endedAt } = check;
  const files = t('files', { count: checkSize(check) });
  const amount = t('checkAmount', { done: formatCount(checked), files });
  const time = endedAt === null ? null : formatInstant(endedAt, now);
  switch (state) {
    case 'running':
      return t('checkRunning', { amount, bytes: formatBytes(checkedBytes) });
    case 'paused':
      return t('checkPaused', { amount });
    case 'stopped':
      return t('checkStopped', { amount });
    case 'idle':
      return time === null ? t('checkFirst') : t('checkEnded', { time });
    case 'off':
      return time === null ? t('checkOff') : t('checkOffEnded', { time });
  }
}

/** What is known of all files, by how it is known: a sentence each. */
export function checkedWords(check: ArchiveCheck, now: number): string[] {
  const { clips, onlyOnArrival, unknown } = check;
  if (clips === 0) return [];
  const words = [readWords(check, now)];
  if (onlyOnArrival > 0) words.push(t('arrival', { count: onlyOnArrival }));
  if (unknown > 0) words.push(t('unknown', { count: unknown }));
  return words;
}

function readWords({ clips, everChecked, oldestCheckAt }: ArchiveCheck, now: number): string {
  if (everChecked === 0 || oldestCheckAt === null) return t('readNone');
  const files = t('files', { count: clips });
  const time = formatInstant(oldestCheckAt, now);
  if (everChecked < clips) return t('readSome', { done: formatCount(everChecked), files, time });
  return t(clips === 1 ? 'readOne' : 'readAll', { files, time });
}

/** As a heading. Spoilt is what a checksum proves to be; of several kinds, the common word. */
export function badTitle({ bad, badCount }: ArchiveCheck): string {
  const kinds = new Set(bad.map(({ kind }) => kind));
  const [kind] = kinds;
  const isOneKind = kind !== undefined && kinds.size === 1 && bad.length === badCount;
  return t(isOneKind ? kind : 'bad', { count: badCount });
}

const mediaTones: Record<MediaStatus['state'], Tone> = {
  idle: 'green',
  working: 'accent',
  paused: 'amber',
  off: 'red',
};

export function mediaTone({ state }: MediaStatus): Tone {
  return mediaTones[state];
}

const making = {
  thumbnail: 'makingThumbnail',
  filmstrip: 'makingFilmstrip',
  proxy: 'makingProxy',
  repair: 'makingRepair',
} as const satisfies Record<ArtifactKind, string>;

/** What pictures and copies are at, in a sentence without its end. */
export function mediaLine(status: MediaStatus): string {
  const { state, current } = status;
  if (state === 'off') return t('mediaOff');
  if (state === 'paused') return t('mediaPaused');
  if (state === 'working')
    return current === null ? t('mediaWorking') : t(making[current.kind], { clip: clipTitle(current.name) });
  return t(waitingTotal(status) === 0 ? 'mediaDone' : 'mediaRest');
}

const waitingTotal = ({ waiting }: MediaStatus): number =>
  waiting.facts + waiting.pictures + waiting.proxies + waiting.repairs;

/** What is still to be made; null when nothing is. */
export function waitingWords({ waiting }: MediaStatus): string | null {
  const parts = [
    waiting.facts > 0 && t('dueFacts', { count: waiting.facts }),
    waiting.pictures > 0 && t('duePictures', { count: waiting.pictures }),
    waiting.proxies > 0 && t('copies', { count: waiting.proxies }),
    waiting.repairs > 0 && t('repairs', { count: waiting.repairs }),
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : t('waitingFor', { what: joinWords(parts) });
}

/** What is kept, and in how much room. */
export function cacheWords({ cache }: MediaStatus): string {
  const kept = joinWords([
    t('pictures', { count: cache.thumbnails }),
    t('filmstrips', { count: cache.filmstrips }),
    t('copies', { count: cache.proxies }),
  ]);
  return t('cacheHolds', { size: formatPart(cache.bytes, cache.budgetBytes), what: kept });
}

const encoderNames = wordsOf(t, {
  software: 'encoderSoftware',
  vaapi: 'encoderVaapi',
  qsv: 'encoderQsv',
  nvenc: 'encoderNvenc',
  v4l2m2m: 'encoderV4l2',
});

export function encoderName(encoder: Encoder): string {
  return encoderNames[encoder];
}

const failedKinds = {
  thumbnail: 'failedThumbnail',
  filmstrip: 'failedFilmstrip',
  proxy: 'failedProxy',
  repair: 'failedRepair',
} as const satisfies Record<ArtifactKind, string>;

/** `Small copy: why it failed. Tried again at 18:40.` */
export function failureLine({ kind, error, nextAt }: MediaStatus['failures'][number], now: number): string {
  const what = t(failedKinds[kind], { error: /[.!?]$/.test(error) ? error : `${error}.` });
  if (nextAt === null) return t('triedNever', { what });
  if (nextAt <= now) return t('triedSoon', { what });
  return t('triedAt', { what, time: formatInstant(nextAt, now) });
}
