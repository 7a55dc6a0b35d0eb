import { qualities, type Quality } from './player-choice-plan.ts';

/** What the player remembers on this device. */
export interface PlayerSettings {
  volume: number;
  isMuted: boolean;
  skipsGaps: boolean;
  /** At the end of a journey the next of the day follows. */
  goesOn: boolean;
  quality: Quality;
}

const storageKey = 'viofosync.player';
const usual: PlayerSettings = { volume: 1, isMuted: false, skipsGaps: true, goesOn: true, quality: 'auto' };

/** What was chosen before; what makes no sense, and a browser without storage, is as if nothing was. */
export function readPlayerSettings(): PlayerSettings {
  const stored = readStored();
  const flag = (name: 'isMuted' | 'skipsGaps' | 'goesOn') => {
    const value = stored[name];
    return typeof value === 'boolean' ? value : usual[name];
  };
  const { volume, quality } = stored;
  return {
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : usual.volume,
    isMuted: flag('isMuted'),
    skipsGaps: flag('skipsGaps'),
    goesOn: flag('goesOn'),
    quality: qualities.find((each) => each === quality) ?? usual.quality,
  };
}

export function writePlayerSettings(settings: PlayerSettings): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(settings));
  } catch {
    // Without storage they last as long as the page.
  }
}

function readStored(): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  } catch {
    return {};
  }
}
