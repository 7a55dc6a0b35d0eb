import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { PartFile } from '../archive/part-file.ts';
import type { Filing } from '../archive/layout.ts';
import type { Camera, OpenedFile } from '../camera/camera.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow, PartRow } from '../db/schema.ts';
import { fileSource } from '../lib/byte-source.ts';
import { readClipFacts } from '../lib/clip-structure.ts';
import type { Clock } from '../lib/clock.ts';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import { DownloadFailure, cameraFailureKind } from './download-failure.ts';
import type { PartRepository } from './part-repository.ts';
import { judgeLength, trustedBytes, type RemoteFacts } from './resume-plan.ts';

export interface DownloadDeps {
  db: Database;
  clips: ClipRepository;
  parts: PartRepository;
  volume: ArchiveVolume;
  settings(): Settings;
  clock: Clock;
  bootId: string;
  archivePath(filing: Filing): string;
  numberedPath(path: string, number: number): string;
  openPart(path: string, trusted: number): Promise<PartFile>;
}

export interface DownloadOrder {
  camera: Camera;
  clip: ClipRow;
  /** Folder of the camera below the archive root. */
  cameraFolder: string;
  signal: AbortSignal;
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

/** Re-read from the camera when a download is taken up again: both must agree at the seam. */
const seamBytes = 64 * 1024;
/** One request asks for at most this much, so that a command need not wait for a whole 4K clip. */
const pieceBytes = 64 * 1024 * 1024;
const maxNumber = 100;
const readClipTimeoutMs = 10 * 60_000;

/** Brings the bytes of one clip from the camera into `<path>.part`; filing them is another step. */
export class DownloadTask {
  private readonly deps: DownloadDeps;

  constructor(deps: DownloadDeps) {
    this.deps = deps;
  }

  /** All bytes of the clip, length verified, with their SHA-256. Rejects with what stopped it; the part stays. */
  async receive(order: DownloadOrder): Promise<Received> {
    const { clip } = order;
    const part = await this.deps.parts.of(this.deps.db, clip.id);
    const place = await this.choosePlace(clip, part?.path ?? this.pathFor(order), part);
    if (place.found) return { clip, path: place.path, ...place.found, alreadyInPlace: true };
    await this.makeFolder(place.path);
    const partPath = this.deps.volume.pathOf(`${place.path}.part`);
    const oldPath = this.deps.volume.pathOf(`${part?.path ?? place.path}.part`);
    const trusted = await this.trusted(clip, oldPath);
    await this.ensureRoom(order, trusted);
    if (!part) await this.rememberPart(clip, place.path);
    else if (part.path !== place.path) await this.movePart(part, place.path);
    const file = await this.deps.openPart(partPath, trusted);
    try {
      await this.fill(order, file);
      await file.flush();
      const sha256 = file.digest();
      await this.deps.parts.update(this.deps.db, clip.id, {
        sha256,
        total_bytes: file.bytes,
        updated_at: this.deps.clock.now(),
      });
      return { clip, path: place.path, bytes: file.bytes, sha256, alreadyInPlace: false };
    } finally {
      await file.close();
    }
  }

  private pathFor(order: DownloadOrder): string {
    const { clip, cameraFolder } = order;
    return this.deps.archivePath({
      name: clip.name,
      localStart: clip.local_start,
      kind: clip.kind,
      layout: this.deps.settings().layout,
      cameraFolder,
    });
  }

  /** The wished path, or a numbered one when another clip's file is there. Never a place whose file would be lost. */
  private async choosePlace(
    clip: ClipRow,
    wished: string,
    part: PartRow | undefined,
  ): Promise<{ path: string; found?: { bytes: number; sha256: string | null } }> {
    for (let number = 1; number <= maxNumber; number++) {
      const path = number === 1 ? wished : this.deps.numberedPath(wished, number);
      if (await this.deps.clips.pathIsTaken(this.deps.db, path, clip.id)) continue;
      const bytes = await this.fileBytes(path);
      if (bytes === null) return { path };
      if (part?.path === path && part.sha256 !== null && (await this.sha256Of(path)) === part.sha256) {
        return { path, found: { bytes, sha256: part.sha256 } };
      }
      if (await this.isThisClip(clip, path, bytes)) return { path, found: { bytes, sha256: null } };
    }
    throw new DownloadFailure(
      'target',
      `${wished} and ${maxNumber - 1} numbered names beside it are all taken`,
    );
  }

  /** Null when there is nothing at that place. */
  private async fileBytes(path: string): Promise<number | null> {
    try {
      const entry = await this.deps.volume.run('looking for a clip', () =>
        lstat(this.deps.volume.pathOf(path)),
      );
      return entry.isFile() ? entry.size : -1;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      if (errnoOf(error) === 'ENOTDIR') throw new DownloadFailure('target', inTheWay(path), { cause: error });
      throw error;
    }
  }

