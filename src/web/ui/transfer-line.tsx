import { Progress } from '@mantine/core';
import type { Transfer } from '../../shared/cameras.ts';
import { formatPart, formatSpeed } from '../format.ts';
import { shareOf } from '../transfers.ts';
import { clipTitle } from '../words.ts';
import { StopButton } from './queue-buttons.tsx';
import classes from './transfer-line.module.css';
import { t } from './texts.ts';

/** One clip coming in: which it is, how far it is, how fast; its file name is in the details. */
export function TransferLine({
  transfer,
  cameraName,
  canStop = false,
}: {
  transfer: Transfer;
  cameraName?: string | undefined;
  /** With a button that stops it. */
  canStop?: boolean;
}) {
  const share = shareOf(transfer);
  const title = clipTitle(transfer.name);
  return (
    <div className={classes.transfer}>
      <div className={classes.top}>
        <div className={classes.words}>
          <span className={classes.title}>{title}</span>
          <span className={classes.numbers}>
            {formatPart(transfer.bytes, transfer.totalBytes)}
            <span className={classes.speed}>{formatSpeed(transfer.bytesPerSecond)}</span>
          </span>
        </div>
        {canStop && <StopButton clipId={transfer.clipId} title={title} />}
      </div>
      <Progress.Root size={8} radius="xl" className={classes.bar}>
        <Progress.Section value={(share ?? 0) * 100} aria-label={t('progressOf', { title })} />
      </Progress.Root>
      <details className={classes.details}>
        <summary>{t('details')}</summary>
        <span>{cameraName ? t('fileFrom', { file: transfer.name, camera: cameraName }) : transfer.name}</span>
      </details>
    </div>
  );
}
