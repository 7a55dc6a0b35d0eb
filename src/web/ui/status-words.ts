import type { Camera } from '../../shared/cameras.ts';
import type { Status } from '../../shared/status.ts';
import { formatAbout, formatInstant, shortAbout } from '../format.ts';
import { hasAddress, isHere, type Tone } from '../words.ts';
import { t } from './texts.ts';

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
  if (status.cameras.length === 0) return line('quiet', t('noCamera'), t('noCameraShort'));
  if (!status.cameras.some(hasAddress)) return line('amber', t('noAddress'), t('noAddressShort'));
  if (cameras.length === 0) return line('quiet', t('cameraOff'), t('cameraOffShort'));
  switch (status.sync.status) {
    case 'paused':
      return line('amber', t('paused'), t('pausedShort'));
    case 'error':
      return line('red', firstSentence(status.sync.reason), t('needsAttention'));
    case 'downloading':
      return downloadingLine(status);
    case 'triaging':
      return line('accent', t('looking'), t('lookingShort'));
    case 'waiting':
      return waitingLine(status, cameras, now);
  }
}

/** While nothing more pressing is to be said: old recordings are being deleted. */
function sweepLine({ retention }: Status): StatusLine | null {
  if (retention.state !== 'sweeping') return null;
  return { ...line('accent', t('sweeping'), t('sweepingShort')), to: '/storage' };
}

/** `The disk is full` of `The disk is full. Make room on it.` */
function firstSentence(text: string): string {
  return text.replace(/[.!?](\s.*)?$/s, '');
}

/** What is waited for, by what the cameras do. */
function waitingLine(status: Status, cameras: Camera[], now: number): StatusLine {
  const doing = (activity: Camera['activity']) => cameras.find((camera) => camera.activity === activity);
  if (doing('blocked')) return blockedLine(status);
  if (doing('listing')) return line('accent', t('reading'), t('readingShort'));
  if (doing('paused')) return line('amber', t('paused'), t('pausedShort'));
  if (doing('stranger')) return line('amber', t('stranger'), t('strangerShort'));
  if (doing('idle') || doing('downloading')) return idleLine(status);
  if (doing('starting')) return line('quiet', t('searching'), t('searchingShort'));
  return sweepLine(status) ?? awayLine(cameras, now);
}

function blockedLine({ archive }: Status): StatusLine {
  const lacksRoom = archive.state === 'full' || archive.state === 'critical';
  if (lacksRoom) return line('amber', t('noRoom'), t('noRoomShort'));
  return line('amber', t('noArchive'), t('noArchiveShort'));
}

function downloadingLine({ sync }: Status): StatusLine {
  if (sync.remainingMs === null) return line('accent', t('downloading'), t('downloadingShort'));
  const left = formatAbout(sync.remainingMs);
  return {
    ...line('accent', t('downloadingLeft', { time: left }), shortAbout(sync.remainingMs)),
    spoken: t('downloading'),
  };
}

function idleLine(status: Status): StatusLine {
  const { sync } = status;
  if (sync.failed > 0)
    return line('amber', t('failedClips', { count: sync.failed }), t('failedShort', { count: sync.failed }));
  if (sync.waiting > 0)
    return line(
      'accent',
      t('waitingClips', { count: sync.waiting }),
      t('waitingShort', { count: sync.waiting }),
    );
  return sweepLine(status) ?? line('green', t('upToDate'), t('upToDateShort'));
}

function awayLine(cameras: Camera[], now: number): StatusLine {
  const away = cameras.filter((camera) => !isHere(camera));
  if (away.length > 1)
    return line('quiet', t('camerasAway', { count: away.length }), t('awayCount', { count: away.length }));
  const text = away[0]
    ? t('cameraAwaySince', { time: formatInstant(away[0].activitySince, now) })
    : t('cameraAway');
  return line('quiet', text, t('away'));
}

function line(tone: Tone, text: string, short: string): StatusLine {
  return { tone, text, short, spoken: text, to: '/downloads' };
}
