import { Progress } from '@mantine/core';
import type { Clip } from '../../shared/clips.ts';
import { useTransfers } from '../live-context.tsx';
import { Toned } from '../ui/chips.tsx';
import { FetchFirstButton, RetryButton, SkipButton, UnskipButton } from '../ui/queue-buttons.tsx';
import { shareOf } from '../transfers.ts';
import { clipStateTone, isGone, isHeldByRule } from '../words.ts';
import type { ClipGroup } from './archive-words.ts';
import classes from './clip-state.module.css';
import { GoneActions } from './gone-actions.tsx';
import { t } from './texts.ts';

/** Why clips are not in the archive yet, or never will be, and what can be done. */
export function ClipState({ group }: { group: ClipGroup }) {
  const [clip] = group.clips;
  const clipIds = group.clips.map((each) => each.id);
  return (
    <div className={classes.state}>
      <Toned tone={clipStateTone(clip.state)}>{group.words}</Toned>
      {clip.state === 'transferring' && <LiveProgress clip={clip} />}
      {isGone(clip.state) ? (
        <GoneActions clips={group.clips} />
      ) : (
        <ClipActions clip={clip} clipIds={clipIds} />
      )}
    </div>
  );
}

/** What can be done about clips that are in one state for one reason. */
function ClipActions({ clip, clipIds }: { clip: Clip; clipIds: number[] }) {
  switch (clip.state) {
    case 'waiting':
      return (
        <>
          <FetchFirstButton clipIds={clipIds} />
          <SkipButton clipIds={clipIds} />
        </>
      );
    case 'held':
      if (!isHeldByRule(clip.stateReason)) return null;
      return <FetchFirstButton clipIds={clipIds} word={t('fetchAnyway')} />;
    case 'failed':
      return (
        <>
          <RetryButton clipIds={clipIds} />
          <SkipButton clipIds={clipIds} />
        </>
      );
    case 'skipped':
      if (clip.stateReason === 'duplicate') return null;
      return <UnskipButton clipIds={clipIds} />;
    default:
      return null;
  }
}

function LiveProgress({ clip }: { clip: Clip }) {
  const transfer = useTransfers().find((each) => each.clipId === clip.id);
  const share = transfer ? shareOf(transfer) : null;
  if (share === null) return null;
  return (
    <span className={classes.progress}>
      <Progress.Root size={6} radius="xl" className={classes.bar}>
        <Progress.Section value={share * 100} aria-label={t('progressOf', { name: clip.name })} />
      </Progress.Root>
      {t('percent', { share: Math.floor(share * 100) })}
    </span>
  );
}
