import type { CameraRow, ClipRow } from '../db/schema.ts';
import { messageOf } from '../lib/errors.ts';
import { sleep } from '../lib/abort.ts';
import type { Logger } from '../lib/logger.ts';
import { cameraFailureKind } from './download-failure.ts';
import type { Link } from './connector.ts';
import type { QueueOrder } from './queue-order.ts';
import type { Triage } from './triage.ts';
import type { MoovLayout } from './triage-plan.ts';
import { aheadMs, mayReadBeside, type TriageTarget } from './triage-policy.ts';
import { readSparse, UnreadableClip } from './triage-read.ts';
import { RangeIgnored, spanReader } from './triage-remote.ts';

type Present = Pick<Link, 'camera' | 'connection'>;

export interface CameraTriageParts {
  triage: Triage;
  row: CameraRow;
  log: Logger;
  order: QueueOrder;
  isPaused: () => boolean;
  /** The card no longer holds what it was listed with. */
  wantListing: () => void;
}

/** Clips in a row that could not be read: the others will hardly be better now. */
const maxFailures = 5;
/** A round that does nothing else still looks now and then whether somebody wants something. */
const restMs = 2000;
const pauseMs = 500;
/** Targets are worked out anew after this, for the queue goes on meanwhile. */
const targetsMs = 30_000;

/** Reads tracks off one camera while it is here, a clip at a time, in the requests that nobody else needs. */
export class CameraTriage {
  private readonly parts: CameraTriageParts;
  private layout: MoovLayout | null = null;
  /** Not asked for again in this visit. */
  private readonly passed = new Set<number>();
  private failures = 0;
  /** What a clip cost while nothing else was asked. */
  private costMs = 0;
  private targets: TriageTarget[] = [];
  private targetsAt = -Infinity;
  /** There was nothing to read when it was last looked. */
  private hadNone = false;

  constructor(parts: CameraTriageParts) {
    this.parts = parts;
  }

  beginVisit(): void {
    this.passed.clear();
    this.failures = 0;
    this.targetsAt = -Infinity;
  }

  /** Before the first download of a round: a small share of the time that the downloads will take. */
  async ahead(here: Present, signal: AbortSignal): Promise<void> {
    const { waitingBytes, first } = await this.queue();
    if (first === null) return;
    this.targetsAt = -Infinity;
    await this.readFor(here, aheadMs({ waitingBytes, first }), signal);
  }

  /** While clips come in; ends when the signal is aborted or this camera gives no more, and never rejects. */
  async beside(here: Present, signal: AbortSignal): Promise<void> {
    const beganAt = performance.now();
    let spentMs = 0;
    while (!signal.aborted && this.failures < maxFailures) {
      const { first } = await this.queue();
      const elapsedMs = performance.now() - beganAt;
      if (!mayReadBeside({ spentMs, elapsedMs, first }) || !(await this.hasMore(here))) {
        await sleep(pauseMs, signal);
        continue;
      }
      const askedAt = performance.now();
      if (!(await this.readNext(here, signal))) return;
      // A request waits behind the piece of a download that is coming in: that time is not lost.
      spentMs += Math.min(performance.now() - askedAt, this.costMs || Infinity);
    }
  }

  /** Nothing is fetched now; returns whether more is left to read. */
  async rest(here: Present, signal: AbortSignal): Promise<boolean> {
    this.targetsAt = -Infinity;
    await this.readFor(here, restMs, signal);
    return !signal.aborted && this.targets.length > 0 && (await this.hasMore(here));
  }

  private async readFor(here: Present, ms: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + ms;
    while (!signal.aborted && performance.now() < until && (await this.hasMore(here))) {
      const askedAt = performance.now();
      if (!(await this.readNext(here, signal))) return;
      const tookMs = performance.now() - askedAt;
      this.costMs = this.costMs === 0 ? tookMs : this.costMs * 0.8 + tookMs * 0.2;
    }
  }

  private async queue(): Promise<{ waitingBytes: number; first: string | null }> {
    const { order } = this.parts;
    const { waiting } = await order.sections();
    return { waitingBytes: order.lastCounts().waitingBytes, first: waiting[0]?.reason ?? null };
  }

  private async hasMore(here: Present): Promise<boolean> {
    const { triage, row, isPaused } = this.parts;
    const isWanted = here.connection === 'main' ? row.main_triage === 1 : row.alternative_triage === 1;
    if (!triage.isOn || !isWanted || isPaused() || this.failures >= maxFailures) return false;
    const age = performance.now() - this.targetsAt;
    if (age > targetsMs || (this.targets.length === 0 && (!this.hadNone || age > pauseMs))) {
      this.targetsAt = performance.now();
      this.targets = (await triage.targets(row.id)).filter(({ id }) => !this.passed.has(id));
      this.hadNone = this.targets.length === 0;
    }
    return this.targets.length > 0;
  }

  /**
   * Reads one clip; false when no other is to be asked for now. What goes wrong here never keeps a download: whether the
   * camera is away, they find out themselves.
   */
  private async readNext(here: Present, signal: AbortSignal): Promise<boolean> {
    const { triage } = this.parts;
    const target = this.targets.shift();
    const clip = target && (await triage.clipOf(target));
    if (!clip) return true;
    const file = { sizeBytes: clip.remote_size_bytes, sizeExact: clip.remote_size_exact === 1 };
    try {
      const read = spanReader(here.camera, clip.remote_path, signal);
      const sparse = await readSparse(read, file, { ...target, layout: this.layout }, triage.gps);
      this.layout = sparse.layout;
      this.failures = 0;
      await triage.keep(clip, sparse);
      return true;
    } catch (error) {
      return signal.aborted ? false : this.failed(clip, await this.sorted(here, error, signal));
    }
  }

  /** An answer that ends early is the clip's fault only while the camera is there. */
  private async sorted(here: Present, error: unknown, signal: AbortSignal): Promise<unknown> {
    if (cameraFailureKind(error) !== 'truncated') return error;
    return here.camera.info(signal).then(
      () => error,
      (gone: unknown) => gone,
    );
  }

  private async failed(clip: ClipRow, error: unknown): Promise<boolean> {
    const { triage, log, wantListing } = this.parts;
    const kind = cameraFailureKind(error);
    const reason = messageOf(error);
    const isOfClip = error instanceof UnreadableClip || error instanceof RangeIgnored;
    if (kind === 'truncated' || kind === 'malformed' || isOfClip) {
      log.debug({ clip: clip.name, reason }, 'the track of a clip could not be read off the camera');
      // A camera that sends whole files for parts does so for all of them.
      this.failures = error instanceof RangeIgnored ? maxFailures : this.failures + 1;
      await triage.keepFailure(clip, reason);
      return true;
    }
    this.passed.add(clip.id);
    this.failures++;
    if (kind === undefined) log.error({ err: error }, 'the track of a clip could not be kept');
    if (kind === 'gone') wantListing();
    if (kind === 'busy' || kind === 'refused') this.failures = maxFailures;
    return kind === 'gone';
  }
}
