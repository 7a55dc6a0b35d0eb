/** The sentences of the present visit of a camera. */
import type { Camera, Session } from '../../shared/cameras.ts';
import { formatAbout, formatBytes, formatInstant, formatSpeed } from '../format.ts';
import { clipsAndSize } from '../home/home-words.ts';
import { t } from './texts.ts';

/** Figures of a visit, each under its name; what is not known is left out. */
export function sessionFacts(session: Session): [string, string | null][] {
  const { bytesPerSecond, averageBytesPerSecond, remainingClips, remainingBytes, remainingMs } = session;
  return [
    [t('speed'), bytesPerSecond === null ? null : formatSpeed(bytesPerSecond)],
    [t('onAverage'), averageBytesPerSecond === null ? null : formatSpeed(averageBytesPerSecond)],
    [t('timeLeft'), remainingMs === null || remainingClips === 0 ? null : formatAbout(remainingMs)],
    [t('stillToCome'), remainingClips === 0 ? t('nothing') : amount(remainingClips, remainingBytes)],
    [
      t('broughtSoFar'),
      session.clips === 0 && session.bytes === 0 ? t('nothingYet') : amount(session.clips, session.bytes),
    ],
  ];
}

function amount(clips: number, bytes: number): string {
  return clips === 0 ? formatBytes(bytes) : clipsAndSize(clips, bytes);
}

/** `Here since 18:40, by its other address` */
export function hereWords(camera: Camera, now: number): string {
  const { session } = camera;
  if (!session) return t('here');
  const time = formatInstant(session.since, now);
  return t(session.connection === 'alternative' ? 'hereSinceOther' : 'hereSince', { time });
}
