import { rm } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Logger } from '../lib/logger.ts';
import { readMp4Facts, type ByteSource } from '../lib/mp4-boxes.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { FfmpegError, type Artifacts, type Ffmpeg, type MediaTask, type MediaWork } from './media-types.ts';
import { withClipFile } from './clip-file.ts';
import { readMediaFacts } from './media-facts.ts';
import { RepairFiles } from './repair-file.ts';
import { repairRecipes, type Sibling } from './repair-finder.ts';
import { durationMsOf, layOutRepair, type RepairRecipe, type RepairStamp } from './repair-layout.ts';
import { flawOfOffsets } from './repair-offsets.ts';
import { repairedPathOf, repairPlace, repairVersion } from './repair-place.ts';
import {
  attemptsOf,
  copiesKnown,
  countRepairs,
  forgetRepair,
  keepRepaired,
  nextOrphan,
  nextRepair,
  noteRepair,
  orderRepair,
  repairClip,
  retryRepairs,
  settleRepair,
  siblingsOf,
  type RepairClip,
  type Repaired,
} from './repair-rows.ts';
import { RepairSweep } from './repair-sweep.ts';
import { readTables } from './repair-tables.ts';
import { fullVolume, gone, noPictures, noRepairOf, noRoom, noSibling, wentWrong } from './repair-words.ts';

export interface RepairWorkDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  events: EventBus<Events>;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'release' | 'status' | 'check' | 'space'>;
  artifacts: Pick<Artifacts, 'fail' | 'draft'>;
  /** Tries copies that were made in the manner of another clip; without it they are believed. */
  ffmpeg: Ffmpeg;
  settings: () => Pick<Settings, 'keepFreeGb'>;
  /** There is something to do: the worker looks. */
  onWished: () => void;
}

const dayMs = 24 * 60 * 60_000;
/** After it refused something, the volume is left alone for so long. */
const volumeWaitMs = 60_000;
const fullWaitMs = 10 * 60_000;
const siblingsTried = 3;
const retriedAtOnce = 500;
const gigabyte = 1_000_000_000;

/** What a try came to. */
type Outcome =
  | { kind: 'made'; recipe: RepairRecipe; bytes: number }
  | { kind: 'whole' }
  | { kind: 'impossible'; note: string }
  | { kind: 'later'; note: string };

/**
 * Makes playable copies of clips that were cut or are broken, beside the archive's clips in `.viofosync/repaired`. The
 * original is only read. A copy goes when its clip goes.
 */
export class RepairWork implements MediaWork {
  readonly kind = 'repair';
  private readonly deps: RepairWorkDeps;
  private readonly files: RepairFiles;
  private readonly sweep: RepairSweep;
  private readonly wished = new Set<number>();
  private waitsUntil = -Infinity;

  constructor(deps: RepairWorkDeps) {
    this.deps = deps;
    this.files = new RepairFiles(deps.volume);
    this.sweep = new RepairSweep({ ...deps, files: this.files });
  }

  asked = async (): Promise<MediaTask | null> => {
    for (const id of this.wished) {
      const clip = await repairClip(this.deps.db, id);
      if (clip?.repair === 'due') return this.taskOf(clip);
      this.wished.delete(id);
    }
    return null;
  };

  next = async (): Promise<MediaTask | null> => {
    const { db, clock, volume } = this.deps;
    if (clock.now() < this.waitsUntil || !isUsable(volume.status)) return null;
    const orphan = await nextOrphan(db);
    const path = repairedPathOf(orphan);
    if (orphan) {
      const run = () => this.removeCopy(orphan.clip_id, path);
      return { clipId: orphan.clip_id, name: path ?? '', kind: 'repair', run };
    }
    const clip = await nextRepair(db, clock.now());
    return clip ? this.taskOf(clip) : null;
  };

  /** A person wishes it, also when it failed or was found impossible. Throws an `AppError`. */
  want = async (clipId: number): Promise<void> => {
    const clip = await repairClip(this.deps.db, clipId);
    if (!clip) throw new AppError('conflict', 'This clip is not in the archive.');
    if (clip.container !== 'mp4' && clip.container !== 'mov') throw new AppError('invalid', noRepairOf);
    if (clip.repair === 'repaired') return;
    if (!(await orderRepair(this.deps.db, clipId)))
      throw new AppError('conflict', 'This clip is not in the archive.');
    this.wished.add(clipId);
    this.deps.onWished();
  };

  waiting = (): Promise<number> => countRepairs(this.deps.db);

  retry = async (): Promise<void> => {
    this.waitsUntil = -Infinity;
    while ((await retryRepairs(this.deps.db, retriedAtOnce)) > 0) await yieldToOthers();
    this.deps.onWished();
  };

  /** Copies of clips that are gone. */
  tidy = (signal: AbortSignal): Promise<void> => this.sweep.run(signal);

