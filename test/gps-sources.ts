import type { ByteSource } from '../src/server/lib/mp4-boxes.ts';
import type { ClipSource, GpsSample } from '../simulator/clip-source.ts';
import { tinyMp4Pieces, type Piece, type TinyMp4Options } from '../simulator/tiny-mp4.ts';
import { driveAlong, gpsSamples, townWays } from '../simulator/town-routes.ts';
import { localTime } from '../simulator/times.ts';
import { seededRandom } from '../simulator/random.ts';

/** What was asked of a source. */
export interface Counted extends ByteSource {
  reads: Array<{ offset: number; length: number }>;
  bytes: () => number;
}

/** A clip of any size of which only the pieces are in memory; the rest is zeros. */
export function sparseSource(sizeBytes: number, pieces: readonly Piece[]): Counted {
  return counted({
    sizeBytes,
    async read(offset, length) {
      const result = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - offset)));
      const end = offset + result.length;
      for (const piece of pieces) {
        if (piece.offset >= end || piece.offset + piece.bytes.length <= offset) continue;
        const skipped = Math.max(0, offset - piece.offset);
        piece.bytes.copy(result, piece.offset + skipped - offset, skipped);
      }
      return result;
    },
  });
}

export const sparseClip = (sizeBytes: number, options: TinyMp4Options): Counted =>
  sparseSource(sizeBytes, tinyMp4Pieces(sizeBytes, options));

/** A clip of the simulator, as a file is read. */
export function simulatedSource(clip: ClipSource): Counted {
  return counted({
    sizeBytes: clip.sizeBytes,
    async read(offset, length) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of clip.read(offset, Math.min(offset + length, clip.sizeBytes)))
        chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  });
}

export function counted(source: ByteSource): Counted {
  const reads: Counted['reads'] = [];
  return {
    sizeBytes: source.sizeBytes,
    reads,
    bytes: () => reads.reduce((sum, { length }) => sum + length, 0),
    read: (offset, length) => {
      reads.push({ offset, length });
      return source.read(offset, length);
    },
  };
}

export const driveStart = localTime(2026, 4, 6, 14, 22, 5);

/** A minute of a drive, or more, in UTC. */
export function driveSamples(seconds = 60, coldSeconds = 0): GpsSample[] {
  const points = driveAlong(townWays.work, seededRandom(1)).slice(0, seconds);
  return gpsSamples(points, driveStart, { gpsClock: 'utc', zoneOffsetMinutes: 0, coldSeconds });
}
