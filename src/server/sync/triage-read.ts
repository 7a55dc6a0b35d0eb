import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { GpsBlock, GpsIndex } from '../tracks/gps-index.ts';
import type { RecordVerdict } from '../tracks/gps-record.ts';
import type { Found } from '../tracks/gps-reading.ts';
import type { GpsReading } from '../tracks/track-types.ts';
import {
  findMoov,
  firstSpan,
  nextBlock,
  requestsFor,
  sliceOf,
  spanOfBlock,
  type MoovLayout,
  type Piece,
  type Span,
} from './triage-plan.ts';

/** What the readers of GPS give triage; pure, and never throwing for what is in the bytes. */
export interface GpsPieces {
  /** Where the blocks of a clip lie, out of its whole `moov` box. */
  indexOfMoov: (
    moov: Uint8Array,
    fileBytes?: number,
  ) => Pick<GpsIndex, 'hasIndex' | 'blocks'> & { durationMs: number | null };
  /** What the first bytes of a block say. */
  verdictOfBlock: (head: Uint8Array) => RecordVerdict;
  /** Some of a clip's records put together; none of them when they are not what they look like. */
  readingOf: (
    found: readonly Found[],
    about: { how: GpsReading['how']; places: number; durationMs: number | null },
  ) => GpsReading;
  /** The records of a transport stream, or of a part of one; without it streams are left alone. */
  readTsGps: (source: ByteSource, about: { durationMs: number | null }) => Promise<GpsReading>;
}

export interface SparseFile {
  sizeBytes: number | null;
  sizeExact: boolean;
}

export interface SparseHints {
  layout: MoovLayout | null;
  isFirst: boolean;
  isLast: boolean;
}

/** What a few requests told of a clip. */
export interface SparseReading {
  reading: GpsReading;
  /** False: this camera, or this lens, writes no positions. */
  hasRecords: boolean;
  /** Null: it has no such index. */
  layout: MoovLayout | null;
  requests: number;
  /** That came in. */
  bytes: number;
}

/** The clip is not one whose track can be read; the message says why, for people. */
export class UnreadableClip extends Error {
  override name = 'UnreadableClip';
}

/**
 * Bytes of the clip on its camera, and its whole size where the answer tells. One request; it is broken off as soon as
 * `isEnough`, which is given the bytes as they come, says so.
 */
export type ReadSpan = (
  span: Span,
  isEnough?: (chunk: Uint8Array) => boolean,
) => Promise<{ piece: Piece; totalBytes: number | null }>;

/** What is looked at before the index is found: more of it is no clip of a camera we know. */
const mostLooks = 4;
const minuteMs = 60_000;

/** Reads a few positions of a clip. Rejects with an `UnreadableClip`, or with what `read` rejects with. */
export async function readSparse(
  read: ReadSpan,
  file: SparseFile,
  hints: SparseHints,
  gps: GpsPieces,
): Promise<SparseReading> {
  const clip = new RemoteClip(read, file.sizeBytes);
  const { bytes, layout } = await clip.moov(firstSpan(file, hints.layout));
  const { hasIndex, blocks, durationMs } = gps.indexOfMoov(bytes, clip.sizeBytes ?? undefined);
  const found = await samplesOf(clip, { blocks, durationMs, hints, gps });
  const places = (blocks.at(-1)?.place ?? -1) + 1;
  const reading = gps.readingOf(found, { how: 'index', places, durationMs });
  return {
    reading,
    hasRecords: hasIndex && blocks.length > 0,
    layout,
    requests: clip.requests,
    bytes: clip.bytes,
  };
}

/** What has been read of a clip so far. */
class RemoteClip {
  requests = 0;
  bytes = 0;
  private readonly pieces: Piece[] = [];
  private readonly read: ReadSpan;
  sizeBytes: number | null;

  constructor(read: ReadSpan, sizeBytes: number | null) {
    this.read = read;
    this.sizeBytes = sizeBytes;
  }

  async moov(first: Span): Promise<{ bytes: Uint8Array; layout: MoovLayout }> {
    let span = first;
    for (let look = 0; look < mostLooks; look++) {
      await this.fetch(span);
      const place = findMoov(this.pieces, this.sizeBytes ?? Number.MAX_SAFE_INTEGER);
      if (place.kind === 'here') return place;
      if (place.kind === 'none') throw new UnreadableClip(place.why);
      span = place.span;
    }
    throw new UnreadableClip('its index was not found');
  }

  /** The bytes of a span, out of what is here or with one request. */
  async bytesOf(span: Span): Promise<Uint8Array | null> {
    const to = Math.min(span.to, this.sizeBytes ?? span.to);
    if (to <= span.from) return null;
    const whole = { from: span.from, to };
    return sliceOf(this.pieces, whole) ?? (await this.fetch(whole));
  }

  has(span: Span): boolean {
    return sliceOf(this.pieces, { ...span, to: Math.min(span.to, this.sizeBytes ?? span.to) }) !== null;
  }

  private async fetch(span: Span): Promise<Uint8Array> {
    this.requests++;
    const { piece, totalBytes } = await this.read(span);
    this.sizeBytes = totalBytes ?? this.sizeBytes;
    if (piece.bytes.length === 0) throw new UnreadableClip('it has no bytes there');
    this.pieces.push(piece);
    this.bytes += piece.bytes.length;
    return piece.bytes;
  }
}

interface Samples {
  blocks: readonly GpsBlock[];
  durationMs: number | null;
  hints: SparseHints;
  gps: GpsPieces;
}

async function samplesOf(clip: RemoteClip, { blocks, durationMs, hints, gps }: Samples): Promise<Found[]> {
  const most = requestsFor(durationMs ?? minuteMs);
  const taken: (Found & { index: number; isFix: boolean })[] = [];
  const take = async (index: number) => {
    const block = blocks[index];
    if (!block) return;
    const bytes = await clip.bytesOf(spanOfBlock(block));
    const verdict = bytes ? gps.verdictOfBlock(bytes) : 'none';
    taken.push({
      index,
      place: block.place,
      verdict,
      isFix: typeof verdict === 'object' && verdict.isFix,
    });
  };
  // The ends that came with the index cost nothing.
  for (const index of new Set([0, blocks.length - 1])) {
    const block = blocks[index];
    if (block && clip.has(spanOfBlock(block))) await take(index);
  }
  for (;;) {
    const left = most - clip.requests;
    const index = nextBlock({ count: blocks.length, taken, left, ...hints });
    if (index === null) break;
    await take(index);
  }
  return taken.toSorted((a, b) => a.index - b.index);
}
