import type { Clip } from '../../shared/clips.ts';
import { formatDay, formatLocalTime } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { channelWords } from '../words.ts';
import { t } from './texts.ts';

/** `Photo of the front camera, Thursday 3 September 2026, 10:00:00`: for those who cannot see it. */
export function photoAlt(clip: Clip): string {
  const start = localStartOf(clip);
  const [day, time] = [formatDay(start.slice(0, 10)), formatLocalTime(start, { seconds: true })];
  if (clip.channel === 'other') return t('photoOfSome', { day, time });
  return t('photoOf', { channel: channelWords[clip.channel].toLowerCase(), day, time });
}

/** A picture that the camera took by itself or at the press of its button: a clip of zero length. */
export function isPhoto({ container }: Pick<Clip, 'container'>): boolean {
  return container === 'jpg';
}
