import type { Found } from '../tracks/gps-reading.ts';
import type { RecordVerdict } from '../tracks/gps-record.ts';
import { nextBlock } from './triage-plan.ts';
import {
  UnreadableClip,
  type GpsPieces,
  type ReadSpan,
  type SparseFile,
  type SparseHints,
  type SparseReading,
} from './triage-read.ts';
import { offsetOf, streamSeconds, StreamWindow, windowAt } from './triage-stream-plan.ts';

/** A stream has no index and its length is not known before the end: as many as for a minute. */
const mostRequests = 3;

type StreamPieces = Pick<GpsPieces, 'readTsGps' | 'readingOf'>;
type Taken = Found & { index: number; isFix: boolean };

/**
 * Reads a few positions of a transport stream: the first record behind its beginning and behind one or two other
 * places, each in a request that is broken off as soon as the record is here. When in the clip that was, the program
 * clock beside it tells. Rejects with an `UnreadableClip`, or with what `read` rejects with.
 */
export async function readSparseStream(
  read: ReadSpan,
  file: SparseFile,
  hints: SparseHints,
  gps: StreamPieces,
): Promise<SparseReading> {
  const stream = new RemoteStream(read, file.sizeBytes, gps);
  // The beginning tells whether there are records at all, and when the clock began.
  await stream.take(0);
  while (stream.hasRecords) {
    const left = mostRequests - stream.requests;
    const index = nextBlock({ count: streamSeconds, taken: stream.taken, left, ...hints });
    if (index === null) break;
    await stream.take(index);
  }
  const found = stream.taken.filter((one) => one.verdict !== 'none').toSorted((a, b) => a.place - b.place);
  const reading = gps.readingOf(found, { how: 'ts', places: found.length, durationMs: null });
  const { requests, bytes, hasRecords } = stream;
  return { reading, hasRecords, layout: hints.layout, requests, bytes };
}

class RemoteStream {
  readonly taken: Taken[] = [];
  requests = 0;
  bytes = 0;
  private firstClock: number | null = null;
  private sizeBytes: number | null;
  private readonly read: ReadSpan;
  private readonly gps: StreamPieces;

  constructor(read: ReadSpan, sizeBytes: number | null, gps: StreamPieces) {
    this.read = read;
    this.sizeBytes = sizeBytes;
    this.gps = gps;
  }

  get hasRecords(): boolean {
    return this.taken.some((one) => one.verdict !== 'none');
  }

  async take(index: number): Promise<void> {
    const window = new StreamWindow();
    const span = windowAt(index, this.sizeBytes ?? Number.MAX_SAFE_INTEGER);
    this.requests++;
    const { piece, totalBytes } = await this.read(span, (chunk) => window.push(chunk));
    this.bytes += piece.bytes.length;
    this.sizeBytes = totalBytes ?? this.sizeBytes;
    if (piece.bytes.length === 0) throw new UnreadableClip('it has no bytes there');
    if (index === 0) this.firstClock = window.firstClock;
    const offsetMs = offsetOf(window.clock, this.firstClock);
    const place = offsetMs === null ? index : offsetMs / 1000;
    const verdict = window.record ? await this.verdictOf(window.record) : 'none';
    this.taken.push({ index, place, verdict, isFix: typeof verdict === 'object' && verdict.isFix });
  }

  private async verdictOf(packet: Uint8Array): Promise<RecordVerdict> {
    const source = {
      sizeBytes: packet.length,
      read: async (offset: number, length: number) => packet.subarray(offset, offset + length),
    };
    const { records, notes } = await this.gps.readTsGps(source, { durationMs: null });
    const [record] = records;
    // What is not understood in one place makes the plausible ones beside it doubtful.
    if (!record) return notes.length > 0 ? 'foreign' : 'none';
    const { clockMs, isFix, latitude, longitude, speedMps, courseDegrees } = record;
    return { clockMs, isFix, latitude, longitude, speedMps, courseDegrees };
  }
}