  private taskOf(clip: RepairClip): MediaTask {
    const run = (signal: AbortSignal) => this.make(clip.id, signal);
    return { clipId: clip.id, name: clip.name, kind: 'repair', run };
  }

  private async make(id: number, signal: AbortSignal): Promise<void> {
    const clip = await repairClip(this.deps.db, id);
    this.wished.delete(id);
    if (clip?.repair !== 'due' || clip.path === null) return;
    try {
      await this.settle(clip, await this.attempt({ ...clip, path: clip.path }, signal));
    } catch (error) {
      await this.fail(clip, error, signal);
    }
    this.deps.events.emit('media.made', { clipIds: [id], localDays: [clip.local_day] });
  }

  private async attempt(clip: RepairClip & { path: string }, signal: AbortSignal): Promise<Outcome> {
    if (clip.container !== 'mp4' && clip.container !== 'mov') return { kind: 'impossible', note: noRepairOf };
    const earlier = await this.earlier(clip, signal);
    if (earlier) return earlier;
    return withClipFile(clip.path, { volume: this.deps.volume, signal }, async (source) => {
      const facts = await readMp4Facts(source);
      if (facts.complete && (await flawOfOffsets(source)) === null) return { kind: 'whole' };
      return this.build(clip, source, signal);
    });
  }

  /** A copy of an earlier database: at its place, or where it was when the clip's file was written at another time. */
  private async earlier(clip: RepairClip, signal: AbortSignal): Promise<Outcome | null> {
    for await (const path of this.files.placesOf(clip, signal)) {
      const found = await this.files.stampOf(path, signal);
      if (!found || !isOf(found.stamp, clip)) continue;
      const owner = (await copiesKnown(this.deps.db)).get(path);
      if (owner !== undefined && owner !== clip.id) continue;
      const { how, note, durationMs } = found.stamp;
      await this.keep(clip, { bytes: found.bytes, detail: { path, how, durationMs }, note }, signal);
      return { kind: 'made', bytes: found.bytes, recipe: { how, note, tracks: [], createdAt: 0 } };
    }
    return null;
  }

  private async build(clip: RepairClip, source: ByteSource, signal: AbortSignal): Promise<Outcome> {
    let hasSibling = false;
    const siblings = () => this.siblings(clip, { signal, onFound: () => (hasSibling = true) });
    let isTried = false;
    for await (const recipe of repairRecipes(source, { siblings, signal })) {
      isTried = true;
      const bytes = await this.write(clip, source, recipe, signal);
      if (bytes !== null) return { kind: 'made', recipe, bytes };
    }
    const isTold = isTried || hasSibling || (await readTables(source)) !== null;
    if (isTold) return { kind: 'impossible', note: noPictures };
    return { kind: 'later', note: noSibling };
  }

  /** Whole clips of the same camera, the nearest first. */
  private async *siblings(
    clip: RepairClip,
    { signal, onFound }: { signal: AbortSignal; onFound: () => void },
  ): AsyncGenerator<Sibling> {
    for (const { path } of await siblingsOf(this.deps.db, clip, siblingsTried)) {
      const tables = await this.tablesOf(path, signal);
      if (!tables) continue;
      onFound();
      yield { name: path.slice(path.lastIndexOf('/') + 1), tracks: tables.tracks };
    }
  }

  private async tablesOf(path: string, signal: AbortSignal) {
    try {
      return await withClipFile(path, { volume: this.deps.volume, signal }, readTables);
    } catch (error) {
      if (error instanceof VolumeError || signal.aborted || errnoOf(error) === undefined) throw error;
      return null;
    }
  }

  /** The size of the copy; null when it turned out that nothing can be seen in it. */
  private async write(
    clip: RepairClip,
    source: ByteSource,
    recipe: RepairRecipe,
    signal: AbortSignal,
  ): Promise<number | null> {
    const path = repairPlace(clip);
    const durationMs = durationMsOf(recipe.tracks);
    const { how, note } = recipe;
    const stamp: RepairStamp = {
      version: repairVersion,
      name: clip.name,
      sizeBytes: source.sizeBytes,
      how,
      note,
      durationMs,
    };
    const layout = layOutRepair(recipe, stamp);
    await this.makeSure(layout.sizeBytes);
    await this.files.write(path, source, layout, signal);
    try {
      if (how === 'sibling' && !(await this.canBeSeen(this.files.draftPath(path), signal))) {
        await this.files.discard(path);
        return null;
      }
      await this.files.keep(path);
    } catch (error) {
      await this.files.discard(path).catch(() => undefined);
      throw error;
    }
    const detail = { path, how, durationMs };
    await this.keep(clip, { bytes: layout.sizeBytes, detail, note }, signal);
    return layout.sizeBytes;
  }

