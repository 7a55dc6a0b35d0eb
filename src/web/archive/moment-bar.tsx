import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { IconArrowsSplit2, IconLink } from '@tabler/icons-react';
import type { Journey } from '../../shared/journeys.ts';
import { journeyTitle } from '../journey/journey-words.ts';
import { canSplitAt } from '../journey/track-plan.ts';
import { useJourneyEdits } from '../journey/use-journey-edits.ts';
import { toast } from '../ui/toasts.ts';
import classes from './moment-bar.module.css';
import { t } from './texts.ts';

interface MomentBarProps {
  journey: Journey | null;
  /** Of the capture, UTC milliseconds. */
  startedAt: number;
  /** How far into it the player is. */
  seconds: () => number;
  day: string;
  clipId: number;
}

/** What can be done with the very moment that is shown: a link to it, and the end of its journey there. */
export function MomentBar({ journey, startedAt, seconds, day, clipId }: MomentBarProps) {
  const { split, isBusy } = useJourneyEdits();
  const navigate = useNavigate();
  const link = async () => {
    const t = Math.floor(seconds());
    const search = { clip: clipId, ...(t > 0 && { t }) };
    await navigate({ to: '/archive/$day', params: { day }, search, replace: true, resetScroll: false });
    toast(await copied(window.location.href));
  };
  const splitHere = (whole: Journey) => {
    const at = startedAt + seconds() * 1000;
    if (canSplitAt(whole, at)) split(whole, at);
    else toast(t('journeyEdge'));
  };
  return (
    <div className={classes.bar}>
      {journey && (
        <Link className={classes.journey} to="/journeys/$id" params={{ id: String(journey.id) }}>
          {journeyTitle(journey)}
        </Link>
      )}
      {journey && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconArrowsSplit2 size={16} />}
          loading={isBusy}
          onClick={() => splitHere(journey)}
        >
          {t('splitHere')}
        </Button>
      )}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconLink size={16} />}
        onClick={() => void link()}
      >
        {t('linkHere')}
      </Button>
    </div>
  );
}

/** Browsers copy on encrypted pages and on this machine only; elsewhere the address bar has it. */
async function copied(address: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(address);
    return t('linkCopied');
  } catch {
    return t('linkInAddress');
  }
}
