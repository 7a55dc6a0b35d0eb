import { chunks } from '../lib/chunks.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { FileFacts, FilePort } from '../archive/file-port.ts';
import { fileNameOf } from '../archive/place-policy.ts';
import { decodeSidecar } from '../archive/sidecar.ts';
import {
  companionsAmong,
  flawOf,
  folderOf,
  isAbsence,
  isSidecarName,
  isUncertain,
  refusalOf,
  trashFolder,
  type FileFailure,
} from './removal-policy.ts';

/** An earlier call is still in the hands of the system, or the end of the program is not to wait for one. */
class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

/** Whether the volume as a whole did not answer: nothing is known of the file, and nothing more is to be tried. */
export const isVolumeError = (error: unknown): error is Error =>
  error instanceof NoAnswerError || (error instanceof Error && error.name === 'VolumeError');

/**
 * `gone`: nothing is there; `vanished`: one begun to be deleted is not there, and neither is its folder; `not_done`: it
 * was only to be looked at; `unknown`: it may or may not have happened.
 */
export type FileOutcome =
  { kind: 'done' | 'gone' | 'vanished' | 'not_done' | 'unknown' } | { kind: 'failed'; failure: FileFailure };

/** Whether nothing was found of the file. */
export const isGone = (outcome: FileOutcome | null): boolean =>
  outcome?.kind === 'gone' || outcome?.kind === 'vanished';

/** A file that is to be moved or deleted, by paths below the archive root; `outcome` is null until it is known. */
export interface FileTask {
  from: string;
  /** Null: it is deleted. */
  to: string | null;
  sizeBytes: number | null;
  /** Begun before, by a call or a process that could not say what became of it. */
  maybeDone: boolean;
  /** Only said, not done. */
  lookOnly: boolean;
  /** It moves within the archive: other programs' files that belong to it go along. */
  bringsAll?: boolean;
  /** The file was there when it was looked at. */
  wasSeen: boolean;
  outcome: FileOutcome | null;
}

export interface CarryOutOptions {
  /** A call that lasts long after it is aborted is not waited for. */
  signal: AbortSignal;
  /** Heard between two files. */
  isOver(): boolean;
  isSpared(task: FileTask): boolean;
  onDone(task: FileTask): void;
}

export interface RemovalFilesDeps {
  volume: ArchiveVolume;
  files: FilePort;
  log: Logger;
}

/** A call on the volume lasts no longer than this and one call of the system. */
const sliceMs = 1000;
/** Waiting for a disk is most of it, and several can wait together; never all threads of the process. */
const syncsAtOnce = 3;
/** Whoever stops the program waits for the file it is at, and no longer than this. */
const graceMs = 4000;
const maxSidecarBytes = 1024 * 1024;
/** What was seen longer ago is looked at once more. */
const lookLastsMs = 100;

type Steps<T = void> = AsyncGenerator<void, T>;

interface Run extends CarryOutOptions {
  blocked: Map<string, FileFailure>;
  companions: Map<string, Map<string, string[]>>;
  made: Set<string>;
  /** Folders out of which something went. */
  emptied: Set<string>;
  toSync: Set<string>;
  /** Where the file is that a call is about to change. */
  current: FileTask | null;
  /** What comes after the task under way. */
  next: FileTask | null;
  ahead: Ahead | null;
}

/** A look at a file that was begun while the one before it was being deleted. */
interface Ahead {
  task: FileTask;
  facts: Promise<FileFacts | null>;
  begunAt: number;
}

/**
 * Moves and deletes files of the archive with what lies beside them. Each call of the system is a step of its own, so
 * that a slow share is told of progress, and a call that never answers is the last one made.
 */
export class RemovalFiles {
  private readonly deps: RemovalFilesDeps;
  /** A call that never answered may still take effect: nothing else is begun until it has ended. */
  private hanging: Promise<unknown> | null = null;

  constructor(deps: RemovalFilesDeps) {
    this.deps = deps;
  }

  /** Names in these folders, none where there is no folder. Throws the signal's reason, and what `isVolumeError` knows. */
  async names(folders: Iterable<string>, signal: AbortSignal): Promise<Map<string, Set<string>>> {
    const names = new Map<string, Set<string>>();
    await this.drive('reading a folder', this.readNames(new Set(folders), { names, signal }), signal);
    return names;
  }

