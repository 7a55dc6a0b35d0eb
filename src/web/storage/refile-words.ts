/** The sentences of the archive's folders and of moving clips between them. */
import type { Refile, RefilePreview } from '../../shared/archive-care.ts';
import type { Layout } from '../../shared/settings.ts';
import { formatBytes, formatInstant } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import type { Tone } from '../words.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const layoutWords = wordsOf<typeof en, Layout>(t, {
  daily: 'layoutDaily',
  weekly: 'layoutWeekly',
  monthly: 'layoutMonthly',
  yearly: 'layoutYearly',
  none: 'layoutNone',
});

export function layoutWord(layout: Layout): string {
  return layoutWords[layout];
}

/** What would move under a layout, in a sentence. */
export function previewLine({ clips, bytes, inPlace, newFolders }: RefilePreview): string {
  if (clips === 0) return t(inPlace === 0 ? 'noClipYet' : 'allThere');
  const moves = t('wouldMove', { count: clips, size: formatBytes(bytes) });
  const folders = newFolders === 0 ? [] : [t('intoFolders', { count: newFolders })];
  const others = inPlace === 0 ? [] : [t('lieThere', { count: inPlace })];
  return [`${[moves, ...folders].join(', ')}.`, ...others].join(' ');
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
  const { state, clips, moved } = refile;
  const when = refile.finishedAt === null ? '' : ` ${formatInstant(refile.finishedAt, now)}`;
  const layout = layoutWord(refile.layout);
  const amount = t('movedOf', { moved, count: clips });
  switch (state) {
    case 'never':
      return null;
    case 'running':
      return t('moving', { layout, amount });
    case 'done':
      return t('movedInto', { layout, when, amount: doneWords(refile) });
    case 'stopped':
      return t('moveStopped', { when, amount });
    case 'failed':
      return t('moveFailed', { when, amount });
  }
}

function doneWords({ moved, left }: Refile): string {
  const amount = t('clips', { count: moved });
  return left === 0 ? amount : t('leftThere', { amount, count: left });
}
