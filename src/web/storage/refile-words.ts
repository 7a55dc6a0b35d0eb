/** The sentences of the archive's folders and of moving clips between them. */
import type { Refile, RefilePreview } from '../../shared/archive-care.ts';
import type { Layout } from '../../shared/settings.ts';
import { countOf, formatBytes, formatCount, formatInstant } from '../format.ts';
import type { Tone } from '../words.ts';

const layoutWords: Record<Layout, string> = {
  daily: 'a folder for each day',
  weekly: 'a folder for each week',
  monthly: 'a folder for each month',
  yearly: 'a folder for each year',
  none: 'all in one folder',
};

export function layoutWord(layout: Layout): string {
  return layoutWords[layout];
}

/** What would move under a layout, in a sentence. */
export function previewLine({ clips, bytes, inPlace, newFolders }: RefilePreview): string {
  if (clips === 0) return inPlace === 0 ? 'There is no clip yet.' : 'Every clip lies there already.';
  const folders = newFolders === 0 ? '' : `, into ${countOf(newFolders, 'new folder')}`;
  const others =
    inPlace === 0 ? '' : ` ${countOf(inPlace, 'clip')} ${inPlace === 1 ? 'lies' : 'lie'} there already.`;
  return `${countOf(clips, 'clip')} (${formatBytes(bytes)}) would move${folders}.${others}`;
}

const tones: Record<Refile['state'], Tone> = {
  never: 'quiet',
  running: 'accent',
  done: 'green',
  stopped: 'amber',
  failed: 'red',
};

export function refileTone({ state }: Refile): Tone {
  return tones[state];
}

/** Where the moving stands; null while there was none. */
export function refileLine(refile: Refile, now: number): string | null {
  const { state, clips, moved, layout } = refile;
  const when = refile.finishedAt === null ? '' : ` ${formatInstant(refile.finishedAt, now)}`;
  const amount = `${formatCount(moved)} of ${countOf(clips, 'clip')}`;
  switch (state) {
    case 'never':
      return null;
    case 'running':
      return `Moving clips into ${layoutWord(layout)}: ${amount}.`;
    case 'done':
      return `Moved into ${layoutWord(layout)}${when}: ${countOf(moved, 'clip')}${leftWords(refile)}.`;
    case 'stopped':
      return `Stopped${when}: ${amount} have moved, the others stay where they are.`;
    case 'failed':
      return `Failed${when}: ${amount} have moved.`;
  }
}

const leftWords = ({ left }: Refile): string =>
  left === 0 ? '' : `, ${formatCount(left)} left where they are`;
