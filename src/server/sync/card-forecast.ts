import type { CardForecast } from '../../shared/cameras.ts';
import type { ClipKind, ClipState, Container } from '../../shared/clips.ts';

/** A video or photo that the camera was last known to hold. */
export interface CardFile {
  id: number;
  captureId: number;
  /** `A` the microSD card, `B` the SSD, `''` when the listing does not say. */
  volume: string;
  state: ClipState;
  kind: ClipKind;
  container: Container;
  locked: boolean;
  startedAt: number;
  localStart: string;
  /** 0 when it is not known. */
  bytes: number;
  /** Recorded time, where it is known. */
  durationMs: number | null;
}

export interface CardFacts {
  files: readonly CardFile[];
  /** Of the microSD card; null when the camera does not tell. */
  freeBytes: number | null;
  now: number;
}

export interface CardOutlook {
  forecast: CardForecast;
  /** By storage: clips that began before this instant are overwritten within the next hours of recording. */
  riskBefore: Map<string, number>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What is overwritten within so much recorded time is at risk. */
const riskMs = 3 * hourMs;
const longestSpanMs = 14 * dayMs;
/** The longest clips that cameras make are of 10 min. */
const longestClipMs = 11 * minuteMs;
/** Shorter ones tell more of a file's overhead than of its recording. */
const shortestClipMs = 5000;
/** A gap of more than this much of the usual one is a pause of driving. */
const longestOfUsual = 1.5;

/**
 * How soon the card overwrites what waits on it. Loop recording overwrites the oldest unlocked videos of a storage once
 * it is full, so a clip lasts until the free bytes and all unlocked older ones are used up. The camera goes by its own
 * dates, so a clip that a wrong clock dated 1970 counts as the oldest; rates leave such clips out. The free bytes are
 * those of the microSD card: of another storage nothing is foretold.
 */
export function forecastCard({ files, freeBytes: told, now }: CardFacts): CardOutlook {
  const freeBytes = told !== null && told >= 0 ? told : null;
  const card = files.filter(isOnCard);
  const videos = card.filter((file) => file.container !== 'jpg');
  const bytesPerRecordedHour = perRecordedHour(videos.filter((file) => hasSaneDate(file, now)));
  const bytesPerDay = perDay(videos, now);
  const doomed = freeBytes === null ? [] : inOrderOfLoss(videos, freeBytes);
  const riskBytes = bytesPerRecordedHour === null ? 0 : (bytesPerRecordedHour * riskMs) / hourMs;
  const wanted = files.filter((file) => file.container !== 'jpg' && isWanted(file));
  const oldest = oldestOf(wanted, now);
  const bytesLeft = doomed.find(({ file }) => file === oldest)?.bytesLeft ?? null;
  return {
    forecast: {
      at: now,
      freeBytes,
      cardBytes: freeBytes === null ? null : freeBytes + sumBytes(card),
      waitingClips: wanted.length,
      waitingBytes: sumBytes(wanted),
      atRiskClips: doomed.filter(({ file, bytesLeft }) => isWanted(file) && bytesLeft < riskBytes).length,
      bytesPerRecordedHour,
      bytesPerDay,
      oldestWaiting: oldest && {
        clipId: oldest.id,
        localStart: oldest.localStart,
        recordedMs: timeFor(bytesLeft, bytesPerRecordedHour, { perMs: hourMs, stepMs: minuteMs }),
        expectedAt: expectedAt(bytesLeft, bytesPerDay, now),
      },
    },
    riskBefore: riskBefore(doomed, riskBytes),
  };
}

const isOnCard = (file: CardFile) => file.volume === 'A' || file.volume === '';

function isWanted({ state }: CardFile): boolean {
  return state === 'waiting' || state === 'held' || state === 'failed' || state === 'transferring';
}

/** Recorded within a year back from now, by the camera's own clock. */
function hasSaneDate({ startedAt }: CardFile, now: number): boolean {
  return startedAt > now - 365 * dayMs && startedAt < now + dayMs;
}

interface Doomed {
  file: CardFile;
  /** What the camera may still write before this one is overwritten. */
  bytesLeft: number;
}

/** Clips that began at one moment are overwritten together. */
function inOrderOfLoss(videos: readonly CardFile[], freeBytes: number): Doomed[] {
  const oldestFirst = videos.filter((file) => !file.locked).toSorted((a, b) => a.startedAt - b.startedAt);
  let older = freeBytes;
  let together = 0;
  let moment = -Infinity;
  return oldestFirst.map((file) => {
    if (file.startedAt !== moment) {
      older += together;
      together = 0;
      moment = file.startedAt;
    }
    together += file.bytes;
    return { file, bytesLeft: older };
  });
}

function riskBefore(doomed: readonly Doomed[], riskBytes: number): Map<string, number> {
  const firstSafe = doomed.findIndex(({ bytesLeft }) => bytesLeft >= riskBytes);
  const last = doomed.at(-1);
  if (!last || firstSafe === 0) return new Map();
  const instant = doomed[firstSafe]?.file.startedAt ?? last.file.startedAt + 1;
  return new Map(doomed.map(({ file }) => [file.volume, instant]));
}

/** The oldest unlocked clip that waits: on the card, with a date that makes sense, if there is one. */
function oldestOf(wanted: readonly CardFile[], now: number): CardFile | null {
  const unlocked = wanted.filter((file) => !file.locked);
  const onCard = unlocked.filter(isOnCard);
  const candidates = onCard.length > 0 ? onCard : unlocked;
  const sane = candidates.filter((file) => hasSaneDate(file, now));
  const [first, ...others] = sane.length > 0 ? sane : candidates;
  if (!first) return null;
  return others.reduce((oldest, file) => (file.startedAt < oldest.startedAt ? file : oldest), first);
}

interface Recorded {
  at: number;
  bytes: number;
  durationMs: number;
  isParking: boolean;
}

/**
 * From one capture to the next of the same drive, all channels together, the median; while driving if that is known. A
 * capture's own duration serves where no other follows it.
 */
function perRecordedHour(videos: readonly CardFile[]): number | null {
  const captures = capturesOf(videos);
  const driving = captures.filter((capture) => !capture.isParking);
  for (const some of [driving, captures]) {
    const rate = median(ratesBetween(some)) ?? median(ratesWithin(some));
    if (rate !== null) return rounded(rate * hourMs);
  }
  return null;
}

/** Those of which a size is missing tell nothing. */
function capturesOf(videos: readonly CardFile[]): Recorded[] {
  const byId = new Map<number, Recorded>();
  for (const file of videos) {
    const had = byId.get(file.captureId);
    const bytes = file.bytes === 0 ? NaN : file.bytes;
    byId.set(file.captureId, {
      at: Math.min(had?.at ?? Infinity, file.startedAt),
      bytes: (had?.bytes ?? 0) + bytes,
      durationMs: Math.max(had?.durationMs ?? 0, file.durationMs ?? 0),
      isParking: file.kind === 'parking',
    });
  }
  return [...byId.values()].filter(({ bytes }) => bytes > 0).toSorted((a, b) => a.at - b.at);
}

function ratesBetween(captures: readonly Recorded[]): number[] {
  const pairs = captures.flatMap((capture, index) => {
    const gapMs = (captures[index + 1]?.at ?? Infinity) - capture.at;
    return gapMs >= shortestClipMs && gapMs <= longestClipMs ? [{ gapMs, bytes: capture.bytes }] : [];
  });
  const usual = median(pairs.map(({ gapMs }) => gapMs)) ?? 0;
  return pairs
    .filter(({ gapMs }) => gapMs <= usual * longestOfUsual)
    .map(({ gapMs, bytes }) => bytes / gapMs);
}

function ratesWithin(captures: readonly Recorded[]): number[] {
  return captures
    .filter(({ durationMs }) => durationMs >= shortestClipMs)
    .map(({ bytes, durationMs }) => bytes / durationMs);
}

/** Over the time that the card holds, at most the last 14 days and at least one. */
function perDay(videos: readonly CardFile[], now: number): number | null {
  const recent = videos.filter(
    ({ startedAt }) => startedAt >= now - longestSpanMs && startedAt < now + dayMs,
  );
  const bytes = sumBytes(recent);
  if (bytes === 0) return null;
  const first = recent.reduce((least, { startedAt }) => Math.min(least, startedAt), now);
  return rounded(bytes / (Math.max(now - first, dayMs) / dayMs));
}

function expectedAt(bytesLeft: number | null, bytesPerDay: number | null, now: number): number | null {
  const inMs = timeFor(bytesLeft, bytesPerDay, { perMs: dayMs, stepMs: 1 });
  return inMs === null ? null : Math.ceil((now + inMs) / hourMs) * hourMs;
}

function timeFor(
  bytes: number | null,
  rate: number | null,
  { perMs, stepMs }: { perMs: number; stepMs: number },
): number | null {
  if (bytes === null || rate === null) return null;
  return Math.round(((bytes / rate) * perMs) / stepMs) * stepMs;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function sumBytes(files: readonly CardFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A forecast is no better than this, and changes less often for it. */
const rounded = (rate: number) => Math.round(Number(rate.toPrecision(3)));
