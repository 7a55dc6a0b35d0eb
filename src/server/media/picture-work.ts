import { open, rm } from 'node:fs/promises';
import type { Container } from '../../shared/clips.ts';
import type { Settings } from '../../shared/settings.ts';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { bufferedSource } from '../lib/byte-source.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { ByteSource } from '../lib/mp4-boxes.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { artifactKey } from './artifact-key.ts';
import { failuresDue } from './artifact-rows.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { nextTryAt } from './cache-policy.ts';
import { withClipFile } from './clip-file.ts';
import { framesAt, movieHead, type KeyFrameTrack } from './key-frame-plan.ts';
import { readKeyFrames } from './key-frames.ts';
import { mediaClip, nextPictures, settlePictures, type MediaClip } from './media-due.ts';
import { FfmpegError, type Ffmpeg, type MediaTask, type MediaWork } from './media-types.ts';
import {
  choicesOf,
  filmstripArgs,
  filmstripPlan,
  isPicture,
  momentsOf,
  pictureVersions,
  thumbnailArgs,
  type FrameChoice,
  type PictureFacts,
  type PictureFormat,
  type PictureOrder,
} from './picture-plan.ts';

export type PictureKind = keyof typeof pictureVersions;

export interface PictureWorkDeps {
  db: Database;
  artifacts: Pick<ArtifactStore, 'of' | 'draft' | 'keep' | 'fail' | 'adopt' | 'isWorth'>;
  ffmpeg: Ffmpeg;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'release' | 'check'>;
  clock: Clock;
  log: Logger;
  settings: () => Pick<Settings, 'makePictures' | 'makeFilmstrips'>;
  /** Whether ffmpeg can write WebP. */
  hasWebp: () => boolean;
  /** A playable copy of a clip that is not: below the archive root. Null: the clip itself. */
  playableOf: (clip: MediaClip) => Promise<string | null>;
}

const kinds = ['thumbnail', 'filmstrip'] as const;
const formats = ['webp', 'jpg'] as const;
/** More people than this do not wait at one time; who waits longest has gone. */
const maxWishes = 400;
const maxPictureBytes = 16e6;
const timeLimitsMs: Record<PictureKind, number> = { thumbnail: 60_000, filmstrip: 240_000 };

/** Thumbnails and filmstrips: what people look at first, then what they ask for, then the newest. */
export class PictureWork implements MediaWork {
  private readonly deps: PictureWorkDeps;
  /** By clip and kind, the latest last. */
  private readonly wishes = new Map<string, { clipId: number; kind: PictureKind }>();
  /** Clips that were looked at while the camera's own picture served. */
  private readonly looked = new Set<number>();

  constructor(deps: PictureWorkDeps) {
    this.deps = deps;
  }

  /** A person waits for it. */
  wish(clipId: number, kind: PictureKind): void {
    const key = `${clipId} ${kind}`;
    this.wishes.delete(key);
    this.wishes.set(key, { clipId, kind });
    const [first] = this.wishes.keys();
    if (this.wishes.size > maxWishes && first !== undefined) this.wishes.delete(first);
  }

  /** A person looks at it, and has something to look at: it is the next when there is time. */
  look(clipId: number): void {
    this.looked.delete(clipId);
    this.looked.add(clipId);
    const [first] = this.looked;
    if (this.looked.size > maxWishes && first !== undefined) this.looked.delete(first);
  }

  async asked(): Promise<MediaTask | null> {
    if (!this.deps.ffmpeg.isThere) return null;
    for (const [key, { clipId, kind }] of [...this.wishes].toReversed()) {
      const clip = await mediaClip(this.deps.db, clipId);
      if (clip && isFit(clip, kind) && (await this.isMissing(clip, kind))) {
        const run = async (signal: AbortSignal) => {
          this.wishes.delete(key);
          await this.make(clip, kind, { isAsked: true, signal });
        };
        return { clipId, name: clip.name, kind, run };
      }
      this.wishes.delete(key);
    }
    return null;
  }

  async next(): Promise<MediaTask | null> {
    if (!this.deps.ffmpeg.isThere) return null;
    const { db, clock } = this.deps;
    const [failed] = await failuresDue(db, kinds, { now: clock.now(), limit: 1 });
    if (failed) return this.again(failed.clip_id, failed.kind === 'filmstrip' ? 'filmstrip' : 'thumbnail');
    for (const id of [...this.looked].toReversed()) {
      const clip = await mediaClip(db, id);
      if (clip?.media_due === 2) return this.allOf(clip);
      this.looked.delete(id);
    }
    const clip = await nextPictures(db);
    return clip ? this.allOf(clip) : null;
  }

