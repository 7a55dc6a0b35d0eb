import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { PartFile } from '../archive/part-file.ts';
import type { ByteRange, Camera, OpenedFile } from '../camera/camera.ts';
import type { ClipRow, PartRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import { ClipPlaces, type ClipPlacesDeps } from './clip-places.ts';
import { DownloadFailure, cameraFailureKind } from './download-failure.ts';
import { DownloadRoom, type DownloadRoomDeps } from './download-room.ts';
import type { PartRepository } from './part-repository.ts';
import { readRemote } from './remote-bytes.ts';
import { judgeLength, needsHead, trustedBytes, type RemoteFacts } from './resume-plan.ts';

export interface DownloadDeps extends ClipPlacesDeps, Pick<DownloadRoomDeps, 'room'> {
  parts: PartRepository;
  clock: Clock;
  bootId: string;
  openPart(path: string, trusted: number): Promise<PartFile>;
}

export interface DownloadOrder {
  camera: Camera;
  clip: ClipRow;
  /** Folder of the camera below the archive root. */
  cameraFolder: string;
  signal: AbortSignal;
  /** Called when the last request of the clip is being answered. */
  onLastPiece(): void;
  /** Called when a transfer has come to where the next byte is a new one. */
  onNewGround(): void;
  /** Called with each piece of bytes that arrived: how many, how many there are now, how many there will be. */
  onBytes(arrived: number, bytes: number, total: number | null): void;
}

/** A clip whose bytes are all here and not yet filed. */
export interface Received {
  clip: ClipRow;
  path: string;
  bytes: number;
  sha256: string | null;
  /** The file was in its place before: by a crash after the rename, or from another program. */
  alreadyInPlace: boolean;
}

/** A download that has its place; `trusted`: bytes of its part that need not be fetched again. */
interface BegunDownload {
  order: DownloadOrder;
  part: PartRow | undefined;
  trusted: number;
}

/** Re-read from the camera when a download is taken up again: both must agree at the seam. */
const seamBytes = 64 * 1024;
/** The beginning of a part, compared when nothing but the seam would tell another recording of the same name and size. */
const headBytes = 64 * 1024;
/** One request asks for at most this much, so that a command need not wait for a whole 4K clip. */
const pieceBytes = 64 * 1024 * 1024;

/** Brings the bytes of one clip from the camera into `<path>.part`; filing them is another step. */
export class DownloadTask {
  /** What is on its way has its room in the archive. */
  readonly room: DownloadRoom;
  private readonly deps: DownloadDeps;
  private readonly places: ClipPlaces;

  constructor(deps: DownloadDeps) {
    this.deps = deps;
    this.places = new ClipPlaces(deps);
    this.room = new DownloadRoom(deps);
  }

  /** All bytes of the clip, length verified, with their SHA-256. Rejects with what stopped it; the part stays. */
  async receive(order: DownloadOrder): Promise<Received> {
    const { clip } = order;
    const part = await this.deps.parts.of(this.deps.db, clip.id);
    const place = await this.places.choose(clip, order.cameraFolder, part);
    if (place.found) {
      if (part) await this.clearPart(part);
      return { clip, path: place.path, ...place.found, alreadyInPlace: true };
    }
    await this.places.makeFolder(place.path);
    const oldPath = this.deps.volume.pathOf(`${part?.path ?? place.path}.part`);
    const trusted = await this.trusted(clip, oldPath);
    return this.receiveInto(place.path, { order, part, trusted });
  }

  /** What is left of it when it fails counts as taken, until it goes on or is dropped. */
  private async receiveInto(path: string, begun: BegunDownload): Promise<Received> {
    const { order, part, trusted } = begun;
    const { clip } = order;
    let left = trusted;
    try {
      const known = { have: trusted, totalBytes: part?.total_bytes ?? null };
      await this.room.take(clip, known, order.signal);
      if (!part) await this.rememberPart(clip, path);
      else if (part.path !== path) await this.movePart(part, path);
      const file = await this.deps.openPart(this.deps.volume.pathOf(`${path}.part`), trusted);
      try {
        return await this.fillWhole(file, { ...begun, path });
      } finally {
        left = file.bytes;
        await file.close();
      }
    } catch (error) {
      this.room.settle(clip.id, left);
      throw error;
    }
  }

  private async fillWhole(file: PartFile, begun: BegunDownload & { path: string }): Promise<Received> {
    const { order, part, trusted, path } = begun;
    const { clip } = order;
    if (needsHead({ trusted, seamBytes }, part ?? null, remoteFacts(clip))) await this.checkHead(order, file);
    await this.fill(order, file);
    await file.flush();
    const sha256 = file.digest();
    await this.deps.parts.update(this.deps.db, clip.id, {
      sha256,
      total_bytes: file.bytes,
      updated_at: this.deps.clock.now(),
    });
    return { clip, path, bytes: file.bytes, sha256, alreadyInPlace: false };
  }

  private async trusted(clip: ClipRow, partPath: string): Promise<number> {
    const part = await this.deps.parts.of(this.deps.db, clip.id);
    if (!part) return 0;
    const fileBytes = await this.deps.volume
      .run('looking for a part file', () => stat(partPath))
      .then((entry) => entry.size)
      .catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return null;
        throw error;
      });
    const facts = {
      fileBytes,
      durableBytes: part.durable_bytes,
      bootId: part.boot_id,
      totalBytes: part.total_bytes,
      remoteTimecode: part.remote_timecode,
    };
    return trustedBytes(facts, remoteFacts(clip), this.deps.bootId);
  }

  private async rememberPart(clip: ClipRow, path: string): Promise<void> {
    await this.deps.parts.save(this.deps.db, {
      clip_id: clip.id,
      path,
      total_bytes: clip.remote_size_exact === 1 ? clip.remote_size_bytes : null,
      remote_timecode: clip.remote_timecode,
      durable_bytes: 0,
      boot_id: this.deps.bootId,
      sha256: null,
      updated_at: this.deps.clock.now(),
    });
  }

  /** Its place was taken meanwhile: what has arrived goes on under the other name. */
  private async movePart(part: PartRow, path: string): Promise<void> {
    const { volume, parts, db } = this.deps;
    await parts.update(db, part.clip_id, { path });
    await volume
      .run('moving a part file', () =>
        rename(volume.pathOf(`${part.path}.part`), volume.pathOf(`${path}.part`)),
      )
      .catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
  }

  /** Begins anew when the camera's file does not begin like the part: another recording has taken its name. */
  private async checkHead(order: DownloadOrder, file: PartFile): Promise<void> {
    const { camera, clip, signal } = order;
    const to = Math.min(headBytes, file.bytes);
    const head = await readRemote(camera, { remotePath: clip.remote_path ?? '', from: 0, to }, signal);
    if (head.bytes.length < to)
      throw new DownloadFailure('truncated', 'The camera ended the transfer before a new byte had come.');
    if (!head.bytes.equals(await file.read(0, to)))
      await this.beginAnew(order, file, 'Another recording has taken the name of this clip on the camera');
  }

  private async fill(order: DownloadOrder, file: PartFile): Promise<void> {
    const { clip } = order;
    if (clip.remote_path === null) throw new DownloadFailure('gone', 'The camera has not listed this clip.');
    await this.checkpoint(order, file, false);
    order.onBytes(0, file.bytes, clip.remote_size_bytes);
    // Listed with no bytes at all, it has only just been begun: the camera is asked what it holds by now.
    let total = clip.remote_size_exact === 1 ? clip.remote_size_bytes || null : null;
    while (total === null || file.bytes < total) {
      const before = file.bytes;
      try {
        total = await this.fetchPiece(order, file, total);
      } catch (error) {
        if (this.endedAtListedSize(clip, file, error)) return;
        if (isBeyondTheEnd(error))
          await this.beginAnew(order, file, 'The camera has fewer bytes of this clip');
        throw error;
      }
      if (isWhole(file.bytes, before, total)) return;
      await this.checkpoint(order, file, true);
    }
  }

  /** The length header lied, the listing did not: the structure check has the last word. */
  private endedAtListedSize(clip: ClipRow, file: PartFile, error: unknown): boolean {
    const listed = clip.remote_size_exact === 1 ? clip.remote_size_bytes : null;
    return cameraFailureKind(error) === 'truncated' && listed !== null && file.bytes === listed;
  }

  /** Asks for the next piece and takes it in. Returns the size of the whole file as far as it is known now. */
  private async fetchPiece(
    order: DownloadOrder,
    file: PartFile,
    total: number | null,
  ): Promise<number | null> {
    const seam = Math.min(seamBytes, file.bytes);
    const from = file.bytes - seam;
    const limited = total === null || total - from > pieceBytes;
    const range: ByteRange = limited && total !== null ? { from, to: from + pieceBytes } : { from };
    const opened = await order.camera.open(order.clip.remote_path ?? '', range, order.signal);
    try {
      await this.checkLength(order, opened);
      const whole = opened.totalBytes ?? total;
      if (range.to === undefined || (whole !== null && range.to >= whole)) order.onLastPiece();
      if (opened.from !== from) await this.restart(order, file);
      await this.pump(order, file, {
        body: opened.body,
        seam: opened.from === from ? seam : 0,
        total: whole,
      });
      return whole ?? file.bytes;
    } finally {
      opened.body.destroy();
    }
  }

  private async checkLength({ clip, signal }: DownloadOrder, opened: OpenedFile): Promise<void> {
    const part = await this.deps.parts.of(this.deps.db, clip.id);
    const verdict = judgeLength({
      listed: clip.remote_size_bytes,
      listedExact: clip.remote_size_exact === 1,
      served: opened.totalBytes,
      servedBefore: part?.total_bytes ?? null,
    });
    if (opened.totalBytes !== null && opened.totalBytes !== part?.total_bytes)
      await this.deps.parts.update(this.deps.db, clip.id, { total_bytes: opened.totalBytes });
    if (verdict === 'trust') return this.room.extend(clip, opened.totalBytes ?? 0, signal);
    throw new DownloadFailure(
      'growing',
      `The camera lists ${clip.remote_size_bytes} bytes and serves ${opened.totalBytes}: it may still be writing this clip.`,
    );
  }

  private async pump(
    order: DownloadOrder,
    file: PartFile,
    piece: { body: Readable; seam: number; total: number | null },
  ): Promise<void> {
    const seam = piece.seam > 0 ? await file.read(file.bytes - piece.seam, file.bytes) : Buffer.alloc(0);
    let matched = 0;
    if (seam.length === 0) order.onNewGround();
    for await (const chunk of piece.body as AsyncIterable<Buffer>) {
      const overlap = Math.min(chunk.length, seam.length - matched);
      if (overlap > 0 && !chunk.subarray(0, overlap).equals(seam.subarray(matched, matched + overlap))) {
        await this.beginAnew(order, file, 'The clip has changed on the camera');
      }
      matched += Math.max(overlap, 0);
      if (overlap > 0 && matched === seam.length) order.onNewGround();
      const fresh = overlap > 0 ? chunk.subarray(overlap) : chunk;
      if (fresh.length === 0) continue;
      await file.append(fresh);
      order.onBytes(fresh.length, file.bytes, piece.total);
    }
  }

  /** Nothing of the part is worth anything any more; said before it is so, or a power cut would leave holes. */
  private async restart(order: DownloadOrder, file: PartFile): Promise<void> {
    await this.deps.parts.update(this.deps.db, order.clip.id, { durable_bytes: 0, sha256: null });
    await file.restart();
  }

  private async beginAnew(order: DownloadOrder, file: PartFile, why: string): Promise<never> {
    await this.restart(order, file);
    throw new DownloadFailure('malformed', `${why} since its download began; it begins anew.`);
  }

  /** Remembers what the part belongs to and, with `durable`, how much of it is on the disk itself. */
  private async checkpoint(order: DownloadOrder, file: PartFile, durable: boolean): Promise<void> {
    if (durable) await file.sync();
    const before = await this.deps.parts.of(this.deps.db, order.clip.id);
    await this.deps.parts.update(this.deps.db, order.clip.id, {
      boot_id: this.deps.bootId,
      remote_timecode: order.clip.remote_timecode,
      durable_bytes: durable ? file.bytes : Math.min(before?.durable_bytes ?? 0, file.bytes),
      sha256: null,
      updated_at: this.deps.clock.now(),
    });
  }

  /**
   * Forgets what is left of downloads of clips that are here already, lost, or left on the card for good. The bytes that
   * had arrived of a lost one stay in their file: they may be all there is of it. Returns what could not be removed.
   */
  async dropUnwanted(cameraId: number): Promise<{ clip: number; reason: string }[]> {
    const { parts, db } = this.deps;
    const failed: { clip: number; reason: string }[] = [];
    for (const part of await parts.unwanted(db, cameraId)) {
      try {
        const bytes = part.isLost ? await this.places.bytesAt(`${part.path}.part`) : null;
        if (bytes === null || bytes === 0) await this.dropPart(part.clip_id, part.path);
        else await parts.remove(db, part.clip_id);
      } catch (error) {
        failed.push({ clip: part.clip_id, reason: messageOf(error) });
      }
    }
    return failed;
  }

  /** Drops the bytes of a part that proved worthless. */
  async dropPart(clipId: number, path: string): Promise<void> {
    await this.clearPart({ path });
    this.room.settle(clipId, 0);
    await this.deps.parts.remove(this.deps.db, clipId);
  }

  /** Its row stays: it is known what the file in its place has to be. */
  private async clearPart({ path }: Pick<PartRow, 'path'>): Promise<void> {
    await this.deps.volume.run('removing a part file', () =>
      rm(this.deps.volume.pathOf(`${path}.part`), { force: true }),
    );
  }

  /** Puts a whole, durable part in its place; refuses when something has appeared there meanwhile. */
  async moveIntoPlace(path: string): Promise<void> {
    const target = this.deps.volume.pathOf(path);
    if ((await this.places.bytesAt(path)) !== null) {
      throw new DownloadFailure(
        'target',
        `${path} appeared while its clip was being fetched; it is left alone.`,
      );
    }
    await this.deps.volume.run('filing a clip', async () => {
      await rename(`${target}.part`, target);
      await fsyncFolder(dirname(target));
    });
  }
}

/** Whether all bytes are here, `total` being known or the camera having ended. Throws when a piece brought nothing. */
function isWhole(bytes: number, before: number, total: number | null): boolean {
  if (total === 0) throw new DownloadFailure('growing', 'The camera has not written anything of it yet.');
  if (total === null || bytes >= total) return true;
  if (bytes > before) return false;
  throw new DownloadFailure('truncated', 'The camera ended the transfer without a new byte.');
}

/** HTTP 416: the file on the camera ends before the place that was asked for. */
const isBeyondTheEnd = (error: unknown) => error instanceof Error && 'rangeNotSatisfiable' in error;

function remoteFacts(clip: ClipRow): RemoteFacts {
  return {
    sizeBytes: clip.remote_size_bytes,
    sizeExact: clip.remote_size_exact === 1,
    timecode: clip.remote_timecode,
  };
}
