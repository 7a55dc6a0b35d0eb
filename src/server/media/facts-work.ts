import type { Container } from '../../shared/clips.ts';
import type { Settings } from '../../shared/settings.ts';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { among } from '../db/bulk.ts';
import type { Database } from '../db/open.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { dropOutdated } from './artifact-rows.ts';
import { withClipFile } from './clip-file.ts';
import { patchOfFacts, patchOfFailure, type KnownFacts } from './facts-plan.ts';
import { knownFacts, nextFacts, putFacts, type FactPatch } from './media-due.ts';
import { readMediaFacts, type MediaFacts } from './media-facts.ts';
import type { Artifacts, MediaTask } from './media-types.ts';
import type { ProbedFacts } from './ffprobe.ts';
import { formatNames } from './picture-plan.ts';
import { proxyLike } from './proxy-args-plan.ts';

export interface FactsWorkDeps {
  db: Database;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'release' | 'check'>;
  log: Logger;
  settings: () => Pick<Settings, 'makePictures' | 'makeFilmstrips'>;
  /** What ffprobe tells of a file, by its absolute path and its format; nothing where it is missing. */
  probe: (file: { file: string; format: string }, signal: AbortSignal) => Promise<ProbedFacts>;
  artifacts: Pick<Artifacts, 'of' | 'adopt'>;
  onChange: (clip: { id: number; local_day: string }) => void;
}

/** Read one after the other and written together: a transaction for each would take longer than the reading. */
const clipsAtOnce = 20;

/** Reads what the files of archived clips tell: those that just arrived at once, the others newest first. */
export class FactsWork {
  private readonly deps: FactsWorkDeps;
  private readonly arrived = new Set<number>();

  constructor(deps: FactsWorkDeps) {
    this.deps = deps;
  }

  /** Its bytes are still in memory. */
  arrive(clipId: number): void {
    this.arrived.add(clipId);
  }

  /** Of what arrived since this process began. */
  async fresh(): Promise<MediaTask | null> {
    if (this.arrived.size === 0) return null;
    const ids = [...this.arrived].slice(0, clipsAtOnce);
    const clips = (await knownFacts(this.deps.db, ids)).filter(
      (clip) => clip.state === 'archived' && clip.media_due === 1,
    );
    const there = new Set(clips.map((clip) => clip.id));
    for (const id of ids) if (!there.has(id)) this.arrived.delete(id);
    return clips.length > 0 ? this.taskOf(clips) : this.fresh();
  }

  async next(): Promise<MediaTask | null> {
    const fresh = await this.fresh();
    if (fresh) return fresh;
    const due = await nextFacts(this.deps.db, clipsAtOnce);
    if (due.length === 0) return null;
    const ids = due.map((clip) => clip.id);
    const clips = await knownFacts(this.deps.db, ids);
    return this.taskOf(clips.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)));
  }

  private taskOf(clips: KnownFacts[]): MediaTask | null {
    const [first] = clips;
    if (!first) return null;
    const run = (signal: AbortSignal) => this.readAll(clips, signal);
    return { clipId: first.id, name: first.name, kind: 'facts', run };
  }

  /** What was read before the volume went away is written all the same. */
  private async readAll(clips: readonly KnownFacts[], signal: AbortSignal): Promise<void> {
    const patches: { clip: KnownFacts; patch: FactPatch }[] = [];
    try {
      for (const clip of clips) {
        if (signal.aborted) return;
        patches.push({ clip, patch: await this.read(clip, signal) });
      }
    } finally {
      await this.write(patches);
    }
  }

  private async read(clip: KnownFacts, signal: AbortSignal): Promise<FactPatch> {
    const { volume, settings } = this.deps;
    const { path } = clip;
    try {
      if (path === null) throw new Error('This clip has no file.');
      const facts = await withClipFile(path, { volume, signal }, (source) =>
        readMediaFacts(source, clip.container),
      );
      const { makePictures, makeFilmstrips } = settings();
      return patchOfFacts(
        clip,
        await this.completed({ ...clip, path }, facts, signal),
        makePictures || makeFilmstrips,
      );
    } catch (error) {
      if (error instanceof VolumeError || signal.aborted) throw error;
      return this.failed(clip, error, signal);
    }
  }

  /** Only a whole file is worth a process. */
  private async completed(
    { path, container }: { path: string; container: Container },
    facts: MediaFacts,
    signal: AbortSignal,
  ): Promise<MediaFacts> {
    const isTold = facts.videoCodec !== null && facts.width !== null && facts.durationMs !== null;
    if (isTold || !facts.complete || facts.videoCodec === null) return facts;
    const file = { file: this.deps.volume.pathOf(path), format: formatNames[container] };
    const probed = await this.deps.probe(file, signal);
    const told = Object.entries(facts).filter(([, value]) => value !== null);
    return { ...facts, ...probed, ...Object.fromEntries(told) };
  }

  /** When it is the volume, all of them wait. */
  private async failed(clip: KnownFacts, error: unknown, signal: AbortSignal): Promise<FactPatch> {
    const status = await unlessAborted(this.deps.volume.check(), signal);
    if (!isUsable(status) && status.state !== 'full')
      throw new VolumeError(status.state, status.message ?? status.state);
    const said = reasonOf(error);
    this.deps.log.warn({ path: clip.path, reason: said }, 'the media facts of a clip could not be read');
    return patchOfFailure(clip, said);
  }

  /** A clip that has another file by now, or none, is left. What an earlier file's bytes were made into goes. */
  private async write(patches: readonly { clip: KnownFacts; patch: FactPatch }[]): Promise<void> {
    if (patches.length === 0) return;
    let read: KnownFacts[] = [];
    await this.deps.db.transaction().execute(async (trx) => {
      const ids = patches.map(({ patch }) => patch.id);
      const rows = await trx
        .selectFrom('clip')
        .select(['id', 'path', 'size_bytes', 'repair'])
        .where(among('id', ids))
        .where('state', '=', 'archived')
        .execute();
      const now = new Map(rows.map((row) => [row.id, row]));
      const same = patches.filter(({ clip }) => {
        const row = now.get(clip.id);
        // What became of its repair meanwhile is not undone.
        return row?.path === clip.path && row.size_bytes === clip.size_bytes && row.repair === clip.repair;
      });
      read = same.map(({ clip, patch }) => ({ ...clip, ...patch }));
      await putFacts(
        trx,
        same.map(({ patch }) => patch),
      );
      await dropOutdated(trx, read);
    });
    await this.takeOverProxies(read);
    for (const { clip } of patches) {
      this.arrived.delete(clip.id);
      this.deps.onChange(clip);
    }
  }

  /** Small copies of an earlier database: before what no row knows is cleared, and whether or not a rule wants them. */
  private async takeOverProxies(clips: readonly KnownFacts[]): Promise<void> {
    const { db, artifacts } = this.deps;
    for (const clip of clips)
      if (clip.container !== 'jpg' && !(await artifacts.of(db, clip.id, 'proxy')))
        await artifacts.adopt(clip, 'proxy', proxyLike);
  }
}

function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'ENOENT') return 'The file is not there now.';
  return code === undefined ? messageOf(error) : `The file could not be read (${code}).`;
}