  /** One that failed; of a clip that has no file any more, its failure goes with what tells it. */
  private async again(clipId: number, kind: PictureKind): Promise<MediaTask | null> {
    const clip = await mediaClip(this.deps.db, clipId);
    const run = async (signal: AbortSignal) => {
      if (clip && isFit(clip, kind)) await this.make(clip, kind, { isAsked: false, signal });
      else await this.forget(clipId, kind);
    };
    return { clipId, name: clip?.name ?? '', kind, run };
  }

  private async forget(clipId: number, kind: PictureKind): Promise<void> {
    await this.deps.db
      .deleteFrom('artifact')
      .where('clip_id', '=', clipId)
      .where('kind', '=', kind)
      .where('state', '=', 'failed')
      .execute();
  }

  /** Whatever the settings want of a clip, one after the other. */
  private allOf(clip: MediaClip): MediaTask {
    const task: MediaTask = {
      clipId: clip.id,
      name: clip.name,
      kind: 'thumbnail',
      run: async () => undefined,
    };
    task.run = async (signal) => {
      for (const kind of this.wanted()) {
        if (!isFit(clip, kind) || !(await this.isMissing(clip, kind))) continue;
        task.kind = kind;
        await this.make(clip, kind, { isAsked: false, signal });
      }
      this.looked.delete(clip.id);
      await settlePictures(this.deps.db, clip.id);
    };
    return task;
  }

  private wanted(): PictureKind[] {
    const { makePictures, makeFilmstrips } = this.deps.settings();
    return [
      ...(makePictures ? (['thumbnail'] as const) : []),
      ...(makeFilmstrips ? (['filmstrip'] as const) : []),
    ];
  }

  /** Not there in this version of the recipe, and not found impossible with this file either. */
  private async isMissing(clip: MediaClip, kind: PictureKind): Promise<boolean> {
    const row = await this.deps.artifacts.of(this.deps.db, clip.id, kind);
    if (!row || row.key !== artifactKey(clip) || row.version !== pictureVersions[kind]) return true;
    if (row.state === 'ready') return false;
    return row.state === 'orphan' || (row.next_at !== null && row.next_at <= this.deps.clock.now());
  }

  private async make(
    clip: MediaClip,
    kind: PictureKind,
    { isAsked, signal }: { isAsked: boolean; signal: AbortSignal },
  ): Promise<void> {
    const { artifacts } = this.deps;
    const version = pictureVersions[kind];
    const facts = factsOf(clip);
    const detail = kind === 'filmstrip' ? filmstripPlan(facts) : null;
    if (await artifacts.adopt(clip, kind, { version, formats, detail })) return;
    if (!isAsked && !(await artifacts.isWorth(kind, Date.parse(`${clip.local_start}Z`)))) return;
    const format = this.deps.hasWebp() ? 'webp' : 'jpg';
    const draft = await artifacts.draft(kind, format);
    try {
      const isMade = await this.isRendered({ clip, kind, facts, draft, format, isAsked, signal });
      if (isMade) await artifacts.keep(clip, kind, { draft, format, detail, version });
    } catch (error) {
      throw fullOr(error);
    } finally {
      await rm(draft, { force: true });
    }
  }

  private async isRendered(order: RenderOrder): Promise<boolean> {
    try {
      await this.render(order);
      return true;
    } catch (error) {
      await this.fail(order, error);
      return false;
    }
  }

  private async render(order: RenderOrder): Promise<void> {
    const { clip, signal } = order;
    const { volume } = this.deps;
    const copy = await this.deps.playableOf(clip);
    const path = copy ?? clip.path;
    if (path === null) throw new MissingFile();
    const container = copy === null ? clip.container : 'mp4';
    const input = volume.pathOf(path);
    // Opened here first: ffmpeg itself would wait without end for a volume that does not answer.
    await withClipFile(path, { volume, signal }, async (source) => {
      const isMovie = container === 'mp4' || container === 'mov';
      const track = isMovie ? await readKeyFrames(bufferedSource(source)) : null;
      await this.tryAll(order, { source, track, input, container });
    });
  }

