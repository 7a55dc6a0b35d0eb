import type { Capture } from '../../shared/clips.ts';
import { afterRemoval, type Playing } from './player-plan.ts';
import type { RemovalChoice } from './removal-menu.tsx';
import { inArchive } from './removal-plan.ts';
import { useRemovalActions } from './removal-provider.tsx';
import { t } from './texts.ts';

interface PlayerRemoval {
  choices: RemovalChoice[];
  keep: () => void | false;
  remove: () => void | false;
}

/** Keeping and deleting what plays, by itself or with the other channels; what is deleted gives way to the next. */
export function usePlayerRemoval(
  captures: readonly Capture[],
  playing: Playing,
  go: { select: (clip: { id: number }) => void; close: () => void },
): PlayerRemoval {
  const { keep, remove, isAsking } = useRemovalActions();
  const { clip, capture } = playing;
  const goOnFrom = (removed: readonly { id: number }[]) => () => {
    const next = afterRemoval(captures, playing, new Set(removed.map(({ id }) => id)));
    if (next) go.select(next);
    else go.close();
  };
  const isMine = () => !isAsking && !document.querySelector('[role="menu"]') && clip.state === 'archived';
  const isOneOfSeveral = inArchive(capture.clips).length > 1;
  const one: RemovalChoice = {
    what: isOneOfSeveral ? t('thisClip') : '',
    clips: [clip],
    hasKeys: true,
    onOrdered: goOnFrom([clip]),
  };
  const all: RemovalChoice = {
    what: t('allChannelsHere'),
    clips: capture.clips,
    onOrdered: goOnFrom(capture.clips),
  };
  return {
    choices: isOneOfSeveral ? [one, all] : [one],
    keep: () => (isMine() ? void keep([clip], !clip.kept) : false),
    remove: () => (isMine() ? remove([clip], one.onOrdered) : false),
  };
}
