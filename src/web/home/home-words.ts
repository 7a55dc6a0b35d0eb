/** The sentences of the home page. */
import type { Camera } from '../../shared/cameras.ts';
import type { DayRoutes } from '../../shared/journeys.ts';
import type { QueueItem, SyncSummary } from '../../shared/queue.ts';
import type { ArchiveVolume, VolumeState } from '../../shared/status.ts';
import { countOf, formatAbout, formatBytes, formatInstant, joinWords } from '../format.ts';
import { reasonOf, type Tone } from '../words.ts';

/** `12 clips waiting, 1.4 GB, about 9 min` */
export function queueWords(sync: SyncSummary): string {
  if (sync.waiting === 0) return 'Nothing is waiting';
  const parts = [`${countOf(sync.waiting, 'clip')} waiting`, formatBytes(sync.waitingBytes)];
  if (sync.remainingMs !== null) parts.push(formatAbout(sync.remainingMs));
  return parts.join(', ');
}

/** `2 clips are held: the camera is still recording them`; the causes from the clips themselves, when known. */
export function heldWords(held: number, items: readonly Pick<QueueItem, 'stateReason'>[]): string {
  const causes = [...new Set(items.flatMap((item) => reasonOf(item.stateReason, 'held') ?? []))];
  const text = `${countOf(held, 'clip')} ${held === 1 ? 'is' : 'are'} held`;
  return causes.length > 0 ? `${text}: ${joinWords(causes)}` : text;
}

/** `312 clips on the card, listed 18:40` */
export function listingWords(listing: Camera['lastListing'], now: number): string {
  if (!listing) return 'Not read yet';
  const parts = [countOf(listing.clips, 'clip')];
  if (listing.photos > 0) parts.push(countOf(listing.photos, 'photo'));
  const partly = listing.complete ? '' : ', not all of it could be read';
  return `${joinWords(parts)}, read ${formatInstant(listing.at, now)}${partly}`;
}

const volumeWords: Record<VolumeState, string> = {
  checking: 'Looking at the folder',
  ready: 'Ready',
  missing: 'The folder is not there',
  unmarked: 'This folder is not marked as the archive',
  foreign: 'This folder belongs to another archive',
  unwritable: 'The folder cannot be written to',
  full: 'The disk is full',
  critical: 'The disk is nearly full',
  slow: 'The disk answers very slowly',
};

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
  const free = `${formatBytes(freeBytes)} free`;
  return totalBytes === null ? free : `${free} of ${formatBytes(totalBytes)}`;
}

/** What using a folder as it is means, for the question before it. */
export function acceptWords({ state, path }: ArchiveVolume): string[] {
  const cause =
    state === 'foreign'
      ? `The folder ${path} carries the marker of another archive.`
      : `The folder ${path} carries no marker, though the archive we know has one. An unmounted network share looks just like that.`;
  return [
    cause,
    'If you go on, a new marker is written into it and downloads go there from now on. Clips of the archive we know that are not in this folder will count as missing.',
  ];
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
