import type { CameraRow, ClipRow } from '../db/schema.ts';
import { messageOf } from '../lib/errors.ts';
import { sleep } from '../lib/abort.ts';
import type { Logger } from '../lib/logger.ts';
import { cameraFailureKind } from './download-failure.ts';
import type { Link } from './connector.ts';
import type { QueueOrder } from './queue-order.ts';
import type { Triage } from './triage.ts';
import type { MoovLayout } from './triage-plan.ts';
import {
  aheadMs,
  costAfter,
  creditAfter,
  firstCreditMs,
  likelyCost,
  rateOf,
  ReadRate,
  shareBeside,
  trackMs,
} from './triage-pace.ts';
import type { TriageTarget } from './triage-policy.ts';
import { UnreadableClip } from './triage-read.ts';
import { RangeIgnored, spanReader } from './triage-remote.ts';
import type { OpenVisit } from './visit-log.ts';

type Present = Pick<Link, 'camera' | 'connection'> & {
  visit: Pick<OpenVisit, 'average' | 'bytes' | 'session'>;
};

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
/**
 * Beside a download: a slow camera sends one clip for a minute, and between two of them as many requests have their turn
 * as wait for it.
 */
const mostAtOnce = 12;

/** Reads tracks off one camera while it is here, a clip at a time, in the requests that nobody else needs. */
export class CameraTriage {
  private readonly parts: CameraTriageParts;
  private layout: MoovLayout | null = null;
  /** Not asked for again in this visit. */
  private readonly passed = new Set<number>();
  private readonly reading = new Set<number>();
  private failures = 0;
  private cost = likelyCost;
  private readRate = new ReadRate();
  /** Of this visit: what was used before downloads, and what may be used beside them. */
  private aheadUsedMs = 0;
  private creditMs = firstCreditMs;
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
    this.readRate = new ReadRate();
    this.aheadUsedMs = 0;
    this.creditMs = firstCreditMs;
  }

  /** Before the first download of a round: a small share of the time that the downloads of the visit will take. */
  async ahead(here: Present, signal: AbortSignal): Promise<void> {
    const { waitingBytes, first } = await this.queue();
    if (first === null) return;
    this.targetsAt = -Infinity;
    const usedBefore = this.aheadUsedMs;
    await this.readWhile(here, signal, (ms) => {
      this.aheadUsedMs = usedBefore + ms;
      return this.aheadUsedMs < aheadMs({ waitingBytes, first, rate: this.rate(here) });
    });
  }

  /** While clips come in; ends when the signal is aborted or this camera gives no more, and never rejects. */
  async beside(here: Present, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    let turn = new AbortController();
    const reads = new Set<Promise<void>>();
    let lookedAt = performance.now();
    const bytesBefore = here.visit.bytes;
    while (!either.aborted && this.failures < maxFailures) {
      const rate = this.rate(here);
      const share = shareBeside({ ...(await this.queue()), rate });
      const now = performance.now();
      this.creditMs = creditAfter(this.creditMs, { share, ms: now - lookedAt });
      lookedAt = now;
      if (share === 0) {
        // What waits for its turn would go before a clip that somebody waits for.
        turn.abort();
        turn = new AbortController();
      }
      const isTurn = share > 0 && reads.size < mostAtOnce && this.creditMs >= trackMs(this.cost, rate);
      // The first request of a round is that of a download.
      const isBegun = here.visit.bytes > bytesBefore;
      if (!isTurn || !isBegun || !(await this.hasMore(here))) {
        await sleep(pauseMs, either);
        continue;
      }
      this.creditMs -= trackMs(this.cost, rate);
      const readOne = async (turnSignal: AbortSignal) => {
        if (!(await this.readNext(here, AbortSignal.any([either, turnSignal])))) over.abort();
      };
      const read = readOne(turn.signal).finally(() => reads.delete(read));
      reads.add(read);
    }
    over.abort();
    await Promise.allSettled(reads);
  }

  /** Nothing is fetched now; returns whether more is left to read. */
  async rest(here: Present, signal: AbortSignal): Promise<boolean> {
    this.targetsAt = -Infinity;
    await this.readWhile(here, signal, (ms) => ms < restMs);
    return !signal.aborted && this.targets.length > 0 && (await this.hasMore(here));
  }

  private async readWhile(
    here: Present,
    signal: AbortSignal,
    mayGoOn: (ms: number) => boolean,
  ): Promise<void> {
    const beganAt = performance.now();
    while (!signal.aborted && mayGoOn(performance.now() - beganAt) && (await this.hasMore(here)))
      if (!(await this.readNext(here, signal))) return;
  }

  private rate({ visit }: Present): number {
    const { usualBytesPerSecond: usual } = visit.session({ clips: 0, bytes: 0 }).rate;
    return rateOf({ visit: visit.average(), usual, read: this.readRate.rate });
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
      this.targets = (await triage.targets(row.id)).filter(
        ({ id }) => !this.passed.has(id) && !this.reading.has(id),
      );
      this.hadNone = this.targets.length === 0;
    }
    return this.targets.length > 0;
  }

  /**
   * Reads one clip; false when no other is to be asked for now. What goes wrong here never keeps a download: whether the
   * camera is away, they find out themselves.
   */
  private async readNext(here: Present, signal: AbortSignal): Promise<boolean> {
    const { triage, log } = this.parts;
    const target = this.targets.shift();
    if (!target) return true;
    this.reading.add(target.id);
    try {
      const clip = await triage.clipOf(target);
      return clip ? await this.readClip(here, signal, { clip, target }) : true;
    } catch (error) {
      log.error({ err: error }, 'the track of a clip could not be kept');
      this.failures++;
      return true;
    } finally {
      this.reading.delete(target.id);
    }
  }

  private async readClip(
    here: Present,
    signal: AbortSignal,
    { clip, target }: { clip: ClipRow & { remote_path: string }; target: TriageTarget },
  ): Promise<boolean> {
    const { triage } = this.parts;
    try {
      const onBody = (bytes: number, ms: number) => this.readRate.add(bytes, ms);
      const read = spanReader(here.camera, clip.remote_path, signal, onBody);
      const sparse = await triage.read(clip, read, { ...target, layout: this.layout });
      this.layout = sparse.layout;
      this.cost = costAfter(this.cost, sparse);
      this.failures = 0;
      await triage.keep(clip, sparse);
      return true;
    } catch (error) {
      // Whoever has stopped it knows whether another is to be read.
      return signal.aborted || this.failed(clip, await this.sorted(here, error, signal));
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
