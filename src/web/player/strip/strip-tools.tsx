import { ActionIcon, Button } from '@mantine/core';
import { IconArrowsHorizontal, IconFlag, IconRepeatOff, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { formatLength } from '../../format.ts';
import { timeWords } from '../player-time.ts';
import type { Footage, PlayerClock } from '../player-types.ts';
import classes from './player-strip.module.css';
import { useRange } from './strip-range.tsx';
import { zoomAround } from './strip-plan.ts';
import { t } from './texts.ts';
import type { OwnMarks } from './use-own-marks.ts';
import type { StripView } from './use-strip-view.ts';

interface StripToolsProps {
  footage: Footage;
  clock: PlayerClock;
  view: StripView;
  own: OwnMarks;
  onMark: () => void;
}

/** What is pressed under the strip. */
export function StripTools({ footage, clock, view, own, onMark }: StripToolsProps) {
  const zoom = (factor: number) =>
    view.change((bounds, scale) => {
      const { at } = clock.get();
      const isSeen = at >= scale.from && at <= scale.to;
      return zoomAround(bounds, scale, isSeen ? at : (scale.from + scale.to) / 2, factor);
    });
  return (
    <div className={classes.tools}>
      <Button
        variant="default"
        size="xs"
        className={classes.tool ?? ''}
        leftSection={<IconFlag size={16} aria-hidden />}
        title={t('addMarkHelp')}
        loading={own.isAdding}
        onClick={onMark}
      >
        {t('addMark')}
      </Button>
      <Range footage={footage} clock={clock} />
      {own.trouble !== null && <output className={classes.trouble}>{own.trouble}</output>}
      <span className={classes.zoom}>
        <Tool label={t('zoomOut')} isOff={view.isWhole} onClick={() => zoom(2)}>
          <IconZoomOut size={18} aria-hidden />
        </Tool>
        <Tool label={t('zoomIn')} onClick={() => zoom(0.5)}>
          <IconZoomIn size={18} aria-hidden />
        </Tool>
        <Tool label={t('zoomFit')} isOff={view.isWhole} onClick={() => zoom(Infinity)}>
          <IconArrowsHorizontal size={18} aria-hidden />
        </Tool>
      </span>
    </div>
  );
}

function Range({ footage, clock }: { footage: Footage; clock: PlayerClock }) {
  const range = useRange(clock);
  if (!range) return null;
  const { from, to } = range;
  return (
    <span className={classes.loop}>
      <span>
        {t('rangeOf', {
          from: timeWords(footage, from),
          to: timeWords(footage, to),
          length: formatLength(to - from),
        })}
      </span>
      <Tool label={t('clearRange')} onClick={() => clock.setLoop(null)}>
        <IconRepeatOff size={18} aria-hidden />
      </Tool>
    </span>
  );
}

interface ToolProps {
  label: string;
  /** It would do nothing now; it keeps the focus all the same. */
  isOff?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function Tool({ label, isOff = false, onClick, children }: ToolProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={30}
      className={classes.tool ?? ''}
      aria-label={label}
      title={label}
      aria-disabled={isOff || undefined}
      data-off={isOff || undefined}
      onClick={isOff ? undefined : onClick}
    >
      {children}
    </ActionIcon>
  );
}