  /**
   * Carries the tasks out in their order and tells each its outcome; those that were not begun keep null. What was done
   * is durable when it returns the folders out of which something went. Throws what `isVolumeError` knows when the
   * volume does not answer; the task at which it hung is then `unknown`, and nothing that was done is sure to last.
   */
  async carryOut(tasks: readonly FileTask[], options: CarryOutOptions): Promise<ReadonlySet<string>> {
    const run: Run = {
      ...options,
      blocked: new Map(),
      companions: new Map(),
      made: new Set(),
      emptied: new Set(),
      toSync: new Set(),
      current: null,
      next: null,
      ahead: null,
    };
    try {
      await this.drive('deleting files', this.steps(tasks, run), options.signal);
      return run.emptied;
    } catch (error) {
      if (run.current?.outcome === null) run.current.outcome = { kind: 'unknown' };
      throw error;
    }
  }

  /**
   * Removes those of the folders that are empty, and those above them that are then. To be called when the ledger knows
   * what went out of them: until then that a folder is there is the sign that its files were deleted, and not taken
   * away with it. Throws what `isVolumeError` knows.
   */
  async removeEmpty(
    folders: ReadonlySet<string>,
    { keep, signal }: { keep: ReadonlySet<string>; signal: AbortSignal },
  ): Promise<void> {
    if (folders.size > 0) await this.drive('removing empty folders', this.tidy(folders, keep), signal);
  }

  private async drive(what: string, steps: Steps, signal?: AbortSignal): Promise<void> {
    if (this.hanging) throw new NoAnswerError('The recordings volume has not answered an earlier call yet.');
    const state = { isOver: false, call: Promise.resolve<unknown>(undefined) };
    try {
      for (let isDone = false; !isDone;)
        isDone = await withinGrace(
          this.deps.volume.run(what, () => slice(steps, state)),
          signal,
        );
    } catch (error) {
      state.isOver = true;
      if (!isVolumeError(error)) throw error;
      const ended = state.call
        .catch(() => undefined)
        .finally(() => {
          if (this.hanging === ended) this.hanging = null;
        });
      this.hanging = ended;
      throw error;
    }
  }

  private async *readNames(
    folders: ReadonlySet<string>,
    { names, signal }: { names: Map<string, Set<string>>; signal: AbortSignal },
  ): Steps {
    for (const folder of folders) {
      yield;
      signal.throwIfAborted();
      names.set(folder, new Set(await this.namesIn(folder)));
    }
  }

  /** A folder that cannot be read has none: whatever is done in it is looked at once more by itself. */
  private async namesIn(folder: string): Promise<string[]> {
    return this.deps.files.names(this.pathOf(folder)).catch((error: unknown) => {
      if (!isAbsence(errnoOf(error)))
        this.deps.log.warn({ folder, reason: messageOf(error) }, 'a folder cannot be read');
      return [];
    });
  }

  private async *steps(tasks: readonly FileTask[], run: Run): Steps {
    for (const [index, task] of tasks.entries()) {
      if (run.isOver()) break;
      if (run.isSpared(task)) continue;
      run.next = tasks[index + 1] ?? null;
      yield* this.one(task, run);
      const { outcome } = task;
      if (outcome?.kind === 'unknown') break;
      if (outcome?.kind === 'failed' && outcome.failure.scope === 'volume') break;
    }
    for (const folder of run.emptied) run.toSync.add(folder);
    yield* this.sync(run.toSync);
  }

  private async *one(task: FileTask, run: Run): Steps {
    const blocked = run.blocked.get(folderOf(task.from));
    if (blocked) {
      task.outcome = { kind: 'failed', failure: blocked };
      return;
    }
    run.current = null;
    try {
      yield;
      const facts = await this.factsSeen(task, run);
      if (facts) yield* this.present(task, facts, run);
      else yield* this.absent(task, run);
    } catch (error) {
      yield* this.fail(task, error, run);
    }
    run.current = null;
    if (task.outcome?.kind === 'done') yield* this.bringCompanions(task, run);
  }

