import type { CameraActivity } from '../../shared/cameras.ts';
import type { SyncSummary } from '../../shared/queue.ts';
import type { ArchiveVolume } from '../../shared/status.ts';

export interface StatusCamera {
  name: string;
  enabled: boolean;
  /** False where it was taken over from the existing system, which did not know it. */
  hasAddress: boolean;
  activity: CameraActivity;
  activitySince: number;
  message: string | null;
}

/** What is so now. The status is worked out of nothing else, so it cannot stay when what it tells of is over. */
export interface StatusFacts {
  paused: boolean;
  cameras: readonly StatusCamera[];
  volume: Pick<ArchiveVolume, 'state' | 'message'>;
  /** Why nothing is fetched yet although the volume is ready; null when it may be. */
  hold: string | null;
  /** Clips by what becomes of them; those under way wait too. */
  waiting: number;
  held: number;
  failed: number;
  now: number;
}

export type StatusView = Pick<SyncSummary, 'status' | 'reason'>;

/**
 * One word and one sentence for all cameras. An error comes before a pause, that before a download, that before
 * waiting; but while one camera is being fetched from, what is wrong with another is no error of the whole: it stays
 * among the problems and with its camera. Without any camera there is nothing wrong yet: that is waiting.
 */
export function judgeStatus(facts: StatusFacts): StatusView {
  const enabled = facts.cameras.filter((camera) => camera.enabled);
  const downloading = enabled.filter((camera) => camera.activity === 'downloading');
  const error = errorOf(facts, enabled);
  if (error !== null && downloading.length === 0) return { status: 'error', reason: error };
  if (facts.paused) return { status: 'paused', reason: `Paused; ${leftWords(facts)}.` };
  if (downloading.length > 0)
    return { status: 'downloading', reason: `Downloading from ${namesOf(downloading)}.` };
  return { status: 'waiting', reason: waitingReason(facts, enabled) };
}

function errorOf(facts: StatusFacts, enabled: readonly StatusCamera[]): string | null {
  const { volume, cameras } = facts;
  const isUsable = volume.state === 'ready' || volume.state === 'checking';
  if (!isUsable && (enabled.length > 0 || wantedOf(facts) > 0))
    return sentence(volume.message ?? 'The recordings folder cannot be used now');
  const stranger = enabled.find((camera) => camera.activity === 'stranger');
  if (stranger) return told(stranger) ?? `Something else answers at the address of ${stranger.name}.`;
  const nameless = cameras.find((camera) => !camera.hasAddress);
  if (nameless && enabled.length === 0)
    return `The address of ${nameless.name} is not known yet: type it on the page Cameras.`;
  return null;
}

function waitingReason(facts: StatusFacts, enabled: readonly StatusCamera[]): string {
  if (facts.cameras.length === 0) return 'No camera has been added yet.';
  if (enabled.length === 0) return 'Every camera is switched off.';
  const at = (...activities: CameraActivity[]) => enabled.filter((one) => activities.includes(one.activity));
  const listing = at('listing');
  if (listing.length > 0) return `Reading what ${namesOf(listing)} holds.`;
  if (facts.hold !== null && facts.waiting > 0) return sentence(facts.hold);
  const complaint = at('idle', 'blocked').find((camera) => camera.message !== null);
  if (complaint) return told(complaint) ?? '';
  // A camera is still paused for a moment after sync was resumed.
  const sought = at('starting', 'paused');
  if (sought.length > 0) return `Looking for ${namesOf(sought)}.`;
  const away = at('away');
  return sentence(away.length > 0 ? `${awayWords(away, facts.now)}; ${leftWords(facts)}` : leftWords(facts));
}

const wantedOf = ({ waiting, held, failed }: StatusFacts) => waiting + held + failed;

function leftWords({ waiting, held, failed }: StatusFacts): string {
  if (waiting > 0) return waiting === 1 ? '1 clip waits' : `${waiting} clips wait`;
  const others = [
    held > 0 ? `${held} that ${held === 1 ? 'is' : 'are'} held` : null,
    failed > 0 ? `${failed} that failed` : null,
  ].filter((part) => part !== null);
  return `every clip is here${others.length > 0 ? ` but ${others.join(' and ')}` : ''}`;
}

function awayWords(away: readonly StatusCamera[], now: number): string {
  const [only] = away;
  if (!only || away.length > 1) return `${namesOf(away)} are away`;
  const span = spanWords(now - only.activitySince);
  return span === null ? `${only.name} is away` : `${only.name} has been away for ${span}`;
}

/** Null under two minutes: it has just left. */
function spanWords(ms: number): string | null {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 2) return null;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

function told({ name, message }: StatusCamera): string | null {
  return message === null ? null : sentence(`${name}: ${message}`);
}

function namesOf(cameras: readonly StatusCamera[]): string {
  const names = cameras.map((camera) => camera.name);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
