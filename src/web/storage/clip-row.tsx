import type { ReactNode } from 'react';
import type { Channel, ClipKind } from '../../shared/clips.ts';
import { formatBytes, formatDay, formatLocalTime } from '../format.ts';
import { CameraMark, ChannelChip, KindMark } from '../ui/chips.tsx';
import { t } from './texts.ts';
import { channelScope } from './why-words.ts';
import classes from './clip-row.module.css';

interface DeletedClip {
  cameraId: number;
  name: string;
  channel: Channel;
  kind: ClipKind;
  localStart: string;
  bytes: number;
}

interface ClipRowProps {
  clip: DeletedClip;
  /** Why it went. */
  why: ReactNode;
  /** What became of it. */
  fate: ReactNode;
  action?: ReactNode;
  /** Beside its channel and kind. */
  marks?: ReactNode;
  /** At the edge of a list, without a box before it. */
  isEdge?: boolean;
}

/** A deleted clip: when it was recorded, what it is, why it went, what became of it. */
export function ClipRow({ clip, why, fate, action, marks, isEdge = false }: ClipRowProps) {
  const day = formatDay(clip.localStart.slice(0, 10), { short: true });
  return (
    <div className={classes.row} title={clip.name} data-edge={isEdge || undefined}>
      <span className={classes.time}>
        {t('stamp', { day, time: formatLocalTime(clip.localStart, { seconds: true }) })}
      </span>
      <span className={classes.marks}>
        <ChannelChip channel={clip.channel} />
        <KindMark kind={clip.kind} />
        <CameraMark cameraId={clip.cameraId} />
        {marks}
      </span>
      <span className={classes.why}>{why}</span>
      <span className={classes.fate}>{fate}</span>
      <span className={classes.size}>{formatBytes(clip.bytes)}</span>
      <span className={classes.action}>{action}</span>
    </div>
  );
}

/** A clip as a control names it: `front, Thursday 3 September, 15:47:12`. */
export function clipRowWords({ channel, localStart }: Pick<DeletedClip, 'channel' | 'localStart'>): string {
  const day = formatDay(localStart.slice(0, 10));
  const time = formatLocalTime(localStart, { seconds: true });
  return t('clipAt', { channel: channelScope[channel], day, time });
}
