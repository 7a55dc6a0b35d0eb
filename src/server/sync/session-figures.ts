import type { Outlook, Session } from '../../shared/cameras.ts';

/** An ended visit of the camera over the same connection, newest first where there are several. */
export interface PastVisit {
  durationMs: number;
  endReason: string | null;
  bytes: number;
  /** Time in which bytes came in. */
  transferMs: number;
}

export interface OutlookFacts {
  /** What is wanted over this connection and not here yet. */
  remainingClips: number;
  remainingBytes: number;
  /** What the connection gives now; null before it is known. */
  bytesPerSecond: number | null;
  /** How long the camera has been here. */
  elapsedMs: number;
  past: readonly PastVisit[];
}

const fewestVisits = 3;
/** Of the visits that lasted as long as this one: a quarter must have ended sooner before it is a gamble. */
const surely = 0.75;
const hardly = 0.25;

/**
 * Whether what is wanted will be here before the camera leaves: the time needed against how much longer its past
 * visits went on, of those that lasted at least as long as this one has. Only visits that ended because it went away
 * tell that.
 */
export function judgeOutlook(facts: OutlookFacts): Outlook {
  const { remainingClips, remainingBytes, bytesPerSecond, elapsedMs } = facts;
  if (remainingClips === 0) return { verdict: 'done', reason: 'Nothing is left to fetch.' };
  if (bytesPerSecond === null || bytesPerSecond <= 0)
    return { verdict: 'unknown', reason: 'How fast it comes in is not known yet.' };
  const neededMs = (remainingBytes / bytesPerSecond) * 1000;
  const needed = neededWords(neededMs);
  const visits = facts.past.filter((visit) => visit.endReason === 'away');
  if (visits.length < fewestVisits) {
    const reason = `${needed}; how long the camera usually stays is not known yet.`;
    return { verdict: 'unknown', reason };
  }
  const asLong = visits.filter((visit) => visit.durationMs >= elapsedMs);
  if (asLong.length < fewestVisits) {
    const shorter = visits.length - asLong.length;
    const reason = `${needed}, and this visit is already longer than ${shorter} of the last ${visits.length}.`;
    return { verdict: 'perhaps', reason };
  }
  const longer = asLong.filter((visit) => visit.durationMs >= elapsedMs + neededMs).length;
  const reason = `${needed}; of the last ${asLong.length} visits this long, ${countWords(longer, asLong.length)} went on longer.`;
  return { verdict: verdictOf(longer / asLong.length), reason };
}

function countWords(count: number, all: number): string {
  if (count === 0) return 'none';
  return count === all ? 'all' : String(count);
}

function verdictOf(share: number): Outlook['verdict'] {
  if (share >= surely) return 'enough';
  return share <= hardly ? 'not_enough' : 'perhaps';
}

export interface RateFacts {
  /** What the connection gives now; null before it is known. */
  bytesPerSecond: number | null;
  /** Of this visit, the time in which bytes came in. */
  transferMs: number;
  past: readonly PastVisit[];
}

/** Less than this tells of a start, not of a connection. */
const leastBytes = 20e6;
const leastTransferMs = 10_000;
const slowShare = 0.45;
/** What 2.4 GHz gives at best, and what only 5 GHz gives. */
const slowBandBytes = 7e6;
const fastBandBytes = 12e6;

/** The rate against the camera's own usual one: the median of its past visits over this connection. */
export function judgeRate(facts: RateFacts): Session['rate'] {
  const { bytesPerSecond, transferMs } = facts;
  const usual = usualRate(facts.past);
  const unknown = { verdict: 'unknown', usualBytesPerSecond: usual, reason: null } as const;
  if (usual === null || bytesPerSecond === null || transferMs < leastTransferMs) return unknown;
  if (bytesPerSecond >= usual * slowShare) return { ...unknown, verdict: 'usual' };
  return { verdict: 'slow', usualBytesPerSecond: usual, reason: slowReason(bytesPerSecond, usual) };
}

function usualRate(past: readonly PastVisit[]): number | null {
  const rates = past
    .filter((visit) => visit.bytes >= leastBytes && visit.transferMs > 0)
    .map((visit) => (visit.bytes / visit.transferMs) * 1000)
    .toSorted((a, b) => a - b);
  if (rates.length < fewestVisits) return null;
  const middle = Math.floor(rates.length / 2);
  const [below, above] = [rates[Math.ceil(rates.length / 2) - 1] ?? 0, rates[middle] ?? 0];
  return Math.round((below + above) / 2);
}

function slowReason(bytesPerSecond: number, usual: number): string {
  const share = `${shareWords(bytesPerSecond / usual)} of the usual ${rateWords(usual)}`;
  return usual >= fastBandBytes && bytesPerSecond <= slowBandBytes
    ? `${share}, as slow as 2.4 GHz Wi-Fi: let the camera use 5 GHz, or turn its Wi-Fi off and on so that it connects anew.`
    : `${share}: the signal may be weak or the network busy. Park closer to the access point, or move it.`;
}

const shares = [
  [1 / 10, 'A tenth'],
  [1 / 5, 'A fifth'],
  [1 / 4, 'A quarter'],
  [1 / 3, 'A third'],
  [2 / 5, 'Two fifths'],
] as const;

function shareWords(share: number): string {
  if (share < 0.075) return 'Less than a tenth';
  const nearest = shares.toSorted(([a], [b]) => Math.abs(a - share) - Math.abs(b - share))[0];
  return nearest?.[1] ?? '';
}

function rateWords(bytesPerSecond: number): string {
  if (bytesPerSecond < 1e6) return `${Math.round(bytesPerSecond / 1e3)} kB/s`;
  const megabytes = bytesPerSecond / 1e6;
  return `${megabytes < 9.95 ? Number(megabytes.toFixed(1)) : Math.round(megabytes)} MB/s`;
}

function neededWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'Less than a minute is needed';
  if (minutes === 1) return 'About 1 min is needed';
  if (minutes < 90) return `About ${minutes} min are needed`;
  const rest = minutes % 60;
  return `About ${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`} are needed`;
}
