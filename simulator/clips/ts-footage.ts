import { rm, writeFile } from 'node:fs/promises';
import type { BaseFootage, FfmpegCache, FootageKind } from './base-footage.ts';
import { footageName } from './base-footage.ts';
import { createFiller } from './composition.ts';
import { cachedFile } from './footage-cache.ts';
import { composeMp4 } from './mp4-writer.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { TS_PACKET_BYTES } from './ts-packets.ts';

export const VIDEO_PID = 0x100;
const PMT_PID = 0x1000;

/** A transport stream that may be cut before any of its seconds. */
export interface TsFootage {
  bytes: Buffer;
  /** Where the key picture of each second begins. */
  secondOffsets: number[];
}

/** A stream of `seconds` seconds, made by ffmpeg out of the loop if the cache does not have it. */
export async function loadTsFootage(
  cache: FfmpegCache,
  kind: FootageKind,
  base: BaseFootage,
  seconds: number,
): Promise<TsFootage> {
  const bytes = await cachedFile(cache.cacheDir, `${footageName(kind)}-${seconds}s.ts`, async (path) => {
    const source = `${path}.mp4`;
    try {
      await writeFile(source, loopAsMp4(kind, base, seconds));
      await runFfmpeg(cache.ffmpegPath, muxArguments(source, path));
    } finally {
      await rm(source, { force: true });
    }
  });
  return { bytes, secondOffsets: keyPictureOffsets(bytes) };
}

/** PIDs of camera.md 4.7; short audio packets keep sound and picture together where a clip is cut. */
function muxArguments(source: string, path: string): string[] {
  const pids = ['-mpegts_start_pid', String(VIDEO_PID), '-mpegts_pmt_start_pid', String(PMT_PID)];
  return ['-i', source, '-c', 'copy', '-f', 'mpegts', ...pids, '-pes_payload_size', '400', path];
}

function loopAsMp4(kind: FootageKind, footage: BaseFootage, seconds: number): Buffer {
  const { channel, video, audio } = kind;
  const composition = composeMp4(
    {
      channel,
      video,
      audio,
      container: 'mp4',
      durationSeconds: seconds,
      moov: 'front',
      thumbnail: false,
      gps: null,
      startedLocal: new Date(0),
      seed: 0,
    },
    { footage, thumbnail: null, filler: createFiller() },
  );
  const bytes = Buffer.alloc(composition.sizeBytes);
  composition.copy(0, bytes);
  return bytes;
}

/** Packets of the video PID that begin a picture and are marked as a point to start from (ISO 13818-1, 2.4.3.4). */
function keyPictureOffsets(bytes: Buffer): number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset + TS_PACKET_BYTES <= bytes.length; offset += TS_PACKET_BYTES) {
    const beginsAndPid = bytes.readUInt16BE(offset + 1) & 0x5fff;
    const hasAdaptation = (bytes.readUInt8(offset + 3) & 0x20) !== 0;
    const randomAccess =
      hasAdaptation && bytes.readUInt8(offset + 4) > 0 && (bytes.readUInt8(offset + 5) & 0x40) !== 0;
    if (beginsAndPid === (0x4000 | VIDEO_PID) && randomAccess) offsets.push(offset);
  }
  return offsets;
}