  /** A file of the right name, exact size and whole structure is the clip: fetched before a crash, or by another program. */
  private async isThisClip(clip: ClipRow, path: string, bytes: number): Promise<boolean> {
    if (clip.remote_size_exact !== 1 || clip.remote_size_bytes !== bytes) return false;
    return this.deps.volume.run('looking at a clip', async () => {
      const handle = await open(this.deps.volume.pathOf(path), 'r');
      try {
        return (await readClipFacts(fileSource(handle, bytes), clip.container)).complete;
      } finally {
        await handle.close();
      }
    });
  }

  private async sha256Of(path: string): Promise<string> {
    const hash = createHash('sha256');
    const hashing = () => pipeline(createReadStream(this.deps.volume.pathOf(path)), hash);
    await this.deps.volume.run('reading a clip', hashing, readClipTimeoutMs);
    return hash.digest('hex');
  }

  private async makeFolder(path: string): Promise<void> {
    const folder = dirname(this.deps.volume.pathOf(path));
    try {
      const made = await this.deps.volume.run('making a folder', () => mkdir(folder, { recursive: true }));
      if (made !== undefined) await this.deps.volume.run('making a folder', () => fsyncFolder(dirname(made)));
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EEXIST' || code === 'ENOTDIR')
        throw new DownloadFailure('target', inTheWay(path), { cause: error });
      throw error;
    }
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

  /** Whether two clips and what is to stay free fit into the free bytes. */
  bothFit(one: ClipRow, other: ClipRow, freeBytes: number): boolean {
    const needed = (one.remote_size_bytes ?? 0) + (other.remote_size_bytes ?? 0);
    return freeBytes - needed >= this.deps.settings().keepFreeGb * 1e9;
  }

  private async ensureRoom(order: DownloadOrder, have: number): Promise<void> {
    const keepFree = this.deps.settings().keepFreeGb * 1e9;
    const needed = Math.max((order.clip.remote_size_bytes ?? 0) - have, 0);
    const free = await this.deps.volume.freeBytes();
    if (free - needed >= keepFree) return;
    throw new DownloadFailure(
      'space',
      `The recordings volume has ${gigabytes(free)} free; this clip needs ${gigabytes(needed)} and ${gigabytes(keepFree)} are to stay free.`,
      { freeBytesNeeded: keepFree + needed },
    );
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

  private async fill(order: DownloadOrder, file: PartFile): Promise<void> {
    const { clip } = order;
    if (clip.remote_path === null) throw new DownloadFailure('gone', 'the camera has not listed this clip');
    await this.checkpoint(order, file, false);
    order.onBytes(0, file.bytes, clip.remote_size_bytes);
    let total = clip.remote_size_exact === 1 ? clip.remote_size_bytes : null;
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
      if (total === null || file.bytes >= total) return;
      if (file.bytes <= before)
        throw new DownloadFailure('truncated', 'The camera ended the transfer without a new byte.');
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
    const range = limited && total !== null ? { from, to: from + pieceBytes } : { from };
    const opened = await order.camera.open(order.clip.remote_path ?? '', range, order.signal);
    try {
      await this.checkLength(order.clip, opened);
      const whole = opened.totalBytes ?? total;
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

  private async checkLength(clip: ClipRow, opened: OpenedFile): Promise<void> {
    const part = await this.deps.parts.of(this.deps.db, clip.id);
    const verdict = judgeLength({
      listed: clip.remote_size_bytes,
      listedExact: clip.remote_size_exact === 1,
      served: opened.totalBytes,
      servedBefore: part?.total_bytes ?? null,
    });
    if (opened.totalBytes !== null && opened.totalBytes !== part?.total_bytes)
      await this.deps.parts.update(this.deps.db, clip.id, { total_bytes: opened.totalBytes });
    if (verdict === 'trust') return;
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

  /** Drops the bytes of a part that proved worthless. */
  async dropPart(clipId: number, path: string): Promise<void> {
    await this.deps.volume.run('removing a part file', () =>
      rm(this.deps.volume.pathOf(`${path}.part`), { force: true }),
    );
    await this.deps.parts.remove(this.deps.db, clipId);
  }

  /** Puts a whole, durable part in its place; refuses when something has appeared there meanwhile. */
  async moveIntoPlace(path: string): Promise<void> {
    const target = this.deps.volume.pathOf(path);
    if ((await this.fileBytes(path)) !== null) {
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

/** HTTP 416: the file on the camera ends before the place that was asked for. */
const isBeyondTheEnd = (error: unknown) => error instanceof Error && 'rangeNotSatisfiable' in error;

function remoteFacts(clip: ClipRow): RemoteFacts {
  return {
    sizeBytes: clip.remote_size_bytes,
    sizeExact: clip.remote_size_exact === 1,
    timecode: clip.remote_timecode,
  };
}

const inTheWay = (path: string) =>
  `${dirname(path)} cannot be a folder of the archive: a file is in the way. Move it away.`;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
