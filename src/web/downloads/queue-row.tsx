import { Checkbox } from '@mantine/core';
import { memo, useId, type MouseEvent, type ReactNode } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { formatBytes, formatDay, formatLocalTime, sentence } from '../format.ts';
import { useTransfers } from '../live-context.tsx';
import { CameraMark, ChannelChip, KindMark, LockedMark, Toned } from '../ui/chips.tsx';
import { SmallButton } from '../ui/queue-buttons.tsx';
import { channelWords, clipStateWords } from '../words.ts';
import { queuedWords } from './downloads-words.ts';
import { t } from './texts.ts';
import classes from './queue-row.module.css';

interface QueueRowProps {
  item: QueueItem;
  index: number;
  isPicked: boolean;
  now: number;
  /** Both the same functions while they do the same, or every row is drawn anew as the list scrolls. */
  onPick: (index: number, extend: boolean) => void;
  onFirst: (clipId: number) => void;
}

/** One waiting clip, why it has its place, and a way to the head of the queue; picked by its box, `x`, or shift and a press. */
export const QueueRow = memo(function QueueRow(props: QueueRowProps) {
  const { item, index, isPicked, now, onPick, onFirst } = props;
  const id = useId();
  const isRunning = item.state === 'transferring';
  const canHurry = !isRunning && item.position !== null && item.position > 1;
  const extendByPress = (event: MouseEvent) => {
    if (!event.shiftKey || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    onPick(index, true);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- the box within is the control; shift and a press is a short cut, as is X
    <div
      data-queue-row={index}
      className={classes.pick}
      data-picked={isPicked || undefined}
      onClick={extendByPress}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      <label className={classes.box} htmlFor={id}>
        <Checkbox
          id={id}
          size="xs"
          checked={isPicked}
          aria-label={selectWords(item)}
          onChange={(event) => onPick(index, isShift(event.nativeEvent))}
        />
      </label>
      <ClipLine
        item={item}
        words={<RowWords item={item} isRunning={isRunning} now={now} />}
        action={canHurry && <SmallButton word={t('fetchNext')} onClick={() => onFirst(item.id)} />}
      />
    </div>
  );
});

function selectWords({ channel, localStart }: QueueItem): string {
  const time = formatLocalTime(localStart, { seconds: true });
  return sentence(t('select', { channel: channelWords[channel].toLowerCase(), time }));
}

function isShift(event: Event): boolean {
  return event instanceof MouseEvent ? event.shiftKey : 'shiftKey' in event && event.shiftKey === true;
}

function RowWords({ item, isRunning, now }: { item: QueueItem; isRunning: boolean; now: number }) {
  if (isRunning) return <RunningWords clipId={item.id} />;
  if (item.position === null) return clipStateWords(item, now);
  if (item.reason === 'overwrite') return <Toned tone="amber">{queuedWords(item, now)}</Toned>;
  return queuedWords(item, now);
}

/** One clip more than is under way is made ready, so that the Wi-Fi is never idle. */
function RunningWords({ clipId }: { clipId: number }) {
  const isComingIn = useTransfers().some((transfer) => transfer.clipId === clipId);
  return <Toned tone="accent">{t(isComingIn ? 'downloading' : 'next')}</Toned>;
}

interface ClipLineProps {
  item: QueueItem;
  words: ReactNode;
  action?: ReactNode;
  withDay?: boolean;
}

/** A clip of the queue: time, channel, kind, size, what is to be said of it, what can be done. */
export function ClipLine({ item, words, action, withDay = false }: ClipLineProps) {
  const time = formatLocalTime(item.localStart, { seconds: true });
  const day = formatDay(item.localStart.slice(0, 10), { short: true });
  return (
    <div className={classes.row} title={item.name} data-with-day={withDay || undefined}>
      <span className={classes.time}>{withDay ? `${day}, ${time}` : time}</span>
      <span className={classes.marks}>
        <ChannelChip channel={item.channel} />
        <KindMark kind={item.kind} />
        {withDay && <CameraMark cameraId={item.cameraId} />}
        {item.locked && <LockedMark />}
      </span>
      <span className={classes.words}>{words}</span>
      <span className={classes.size}>
        {item.remoteSizeBytes !== null && formatBytes(item.remoteSizeBytes)}
      </span>
      <span className={classes.action}>{action}</span>
    </div>
  );
}
