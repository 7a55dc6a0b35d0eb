import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Clip } from '../../shared/clips.ts';
import { SmallButton } from '../ui/queue-buttons.tsx';
import { useNow } from '../ui/use-now.ts';
import { clipTitle } from '../words.ts';
import classes from './gone-actions.module.css';
import { logName, mayBeInTrash } from './removal-plan.ts';
import { useRemovalActions } from './removal-provider.tsx';
import { t } from './texts.ts';

/** For clips that were in the archive: back out of the trash while they may be there, and why they went. */
export function GoneActions({ clips }: { clips: readonly [Clip, ...Clip[]] }) {
  const { restore, trashHours } = useRemovalActions();
  const now = useNow();
  const [first, ...others] = clips;
  const canRestore = trashHours !== null && clips.some((clip) => mayBeInTrash(clip, trashHours, now));
  const name = logName([first.name, ...others.map((clip) => clip.name)]);
  return (
    <>
      {canRestore && <SmallButton word={t('restore')} onClick={() => restore(clips)} />}
      <Button
        className={classes.why ?? ''}
        size="compact-sm"
        variant="default"
        renderRoot={(props) => <Link {...props} to="/storage" search={{ view: 'log', name }} />}
        aria-label={t('whyOf', { clip: clipTitle(first.name) })}
      >
        {t('why')}
      </Button>
    </>
  );
}