  private async tryAll(order: RenderOrder, from: RenderSource): Promise<void> {
    const { kind, facts, draft, format } = order;
    const { track, input, container } = from;
    const moments = momentsOf(kind, facts);
    let failure: unknown = new FfmpegError('input', 'This clip has no picture that could be shown.');
    for (const choice of choicesOf(kind, track?.gapMs ?? null, moments[1] ?? 0)) {
      const picked = choice === 'picked' && track ? moviePieces(track, moments, from.source) : undefined;
      const args = argsOf(kind, { facts, choice, order: { input, container, output: draft, format } });
      try {
        await this.run(args, order, picked);
        if (isPicture(await headOf(draft), format)) return;
      } catch (error) {
        if (!(error instanceof FfmpegError) || error.reason !== 'input') throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** Tiles come out all at once: until then there is no progress to be seen. */
  private async run(
    args: string[],
    { kind, signal, isAsked }: RenderOrder,
    input: AsyncIterable<Uint8Array> | undefined,
  ): Promise<void> {
    const timeoutMs = timeLimitsMs[kind];
    const limits = { timeoutMs, quietMs: timeoutMs, maxBytes: maxPictureBytes };
    await this.deps.ffmpeg.run(args, { signal, ...limits, isBackground: !isAsked, ...(input && { input }) });
  }

  /** What has to do with this clip is noted with it; the rest of the world is thrown on. */
  private async fail({ clip, kind, signal }: RenderOrder, error: unknown): Promise<void> {
    const said = reasonOf(error);
    if (said === null || signal.aborted) throw error;
    const status = await unlessAborted(this.deps.volume.check(), signal);
    if (!isUsable(status) && status.state !== 'full')
      throw new VolumeError(status.state, status.message ?? status.state);
    const { artifacts, db, clock, log } = this.deps;
    const before = await artifacts.of(db, clip.id, kind);
    const version = pictureVersions[kind];
    const attempts = before?.version === version && before.state === 'failed' ? before.attempts + 1 : 1;
    await artifacts.fail(clip, kind, { error: said, version, retryAt: nextTryAt(attempts, clock.now()) });
    log.warn({ clip: clip.path, kind, reason: said }, 'a picture of a clip could not be made');
  }
}

interface RenderOrder {
  clip: MediaClip;
  kind: PictureKind;
  facts: PictureFacts;
  draft: string;
  format: PictureFormat;
  isAsked: boolean;
  signal: AbortSignal;
}

interface RenderSource {
  source: ByteSource;
  track: KeyFrameTrack | null;
  input: string;
  container: Container;
}

const pieceBytes = 1024 * 1024;

/** A movie of the key frames at these moments. Reading ends with an error where the file is cut. */
export async function* moviePieces(
  track: KeyFrameTrack,
  moments: readonly number[],
  source: ByteSource,
): AsyncIterable<Uint8Array> {
  const frames = framesAt(track.frames, moments);
  yield movieHead(track, frames);
  for (const { offset, bytes } of frames)
    for (let done = 0; done < bytes; done += pieceBytes)
      yield await source.read(offset + done, Math.min(pieceBytes, bytes - done));
}

class MissingFile extends Error {
  override name = 'MissingFile';
}

/** Null for what is no fault of the clip or its file. */
function reasonOf(error: unknown): string | null {
  if (error instanceof VolumeError) return null;
  if (error instanceof FfmpegError)
    return error.reason === 'missing' || error.reason === 'full' ? null : error.message;
  const code = errnoOf(error);
  if (error instanceof MissingFile || code === 'ENOENT') return 'The file is not there now.';
  return code === undefined ? messageOf(error) : `The file could not be read (${code}).`;
}

/** No room in the cache, whoever noticed it. */
const fullOr = (error: unknown): unknown =>
  ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '')
    ? new FfmpegError('full', 'The disk of the configuration folder is full.')
    : error;

function argsOf(
  kind: PictureKind,
  made: { facts: PictureFacts; choice: FrameChoice; order: PictureOrder },
): string[] {
  const { facts, choice, order } = made;
  return kind === 'thumbnail'
    ? thumbnailArgs(facts, choice, order)
    : filmstripArgs(filmstripPlan(facts), choice, order);
}

const factsOf = (clip: MediaClip): PictureFacts => ({
  durationMs: clip.media_duration_ms ?? clip.duration_ms,
  width: clip.width,
  height: clip.height,
});

/** A still has nothing that passes by. */
const isFit = (clip: MediaClip, kind: PictureKind): boolean =>
  clip.state === 'archived' && clip.path !== null && (kind === 'thumbnail' || clip.container !== 'jpg');

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path).catch(() => null);
  if (!file) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
