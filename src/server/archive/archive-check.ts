import { z } from 'zod';
import type { ArchiveCheck as ArchiveCheckView } from '../../shared/archive-care.ts';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import { isUsable } from '../../shared/status.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import { Doorbell, sleep } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { GentlePace, type GentlePaceDeps } from './check-pace.ts';
import { readGently, type CheckReading } from './check-reader.ts';
import {
  badClips,
  checkTotals,
  nextToCheck,
  recheckBad,
  withChecked,
  type CheckedClip,
  type CheckTotals,
} from './check-repository.ts';
import {
  beginCheck,
  checkProblem,
  faultKindOf,
  faultMessage,
  isCheckDue,
  isLost,
  type CheckFault,
  type LastCheck,
} from './check-words-policy.ts';

/** Waits and rests, for tests. */
export interface CheckPace extends GentlePaceDeps {
  /** How often it looks whether a check is due. */
  lookMs: number;
  /** How often it looks whether it may go on. */
  waitMs: number;
}

export interface ArchiveCheckDeps {
  db: Database;
  volume: ArchiveVolume;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  settings: () => Pick<Settings, 'checkDays'>;
  isDownloading: () => boolean;
  isPlaying: () => boolean;
  /** A scan, a re-filing: files are not where they were, or the disk is busy. */
  isBusy?: () => boolean;
  pace?: Partial<CheckPace>;
}

const defaultPace: CheckPace = { lookMs: 60 * 60_000, waitMs: 5000, share: 0.5 };
const problemKey = 'archive:check';
const shownBad = 100;
const countEveryMs = 60_000;
const tellEveryMs = 2000;

const lastSchema = z.object({
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  byHand: z.boolean(),
  wasStopped: z.boolean().default(false),
});

/**
 * Reads the files of the archive again, the longest unread first, and compares them with their checksums; those without
 * one get theirs. A file that is not as it was stored is a problem that names it.
 *
 * How fast: it never takes the disk while something is downloaded, played, scanned or moved (looked at before each piece
 * of 1 MiB), and otherwise works for half of the time and rests for the other half, whatever the disk can: one that
 * gives 150 MB/s is read at 75, 2 TB in 7.4 hours; one that is slow, or busy for other programs, takes longer to answer
 * and is left alone for as long.
 *
 * How far: each file that was read says so (`checked_at`). A check reads what was not read since it began, so that it
 * goes on where it was after a restart, and also after a person stopped it.
 */
export class ArchiveCheck implements Component {
  private readonly deps: ArchiveCheckDeps;
  private readonly pace: CheckPace;
  private readonly gentle: GentlePace;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private stopping = new AbortController();
  private running: Promise<void> | undefined;
  private stopListening: () => void = () => undefined;
  private last: LastCheck | null = null;
  private known: { at: number; totals: CheckTotals } | null = null;
  private isUnderWay = false;
  private waitsFor: string | null = null;
  private toldAt = -Infinity;

  constructor(deps: ArchiveCheckDeps) {
    this.deps = deps;
    this.pace = { ...defaultPace, ...deps.pace };
    this.gentle = new GentlePace(this.pace);
  }

  async start(): Promise<void> {
    this.last = readLast(await readAppState(this.deps.db, 'archive.check'));
    this.stopListening = this.deps.events.on('settings.changed', ({ keys }) => {
      if (keys.includes('checkDays')) this.doorbell.ring();
    });
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopListening();
    this.abort.abort(new Error('the program ends'));
    await this.running;
  }

  /**
   * A check by hand begins, or one that was cut off or stopped goes on; files that were bad are read first. Throws an
   * `AppError('unavailable')` when the volume is away, after another look at it.
   */
  async begin(): Promise<ArchiveCheckView> {
    const { db, volume, clock } = this.deps;
    const status = await volume.lookIfAway();
    if (!isUsable(status))
      throw new AppError('unavailable', status.message ?? 'The recordings volume is still being looked at.');
    await recheckBad(db);
    await this.note(beginCheck(this.last, true, clock.now()));
    this.doorbell.ring();
    return this.view();
  }

