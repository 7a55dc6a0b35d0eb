import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ArtifactKind } from '../../shared/media.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { retryFailures } from './artifact-rows.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { retryFacts } from './media-due.ts';
import type { MediaService } from './media-service.ts';
import type { MediaWork } from './media-types.ts';
import { retryOlder } from './older-retry.ts';
import type { PictureKind, PictureWork } from './picture-work.ts';

export interface MediaRequestsDeps {
  db: Database;
  clock: Clock;
  artifacts: Pick<ArtifactStore, 'of' | 'lost'>;
  /** It was looked for, and is not there. */
  isFfmpegMissing: () => boolean;
  pictures: PictureWork;
  work: readonly MediaWork[];
  service: Pick<MediaService, 'nudge' | 'nudgeAsked'>;
  lookForFfmpeg: () => void;
}

const rowsAtOnce = 1000;

/** What people want to be made, by looking at it or by hand. */
export class MediaRequests {
  private readonly deps: MediaRequestsDeps;

  constructor(deps: MediaRequestsDeps) {
    this.deps = deps;
  }

  /** A person looks at a clip, and something else serves meanwhile. */
  look(clipId: number): void {
    this.deps.pictures.look(clipId);
  }

  /** A person looks where nothing is: it is made next, unless it is known that it cannot be. */
  async wish(clipId: number, kind: PictureKind): Promise<void> {
    const row = await this.deps.artifacts.of(this.deps.db, clipId, kind);
    if (row?.state === 'failed' && (row.next_at ?? Infinity) > this.deps.clock.now()) return;
    this.deps.pictures.wish(clipId, kind);
    this.deps.service.nudgeAsked();
  }

  /** By hand: also when it failed. Throws an `AppError` where it cannot be made. */
  async want(clipId: number, kind: ArtifactKind): Promise<void> {
    const { pictures, work, service } = this.deps;
    if (kind === 'proxy' || kind === 'repair') {
      const want = work.find((each) => each.kind === kind)?.want;
      if (!want) throw new AppError('unavailable', 'This cannot be made here.');
      await want(clipId);
      return service.nudgeAsked();
    }
    if (this.deps.isFfmpegMissing())
      throw new AppError('unavailable', 'ffmpeg was not found on this machine: pictures cannot be made.');
    const row = await this.deps.artifacts.of(this.deps.db, clipId, kind);
    if (row?.state === 'failed') await this.deps.artifacts.lost(row);
    pictures.wish(clipId, kind);
    service.nudgeAsked();
  }

  /** Everything that failed is tried again. */
  async retry(): Promise<void> {
    const { db, clock, work, service } = this.deps;
    this.deps.lookForFfmpeg();
    const kinds = ['thumbnail', 'filmstrip'] as const;
    const limits = { now: clock.now(), limit: rowsAtOnce };
    while ((await retryFailures(db, kinds, limits)) > 0) await yieldToOthers();
    while ((await retryFacts(db)) > 0) await yieldToOthers();
    await retryOlder(db, clock.now());
    for (const each of work) await each.retry?.();
    service.nudge();
  }
}
