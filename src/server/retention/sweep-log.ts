import type { SweepCause } from '../../shared/retention.ts';
import type { Logger } from '../lib/logger.ts';
import type { SweepFigures } from './sweep-history.ts';

const deletionsPerLine = 10;

/** The lines of a sweep in the log; nothing when there is nothing to do. Their words are those of the existing system. */
export class SweepLog {
  private readonly log: Logger;
  /** The header that was last written with nothing carried out after it: the same is not written again and again. */
  private idleHeader: string | null = null;

  constructor(log: Logger) {
    this.log = log;
  }

  /**
   * `clips` beyond their age before anything protects them, `days` as the rule says; `isCarriedOut`: the plan goes now,
   * rather than that it is empty or waits for a person's word.
   */
  header(clips: number, days: number, isCarriedOut: boolean): void {
    if (clips === 0) return;
    const line = `retention sweep: ${clips} clip(s) older than ${days} days — examining`;
    if (!isCarriedOut && line === this.idleHeader) return;
    this.idleHeader = isCarriedOut ? null : line;
    this.log.info({ clips, days }, line);
  }

  /** Call it after each file that went; every tenth is told. */
  deleted(done: number, total: number, freedBytes: number): void {
    if (done % deletionsPerLine !== 0) return;
    this.log.info(
      { done, total, freedBytes },
      `retention sweep: ${done}/${total} clip(s) deleted (${megabytes(freedBytes)} freed so far)`,
    );
  }

  /** For room there is a sweep for nearly every clip that arrives: these are told at debug level. */
  summary(figures: SweepFigures, cause?: SweepCause): void {
    const parts = [
      `${figures.byAge} by time`,
      `${figures.byDisk} by disk`,
      ...(figures.byQuota > 0 ? [`${figures.byQuota} by quota`] : []),
      `${figures.protected} protected`,
      `${figures.failed} failed`,
      ...(figures.missing > 0 ? [`${figures.missing} gone before`] : []),
      `${megabytes(figures.freedBytes)} freed`,
      ...(figures.trashedBytes > 0 ? [`of these ${megabytes(figures.trashedBytes)} in the trash`] : []),
    ];
    this.log[cause === 'room' ? 'debug' : 'info']({ ...figures }, `retention sweep: ${parts.join(', ')}`);
  }

  /** The trash let go of clips before their time, for room was needed. */
  trashEased(bytes: number): void {
    this.log.info({ bytes }, `trash emptied for want of room (${megabytes(bytes)} freed)`);
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