  /** Stops the one under way; what was read counts, and the next one goes on from there. */
  async cancel(): Promise<ArchiveCheckView> {
    if (this.last && this.last.endedAt === null)
      await this.note({ ...this.last, endedAt: this.deps.clock.now(), wasStopped: true });
    this.stopping.abort(new Error('it was stopped'));
    return this.view();
  }

  /** From what is known: no volume is touched. */
  async view(): Promise<ArchiveCheckView> {
    const totals = await this.counted();
    const { bad, count } = await badClips(this.deps.db, shownBad);
    return {
      state: this.state,
      message: this.waitsFor,
      ...totals,
      bad: bad.map((clip) => ({ ...clip, kind: faultKindOf(clip.message) })),
      badCount: count,
      startedAt: this.last?.startedAt ?? null,
      endedAt: this.last?.endedAt ?? null,
    };
  }

  private get state(): ArchiveCheckView['state'] {
    if (this.last?.endedAt === null && (this.isUnderWay || this.last.byHand))
      return this.waitsFor === null ? 'running' : 'paused';
    if (this.last?.wasStopped === true) return 'stopped';
    return this.deps.settings().checkDays > 0 ? 'idle' : 'off';
  }

  /** Counted anew now and then, for clips come and go; what is read meanwhile is added. */
  private async counted(): Promise<CheckTotals> {
    const { db, clock } = this.deps;
    const { known } = this;
    if (known && Math.abs(clock.now() - known.at) < countEveryMs) return known.totals;
    this.known = { at: clock.now(), totals: await checkTotals(db, this.last?.startedAt ?? clock.now()) };
    return this.known.totals;
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.tellProblem();
        const { clock, settings } = this.deps;
        if (isCheckDue(this.last, settings().checkDays, clock.now())) await this.check();
      } catch (error) {
        if (signal.aborted) return;
        this.deps.log.error({ err: error }, 'the check of the archive failed');
      }
      this.isUnderWay = false;
      await this.doorbell.wait(this.pace.lookMs, signal);
    }
  }

  private async check(): Promise<void> {
    const { clock, log } = this.deps;
    const pass = beginCheck(this.last, this.last?.endedAt === null && this.last.byHand, clock.now());
    await this.note(pass);
    this.stopping = new AbortController();
    this.isUnderWay = true;
    this.known = null;
    log.info('a check of the archive began');
    const signal = AbortSignal.any([this.abort.signal, this.stopping.signal]);
    try {
      await this.readAll(pass.startedAt, signal);
      await this.note({ ...(this.last ?? pass), endedAt: clock.now(), wasStopped: false });
      log.info('a check of the archive ended');
    } catch (error) {
      if (!this.stopping.signal.aborted || this.abort.signal.aborted) throw error;
    } finally {
      this.isUnderWay = false;
      this.waitsFor = null;
      this.known = null;
      this.deps.events.emit('system.changed', {});
    }
  }

  private async readAll(until: number, signal: AbortSignal): Promise<void> {
    let after = { at: -1, id: -1 };
    for (;;) {
      await this.turn(signal);
      const clip = await nextToCheck(this.deps.db, after, until);
      if (!clip) return;
      const { at, id } = clip;
      if (await this.checkOne(clip, signal)) after = { at, id };
    }
  }

  /** Resolves when nobody else needs the disk; rejects with the signal's reason. */
  private async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const before = this.waitsFor;
      this.waitsFor = this.obstacle();
      if (before !== this.waitsFor) this.tell(true);
      if (this.waitsFor === null) return;
      await sleep(this.pace.waitMs, signal);
    }
  }

  private obstacle(): string | null {
    const { volume, isDownloading, isPlaying, isBusy } = this.deps;
    if (!isUsable(volume.status)) return volume.status.message ?? 'The recordings volume is being looked at.';
    if (isDownloading()) return 'It goes on when nothing is being downloaded.';
    if (isPlaying()) return 'It goes on when nobody plays a recording.';
    return isBusy?.() === true ? 'It goes on when the archive is not being looked through or moved.' : null;
  }

  /** False when the volume did not answer: the same clip is tried again. */
  private async checkOne(clip: CheckedClip, signal: AbortSignal): Promise<boolean> {
    const { path } = clip;
    if (path === null) return true;
    try {
      const reading = await this.read(path, signal);
      const isSure = reading.hasChanged || clip.sha256 === null || reading.sha256 === clip.sha256;
      // What a cable or a memory got wrong is not the disk's fault: it is read twice.
      await this.settle(clip, isSure ? reading : await this.read(path, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof VolumeError) {
        await this.deps.volume.check();
        await sleep(this.pace.waitMs, signal);
        return false;
      }
      const code = errnoOf(error);
      if (isLost(code)) await this.fault(clip, { kind: 'unreadable', code: code ?? 'EIO' });
      // Gone, or not to be opened: whoever scans the archive tells of that.
      else this.deps.log.info({ path, reason: messageOf(error) }, 'a file could not be checked');
    }
    this.tell();
    return true;
  }

  private read(path: string, signal: AbortSignal): Promise<CheckReading> {
    const { volume } = this.deps;
    return readGently(path, {
      volume,
      signal,
      rest: (workedMs) => this.gentle.worked(workedMs, signal),
      turn: () => this.turn(signal),
    });
  }

  private async settle(clip: CheckedClip, reading: CheckReading): Promise<void> {
    if (reading.hasChanged) return;
    const { bytes, sha256, mtimeMs } = reading;
    if (bytes !== clip.size_bytes)
      return this.fault(clip, { kind: 'length', bytes, knownBytes: clip.size_bytes ?? 0 });
    if (clip.sha256 !== null && sha256 !== clip.sha256)
      return this.fault(clip, { kind: 'rotten', mtimeMs, knownMtimeMs: clip.mtime_ms });
    const isNew = clip.sha256 === null;
    const set = { check_error: null, ...(isNew && { sha256, hash_noted: 0 as const }) };
    if (!(await this.update(clip, set))) return;
    this.count(clip, bytes);
    if (clip.check_error !== null) await this.tellProblem();
  }

  private async fault(clip: CheckedClip, fault: CheckFault): Promise<void> {
    const message = faultMessage(fault);
    if (!(await this.update(clip, { check_error: message }))) return;
    this.count(clip, clip.size_bytes ?? 0);
    this.deps.log.warn({ path: clip.path, reason: message }, 'a file of the archive is not as it was stored');
    await this.tellProblem();
  }

  private count(clip: CheckedClip, bytes: number): void {
    if (this.known)
      this.known.totals = withChecked(this.known.totals, { clip, bytes, now: this.deps.clock.now() });
  }

  /** Only while the row tells of the very bytes that were read. */
  private async update(clip: CheckedClip, set: object): Promise<boolean> {
    const { sha256, size_bytes } = clip;
    const result = await this.deps.db
      .updateTable('clip')
      .set({ checked_at: this.deps.clock.now(), ...set })
      .where('id', '=', clip.id)
      .where('state', '=', 'archived')
      .where('path', '=', clip.path)
      .where('size_bytes', 'is', size_bytes)
      .where('sha256', 'is', sha256)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  private async tellProblem(): Promise<void> {
    const { db, problems } = this.deps;
    const { bad, count } = await badClips(db, 3);
    const problem = checkProblem(bad, count);
    if (problem) await problems.raise({ key: problemKey, severity: 'error', ...problem });
    else await problems.end(problemKey);
  }

  private async note(last: LastCheck): Promise<void> {
    const isOther = last.startedAt !== this.last?.startedAt;
    this.last = last;
    if (isOther) this.known = null;
    await writeAppState(this.deps.db, 'archive.check', JSON.stringify(last));
    this.tell(true);
  }

  private tell(isNow = false): void {
    if (!isNow && performance.now() - this.toldAt < tellEveryMs) return;
    this.toldAt = performance.now();
    this.deps.events.emit('system.changed', {});
  }
}

function readLast(text: string | null): LastCheck | null {
  if (text === null) return null;
  try {
    return lastSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
