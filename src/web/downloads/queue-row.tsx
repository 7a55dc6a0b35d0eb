import type { ReactNode } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { FetchFirstButton } from '../archive/clip-state.tsx';
import { formatBytes, formatDay, formatLocalTime } from '../format.ts';
import { CameraMark, ChannelChip, KindMark, LockedMark, Toned } from '../ui/chips.tsx';
import { queuedWords } from './downloads-words.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './queue-row.module.css';

/** One waiting clip, why it has its place, and a way to the head of the queue. */
export function QueueRow({ item }: { item: QueueItem }) {
  const now = useNow();
  const isRunning = item.state === 'transferring';
  return (
    <ClipLine
      item={item}
      words={isRunning ? <Toned tone="accent">Downloading</Toned> : queuedWords(item, now)}
      action={!isRunning && item.position !== 1 && <FetchFirstButton clipIds={[item.id]} />}
    />
  );
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
        <CameraMark cameraId={item.cameraId} />
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