  private async *present(task: FileTask, facts: FileFacts, run: Run): Steps {
    const flaw = flawOf(facts, task.sizeBytes);
    task.wasSeen = true;
    if (flaw) {
      task.outcome = { kind: 'failed', failure: flaw };
      return;
    }
    if (task.lookOnly) {
      task.outcome = { kind: 'not_done' };
      return;
    }
    const { from, to } = task;
    if (to !== null && !(yield* this.prepare(task, to, run))) return;
    yield;
    run.current = task;
    if (to === null) this.lookAhead(run);
    try {
      if (to === null) await this.deps.files.unlink(this.pathOf(from));
      else await this.deps.files.rename(this.pathOf(from), this.pathOf(to));
      this.done(task, run);
    } catch (error) {
      if (!isAbsence(errnoOf(error))) throw error;
      // A share that sent the call twice says that nothing is there, for the first one has done it.
      yield* this.absent({ ...task, maybeDone: true }, run, task);
    }
  }

  /** A disk answers the look at the next file while it deletes this one. */
  private lookAhead(run: Run): void {
    const task = run.next;
    if (!task) return;
    const facts = this.factsOf(task.from);
    // Nobody may come for it.
    facts.catch(() => undefined);
    run.ahead = { task, facts, begunAt: performance.now() };
  }

  private async factsSeen(task: FileTask, { ahead }: Run): Promise<FileFacts | null> {
    const isFresh = ahead?.task === task && performance.now() - ahead.begunAt < lookLastsMs;
    return isFresh ? ahead.facts : this.factsOf(task.from);
  }

  /** Makes the folder and sees that the place is free; false when it is not, and the task knows. */
  private async *prepare(task: FileTask, to: string, run: Run): Steps<boolean> {
    const folder = folderOf(to);
    if (!run.made.has(folder)) {
      yield;
      try {
        const first = await this.deps.files.makeFolder(this.pathOf(folder));
        run.made.add(folder);
        if (first !== undefined) for (const above of foldersAbove(folder)) run.toSync.add(above);
      } catch (error) {
        task.outcome = { kind: 'failed', failure: noFolder(error, folder) };
        return false;
      }
    }
    yield;
    if ((await this.factsOf(to)) === null) return true;
    task.outcome = { kind: 'failed', failure: refusalOf({ code: 'EEXIST', folder: null, uid: null }) };
    return false;
  }

  private async *absent(task: FileTask, run: Run, told = task): Steps {
    const { to } = task;
    if (!task.maybeDone) {
      told.outcome = { kind: 'gone' };
      return;
    }
    if (to !== null) {
      yield;
      const facts = await this.factsOf(to);
      if (!facts || flawOf(facts, task.sizeBytes)) {
        told.outcome = { kind: 'gone' };
        return;
      }
    } else if (!task.wasSeen) {
      yield;
      const folder = await this.factsOf(folderOf(task.from));
      if (!folder?.isFolder) {
        told.outcome = { kind: 'vanished' };
        return;
      }
    }
    this.done(told, run);
  }

  private done(task: FileTask, run: Run): void {
    task.outcome = { kind: 'done' };
    run.emptied.add(folderOf(task.from));
    if (task.to !== null) run.toSync.add(folderOf(task.to));
    run.onDone(task);
  }

  private async *fail(task: FileTask, error: unknown, run: Run): Steps {
    const code = errnoOf(error) ?? messageOf(error);
    if (run.current === task && isUncertain(code)) {
      this.deps.log.warn({ path: task.from, code }, 'it is not known whether a file was deleted');
      task.outcome = { kind: 'unknown' };
      return;
    }
    const from = folderOf(task.from);
    let folder: FileFacts | null = null;
    if (code === 'EACCES' || code === 'EPERM') {
      yield;
      folder = await this.factsOf(from).catch(() => null);
    }
    const failure = refusalOf({ code, folder, uid: process.getuid?.() ?? null });
    if (failure.scope === 'folder') run.blocked.set(from, failure);
    task.outcome = { kind: 'failed', failure };
  }

  /** What cannot be moved or deleted beside a clip is left; the clip itself has gone. */
  private async *bringCompanions(task: FileTask, run: Run): Steps {
    const folder = folderOf(task.from);
    try {
      let companions = run.companions.get(folder);
      if (!companions) {
        yield;
        companions = companionsAmong(await this.namesIn(folder));
        run.companions.set(folder, companions);
      }
      for (const name of companions.get(fileNameOf(task.from)) ?? [])
        yield* this.bring(task, inFolder(folder, name), name);
    } catch (error) {
      this.deps.log.warn({ path: task.from, reason: messageOf(error) }, 'what lies beside a clip was left');
    }
  }

