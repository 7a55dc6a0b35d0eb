import type { Capture, Clip } from '../../shared/clips.ts';
import { joinWords, lowerFirst, sentence } from '../format.ts';
import { channelWords, type Tone } from '../words.ts';
import { t } from './texts.ts';

export interface HealthWords {
  text: string;
  tone: Tone;
  /** What is wrong in a sentence; null where nobody knows more. */
  note: string | null;
}

/** Whether a clip is damaged or repaired; null when nothing is known to be wrong. */
export function healthWords({ media }: Pick<Clip, 'media'>): HealthWords | null {
  if (!media || media.health === 'whole' || media.health === 'unknown') return null;
  const note = media.healthNote;
  if (media.health === 'repaired') return { text: t('repaired'), tone: 'amber', note };
  return { text: t(media.repairWaits ? 'beingRepaired' : 'damaged'), tone: 'red', note };
}

/** The same of a capture, naming the channels where not all of them are meant. */
export function captureHealth({ clips }: Pick<Capture, 'clips'>): HealthWords[] {
  const groups = new Map<string, { words: HealthWords; clips: Clip[] }>();
  for (const clip of clips) {
    const words = healthWords(clip);
    if (!words) continue;
    const group = groups.get(words.text);
    if (group) group.clips.push(clip);
    else groups.set(words.text, { words, clips: [clip] });
  }
  return [...groups.values()].map(({ words, clips: own }) => {
    if (own.length === clips.length) return words;
    const names = joinWords(own.map((clip) => channelWords[clip.channel].toLowerCase()));
    return { ...words, text: t('ofChannels', { channels: sentence(names), health: lowerFirst(words.text) }) };
  });
}
