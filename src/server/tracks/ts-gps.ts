import type { ByteSource } from '../lib/mp4-boxes.ts';
import { lastRecordIn, recordAt, recordBytes, type RecordVerdict } from './gps-record.ts';
import { readingOf, type Found } from './gps-reading.ts';
import type { GpsReading } from './track-types.ts';

const packetBytes = 188;
const sync = 0x47;
const chunkBytes = packetBytes * 5_600;
/** A camera that writes records has written the first by here. */
const firstWithinBytes = 16 * chunkBytes;
const mostBytes = 4 * 1024 ** 3;
const maxRecords = 36_000;

/**
 * The records of a transport stream: packets of the private stream 0xBF, one a second, in a stream that no table
 * lists. There is no index: the headers of all packets are looked at, in a bounded part of the file.
 */
export async function readTsGps(
  source: ByteSource,
  { durationMs, signal }: { durationMs: number | null; signal?: AbortSignal },
): Promise<GpsReading> {
  const found: Found[] = [];
  const end = Math.min(source.sizeBytes, mostBytes);
  let at = 0;
  while (at < end && (found.length > 0 || at < firstWithinBytes) && found.length < maxRecords) {
    signal?.throwIfAborted();
    const bytes = await source.read(at, chunkBytes);
    if (bytes.length < packetBytes) break;
    at += Math.max(1, throughPackets(bytes, found));
  }
  return readingOf(found, { how: 'ts', places: found.length, durationMs });
}

/** Adds what the packets hold; returns how many bytes are done with. Out of step it looks for the next packet. */
function throughPackets(bytes: Uint8Array, found: Found[]): number {
  let at = 0;
  while (at + packetBytes <= bytes.length) {
    if (!isPacket(bytes, at)) {
      const next = bytes.indexOf(sync, at + 1);
      if (next === -1) return bytes.length;
      at = next;
      continue;
    }
    const verdict = verdictOfPacket(bytes, at);
    if (verdict) found.push({ place: found.length, verdict });
    at += packetBytes;
  }
  return at;
}

/** A sync byte here and at the next packet, where there is one. */
const isPacket = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === sync && (at + packetBytes >= bytes.length || bytes[at + packetBytes] === sync);

const pesHeaderBytes = 6;
/** Start code and stream id of private stream 2. */
const privateStart = [0, 0, 1, 0xbf];

/** Null for every packet that does not begin a packet of private stream 2. */
function verdictOfPacket(bytes: Uint8Array, at: number): RecordVerdict | null {
  const isStart = ((bytes[at + 1] ?? 0) & 0x40) !== 0;
  const control = (bytes[at + 3] ?? 0) & 0x30;
  if (!isStart || (control & 0x10) === 0) return null;
  const adaptation = control === 0x30 ? 1 + (bytes[at + 4] ?? 0) : 0;
  const pes = at + 4 + adaptation;
  if (pes + pesHeaderBytes + recordBytes > at + packetBytes) return null;
  if (!privateStart.every((code, index) => bytes[pes + index] === code)) return null;
  const body = bytes.subarray(pes + pesHeaderBytes, at + packetBytes);
  const verdict = recordAt(body, 0);
  return verdict === 'none' ? lastRecordIn(body) : verdict;
}
