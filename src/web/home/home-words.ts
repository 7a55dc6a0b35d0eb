/** The sentences of the home page. */
import type { Camera, Outlook, Session } from '../../shared/cameras.ts';
import type { DayRoutes } from '../../shared/journeys.ts';
import type { QueueItem, SyncSummary } from '../../shared/queue.ts';
import type { ArchiveVolume, VolumeState } from '../../shared/status.ts';
import { formatAbout, formatBytes, formatInstant, joinWords } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { reasonOf, type Tone } from '../words.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

/** `12 clips waiting, 1.4 GB, about 9 min` */
export function queueWords(sync: SyncSummary): string {
  if (sync.waiting === 0) return t('nothingWaits');
  const what = t('clipsWaiting', { count: sync.waiting, size: formatBytes(sync.waitingBytes) });
  return sync.remainingMs === null ? what : t('andTime', { what, time: formatAbout(sync.remainingMs) });
}

/** `2 clips are held: the camera is still recording them`; the causes from the clips themselves, when known. */
export function heldWords(held: number, items: readonly Pick<QueueItem, 'stateReason'>[]): string {
  const causes = [...new Set(items.flatMap((item) => reasonOf(item.stateReason, 'held') ?? []))];
  const text = t('clipsHeld', { count: held });
  return causes.length > 0 ? t('heldBecause', { held: text, causes: joinWords(causes) }) : text;
}

/** `312 clips on the card, listed 18:40` */
export function listingWords(listing: Camera['lastListing'], now: number): string {
  if (!listing) return t('notRead');
  const parts = [t('clips', { count: listing.clips })];
  if (listing.photos > 0) parts.push(t('photos', { count: listing.photos }));
  const values = { what: joinWords(parts), time: formatInstant(listing.at, now) };
  return t(listing.complete ? 'listed' : 'listedPartly', values);
}

const volumeWords = wordsOf<typeof en, VolumeState>(t, {
  checking: 'volumeChecking',
  ready: 'volumeReady',
  missing: 'volumeMissing',
  unmarked: 'volumeUnmarked',
  foreign: 'volumeForeign',
  unwritable: 'volumeUnwritable',
  full: 'volumeFull',
  critical: 'volumeCritical',
  slow: 'volumeSlow',
});

export function volumeTitle(state: VolumeState): string {
  return volumeWords[state];
}

const doubtful = new Set<VolumeState>(['slow', 'unmarked', 'foreign', 'critical']);

export function volumeTone(state: VolumeState): Tone {
  if (state === 'ready') return 'green';
  if (state === 'checking') return 'quiet';
  return doubtful.has(state) ? 'amber' : 'red';
}

/** `1.2 TB free of 4 TB`; null when the disk has not told. */
export function spaceWords({ freeBytes, totalBytes }: ArchiveVolume): string | null {
  if (freeBytes === null) return null;
  const free = formatBytes(freeBytes);
  return totalBytes === null ? t('free', { free }) : t('freeOf', { free, total: formatBytes(totalBytes) });
}

/** `12 clips, 1.4 GB` */
export function clipsAndSize(clips: number, bytes: number): string {
  return t('clipsAndSize', { count: clips, size: formatBytes(bytes) });
}

const outlookTones: Record<Outlook['verdict'], Tone> = {
  done: 'green',
  enough: 'accent',
  perhaps: 'amber',
  not_enough: 'amber',
  unknown: 'quiet',
};

/** How good the outlook of a visit is; its sentence is the server's. */
export function outlookTone({ outlook }: Session): Tone {
  return outlookTones[outlook.verdict];
}

/** `12 clips, 1.4 GB so far; 48 clips to go, about 9 min` of a visit, for a glance. */
export function visitSoFar({ clips, bytes, remainingClips, remainingMs }: Session): string {
  const amount = clips === 0 ? formatBytes(bytes) : clipsAndSize(clips, bytes);
  const brought = clips === 0 && bytes === 0 ? t('broughtNothing') : t('broughtSoFar', { amount });
  if (remainingClips === 0) return brought;
  const what = t('clipsToGo', { brought, count: remainingClips });
  return remainingMs === null ? what : t('andTime', { what, time: formatAbout(remainingMs) });
}

/** What using a folder as it is means, for the question before it. */
export function acceptWords({ state, path }: ArchiveVolume): string[] {
  return [t(state === 'foreign' ? 'foreignMarker' : 'noMarker', { path }), t('ifYouGoOn')];
}

/** The last journeys of some days, newest first, each with its day. */
export function newestJourneys(
  days: readonly DayRoutes[],
  count: number,
): { day: string; journey: DayRoutes['journeys'][number] }[] {
  return days
    .flatMap(({ day, journeys }) => journeys.map((journey) => ({ day, journey })))
    .toSorted((one, other) => other.journey.startedAt - one.journey.startedAt)
    .slice(0, count);
}
