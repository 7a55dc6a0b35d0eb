/** What triage gives way to: the reason of the clip at the head of the queue, and how fast its camera is. */
export interface PaceFacts {
  /** Null when nothing waits. */
  first: string | null;
  /** Bytes a second. */
  rate: number;
}

/** What reading one track cost, on the average of the last. */
export interface TrackCost {
  requests: number;
  bytes: number;
}

/** Of a camera that nothing is known of yet: what a fast one brings. */
const likelyRate = 25_000_000;
const [slowestRate, fastestRate] = [100_000, 100_000_000];
/**
 * A track costs a slow camera more of its time than a fast one, and is worth as much: the share grows until so many
 * bytes a second are given up for it.
 */
const bytesForTracks = 90_000;
const [leastShare, mostShare] = [0.015, 0.03];
/** Of the time in which clips come in that the card itself keeps: their visit may be short, their end is not near. */
const shareBesideKept = 0.005;
const [leastAheadMs, mostAheadMs] = [300, 8000];
/** Beside the first download of a visit: one track or two, so that even a locked clip's visit tells where the car was. */
export const firstCreditMs = 300;
/** So much time that was not used is made up for at once, and no more. */
const mostCreditMs = 10_000;
/** A request costs its connection, and the head start that the next download would have had. */
const requestMs = 30;

/** Somebody waits for it, or it is about to be overwritten: every second is theirs. */
const urgent: ReadonlySet<string> = new Set(['asked', 'overwrite']);
/** Worth more than a map, but cameras do not overwrite it. */
const kept: ReadonlySet<string> = new Set(['locked', 'event']);

/**
 * What the camera brings, in bytes a second: by this visit's downloads, else by visits before, else by what was read of
 * it for triage. Null where that is not known.
 */
export function rateOf(known: { visit: number | null; usual: number | null; read: number | null }): number {
  const rate = known.visit ?? known.usual ?? known.read ?? likelyRate;
  return Math.min(Math.max(rate, slowestRate), fastestRate);
}

/** How long a visit may read tracks before its downloads; 0 while something waits that is worth more than a map. */
export function aheadMs({ waitingBytes, first, rate }: PaceFacts & { waitingBytes: number }): number {
  if (first !== null && (urgent.has(first) || kept.has(first))) return 0;
  const downloadMs = (waitingBytes / rate) * 1000;
  return Math.min(Math.max(downloadMs * ordinaryShare(rate), leastAheadMs), mostAheadMs);
}

/** The share of the time in which clips come in that tracks may take. */
export function shareBeside({ first, rate }: PaceFacts): number {
  if (first === null) return ordinaryShare(rate);
  if (urgent.has(first)) return 0;
  return kept.has(first) ? shareBesideKept : ordinaryShare(rate);
}

const ordinaryShare = (rate: number) => Math.min(Math.max(bytesForTracks / rate, leastShare), mostShare);

/** The time that tracks may take, in milliseconds, after clips have come in for so long at this share. */
export function creditAfter(before: number, { share, ms }: { share: number; ms: number }): number {
  return Math.min(before + share * ms, mostCreditMs);
}

/** What one track takes of the camera's time, however long its requests wait for their turn; in milliseconds. */
export function trackMs({ requests, bytes }: TrackCost, rate: number): number {
  // More than could ever be saved up would never be read.
  return Math.min(requests * requestMs + (bytes / rate) * 1000, mostCreditMs);
}

/** Before anything was read: the head of a clip and two blocks. */
export const likelyCost: TrackCost = { requests: 3, bytes: 257 * 1024 };

/** The average, in which what was read last counts a fifth. */
export function costAfter(before: TrackCost, last: TrackCost): TrackCost {
  return {
    requests: before.requests * 0.8 + last.requests * 0.2,
    bytes: before.bytes * 0.8 + last.bytes * 0.2,
  };
}

const telling = { bytes: 64 * 1024, pieces: 3 };

/** How fast the bodies of answers came in; the fastest tells, for a busy machine only ever makes them slower. */
export class ReadRate {
  private fastest = 0;
  private pieces = 0;

  /** An answer's body, without the wait for its turn. */
  add(bytes: number, ms: number): void {
    if (bytes < telling.bytes) return;
    this.pieces++;
    this.fastest = Math.max(this.fastest, (bytes / Math.max(ms, 1)) * 1000);
  }

  /** Bytes a second; null before enough was read. */
  get rate(): number | null {
    return this.pieces < telling.pieces ? null : this.fastest;
  }
}