  /** Throws where the copy has no room. */
  private async makeSure(bytes: number): Promise<void> {
    const { freeBytes } = await this.deps.volume.space();
    if (freeBytes - bytes < this.deps.settings().keepFreeGb * gigabyte) throw new NoRoomError(noRoom(bytes));
  }

  /** Whether the first pictures decode, as far as anybody here can tell. */
  private async canBeSeen(path: string, signal: AbortSignal): Promise<boolean> {
    const { ffmpeg, artifacts } = this.deps;
    if (!ffmpeg.isThere) return true;
    const out = await artifacts.draft('repair', 'jpg');
    const picture = ['-frames:v', '5', '-vf', 'scale=64:-2', '-update', '1', out];
    try {
      await ffmpeg.run(['-xerror', '-i', path, '-an', ...picture], { signal, timeoutMs: 120_000 });
      return true;
    } catch (error) {
      if (!(error instanceof FfmpegError)) throw error;
      return error.reason !== 'input' && error.reason !== 'crashed';
    } finally {
      await rm(out, { force: true });
    }
  }

  /** What the copy tells is what there is to play. A clip that went meanwhile takes its copy along. */
  private async keep(clip: RepairClip, made: Omit<Repaired, 'facts'>, signal: AbortSignal): Promise<void> {
    const { db, volume, clock } = this.deps;
    const { path } = made.detail;
    const facts = await withClipFile(path, { volume, signal }, (source) => readMediaFacts(source, 'mp4'));
    if (!(await keepRepaired(db, clip, { ...made, facts }, clock.now()))) await this.files.remove(path);
  }

  private async settle(clip: RepairClip, outcome: Outcome): Promise<void> {
    const { db, log } = this.deps;
    switch (outcome.kind) {
      case 'made':
        log.info({ path: clip.path, how: outcome.recipe.how }, 'a clip was repaired');
        return;
      case 'whole':
        return settleRepair(db, clip, { repair: null, repair_note: null, complete: 1 });
      case 'impossible':
        log.info({ path: clip.path, reason: outcome.note }, 'a clip cannot be repaired');
        return settleRepair(db, clip, { repair: 'impossible', repair_note: outcome.note });
      case 'later':
        await noteRepair(db, clip, outcome.note);
        return this.tryAgain(clip, outcome.note);
    }
  }

  private async tryAgain(clip: RepairClip, error: string): Promise<void> {
    const { db, artifacts, clock } = this.deps;
    const waitMs = [dayMs, dayMs, 7 * dayMs, 7 * dayMs][await attemptsOf(db, clip.id)];
    const retryAt = waitMs === undefined ? null : clock.now() + waitMs;
    await artifacts.fail(clip, 'repair', { error, version: repairVersion, retryAt });
  }

  /** When it is the volume, all of them wait; otherwise this clip does. */
  private async fail(clip: RepairClip, error: unknown, signal: AbortSignal): Promise<void> {
    const { db, volume, clock, log } = this.deps;
    if (signal.aborted) throw error;
    const code = errnoOf(error) ?? '';
    const isFull = error instanceof NoRoomError || ['ENOSPC', 'EDQUOT'].includes(code);
    if (isFull || error instanceof VolumeError || code === 'EROFS') {
      this.waitsUntil = clock.now() + (isFull ? fullWaitMs : volumeWaitMs);
      if (isFull) await noteRepair(db, clip, error instanceof NoRoomError ? error.message : fullVolume);
      log.warn({ path: clip.path, reason: messageOf(error) }, 'a clip was not repaired yet');
      return;
    }
    const status = await unlessAborted(volume.check(), signal);
    if (!isUsable(status)) {
      this.waitsUntil = clock.now() + volumeWaitMs;
      return;
    }
    const reason = reasonOf(error);
    log.warn({ path: clip.path, reason: messageOf(error) }, 'a clip could not be repaired');
    await noteRepair(db, clip, reason);
    await this.tryAgain(clip, reason);
  }

  private async removeCopy(clipId: number, path: string | null): Promise<void> {
    try {
      const owner = path === null ? null : (await copiesKnown(this.deps.db)).get(path);
      if (path !== null && (owner === undefined || owner === clipId)) await this.files.remove(path);
    } catch (error) {
      this.waitsUntil = this.deps.clock.now() + volumeWaitMs;
      this.deps.log.warn({ path, reason: messageOf(error) }, 'a repaired copy could not be removed yet');
      return;
    }
    await forgetRepair(this.deps.db, clipId);
  }
}

const isOf = (stamp: RepairStamp, clip: RepairClip): boolean =>
  stamp.version === repairVersion && stamp.name === clip.name && stamp.sizeBytes === clip.size_bytes;

class NoRoomError extends Error {
  override name = 'NoRoomError';
}

function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'ENOENT') return gone;
  return code === undefined ? wentWrong : `The file could not be read or written (${code}).`;
}