  private async *bring(task: FileTask, from: string, name: string): Steps {
    const { files } = this.deps;
    yield;
    const facts = await this.factsOf(from);
    if (!facts?.isFile) return;
    yield;
    const isOurs =
      isSidecarName(name) &&
      facts.sizeBytes <= maxSidecarBytes &&
      decodeSidecar(await files.read(this.pathOf(from))).kind === 'ours';
    if (isSidecarName(name) && !isOurs && !task.bringsAll) return;
    if (task.to === null) {
      yield;
      await files.unlink(this.pathOf(from));
      return;
    }
    const ending = name.slice(fileNameOf(task.from).length);
    // A sidecar has a second place, for clips beside which another program keeps a file of the first.
    for (const place of new Set([ending, isOurs ? '.viofosync.json' : ending])) {
      yield;
      if ((await this.factsOf(task.to + place)) !== null) continue;
      yield;
      await files.rename(this.pathOf(from), this.pathOf(task.to + place));
      return;
    }
  }

  /** The deepest first. */
  private async *tidy(folders: ReadonlySet<string>, keep: ReadonlySet<string>): Steps {
    const left = new Set<string>();
    for (const folder of [...folders].toSorted((a, b) => b.length - a.length)) {
      const lowest = yield* this.removeFolders(folder, keep);
      if (lowest !== folder) left.add(lowest);
    }
    yield* this.sync(left);
  }

  /** Makes durable what changed in them. */
  private async *sync(folders: ReadonlySet<string>): Steps {
    for (const some of chunks([...folders], syncsAtOnce)) {
      yield;
      await Promise.all(some.map((folder) => this.syncOne(folder)));
    }
  }

  private async syncOne(folder: string): Promise<void> {
    await this.deps.files.syncFolder(this.pathOf(folder)).catch((error: unknown) => {
      if (!isAbsence(errnoOf(error)))
        this.deps.log.warn({ folder, reason: messageOf(error) }, 'a folder could not be made durable');
    });
  }

  /** The lowest folder that is left. */
  private async *removeFolders(lowest: string, keep: ReadonlySet<string>): Steps<string> {
    let folder = lowest;
    while (folder !== '' && folder !== trashFolder && !keep.has(folder)) {
      yield;
      try {
        await this.deps.files.removeFolder(this.pathOf(folder));
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') return folder;
      }
      folder = folderOf(folder);
    }
    return folder;
  }

  private async factsOf(path: string): Promise<FileFacts | null> {
    return this.deps.files.facts(this.pathOf(path)).catch((error: unknown) => {
      if (isAbsence(errnoOf(error))) return null;
      throw error;
    });
  }

  private pathOf(path: string): string {
    return this.deps.volume.pathOf(path);
  }
}

async function withinGrace<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return call;
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    const tooLate = new NoAnswerError('The recordings volume did not answer in time.');
    timer = setTimeout(() => late.abort(tooLate), graceMs).unref();
  };
  if (signal.aborted) begin();
  signal.addEventListener('abort', begin, { once: true });
  try {
    return await unlessAborted(call, late.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', begin);
  }
}

/** Goes through steps for a while. True when they have ended. */
async function slice(steps: Steps, state: { isOver: boolean; call: Promise<unknown> }): Promise<boolean> {
  const until = performance.now() + sliceMs;
  do {
    const call = steps.next();
    state.call = call;
    const { done } = await call;
    if (done) return true;
  } while (!state.isOver && performance.now() < until);
  return false;
}

const inFolder = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);

/** All folders above it, up to the archive root. */
function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  for (let path = folder; path !== '';) {
    path = folderOf(path);
    above.push(path);
  }
  return above;
}

/** Without its folder the trash takes no clip at all; a folder of the archive concerns its own clips. */
function noFolder(error: unknown, folder: string): FileFailure {
  const failure = refusalOf({ code: errnoOf(error) ?? messageOf(error), folder: null, uid: null });
  if (folder !== trashFolder && !folder.startsWith(`${trashFolder}/`)) return failure;
  return { ...failure, scope: 'volume', reason: `The trash cannot be made. ${failure.reason}` };
}
