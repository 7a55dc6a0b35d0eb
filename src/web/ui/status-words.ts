import type { Camera } from '../../shared/cameras.ts';
import type { Status } from '../../shared/status.ts';
import { countOf, formatAbout, formatInstant } from '../format.ts';
import { hasAddress, isHere, type Tone } from '../words.ts';

export interface StatusLine {
  tone: Tone;
  /** The sentence of the header. */
  text: string;
  /** The same for a narrow screen. */
  short: string;
  /** The same without what changes every minute, for those who have it read out. */
  spoken: string;
  /** The page that tells more. */
  to: '/downloads' | '/storage';
}

/** The state of the whole installation in one sentence. */
export function statusLine(status: Status, now: number): StatusLine {
  const cameras = status.cameras.filter((camera) => camera.enabled);
  if (status.cameras.length === 0) return line('quiet', 'No camera yet', 'No camera');
  if (!status.cameras.some(hasAddress)) return line('amber', 'The camera’s address is missing', 'No address');
  if (cameras.length === 0) return line('quiet', 'Camera turned off', 'Off');
  switch (status.sync.status) {
    case 'paused':
      return line('amber', 'Paused', 'Paused');
    case 'error':
      return line('red', firstSentence(status.sync.reason), 'Needs attention');
    case 'downloading':
      return downloadingLine(status);
    case 'triaging':
      return line('accent', 'Looking through new clips', 'Looking');
    case 'waiting':
      return waitingLine(status, cameras, now);
  }
}

/** While nothing more pressing is to be said: old recordings are being deleted. */
function sweepLine({ retention }: Status): StatusLine | null {
  if (retention.state !== 'sweeping') return null;
  return { ...line('accent', 'Deleting what the rules let go', 'Deleting'), to: '/storage' };
}

/** `The disk is full` of `The disk is full. Make room on it.` */
function firstSentence(text: string): string {
  return text.replace(/[.!?](\s.*)?$/s, '');
}

/** What is waited for, by what the cameras do. */
function waitingLine(status: Status, cameras: Camera[], now: number): StatusLine {
  const doing = (activity: Camera['activity']) => cameras.find((camera) => camera.activity === activity);
  if (doing('blocked')) return blockedLine(status);
  if (doing('listing')) return line('accent', 'Reading the card', 'Reading card');
  if (doing('paused')) return line('amber', 'Paused', 'Paused');
  if (doing('stranger')) return line('amber', 'Another device has the camera’s address', 'Wrong device');
  if (doing('idle') || doing('downloading')) return idleLine(status);
  if (doing('starting')) return line('quiet', 'Looking for the camera', 'Looking');
  return sweepLine(status) ?? awayLine(cameras, now);
}

function blockedLine({ archive }: Status): StatusLine {
  const lacksRoom = archive.state === 'full' || archive.state === 'critical';
  if (lacksRoom) return line('amber', 'Downloads wait for room on the disk', 'No room');
  return line('amber', 'Downloads wait for the archive', 'Waiting');
}

function downloadingLine({ sync }: Status): StatusLine {
  if (sync.remainingMs === null) return line('accent', 'Downloading', 'Downloading');
  const left = formatAbout(sync.remainingMs);
  return {
    ...line('accent', `Downloading, ${left} left`, left.replace('about ', '')),
    spoken: 'Downloading',
  };
}

function idleLine(status: Status): StatusLine {
  const { sync } = status;
  if (sync.failed > 0)
    return line('amber', `${countOf(sync.failed, 'clip')} failed`, `${sync.failed} failed`);
  if (sync.waiting > 0)
    return line('accent', `${countOf(sync.waiting, 'clip')} waiting`, `${sync.waiting} waiting`);
  return sweepLine(status) ?? line('green', 'Up to date', 'Up to date');
}

function awayLine(cameras: Camera[], now: number): StatusLine {
  const away = cameras.filter((camera) => !isHere(camera));
  if (away.length > 1) return line('quiet', `${away.length} cameras away`, `${away.length} away`);
  const since = away[0] ? ` since ${formatInstant(away[0].activitySince, now)}` : '';
  return line('quiet', `Camera away${since}`, 'Away');
}

function line(tone: Tone, text: string, short: string): StatusLine {
  return { tone, text, short, spoken: text, to: '/downloads' };
}
