import type { ClipSpec } from '../clip-source.ts';
import { Composition, seedPhase, SegmentWriter, type Filler } from './composition.ts';
import { at } from './mp4-samples.ts';
import { spreadOverSeconds } from './timeline.ts';
import type { TsFootage } from './ts-footage.ts';
import { gpsPackets, nullPacket, nullPackets, TS_PACKET_BYTES } from './ts-packets.ts';

/** A prime, for the reason given at the filler's noise. */
export const NULL_PACKET_COUNT = 4_099;
const GPS_PACKETS_PER_SAMPLE = 6;

/** Shared by every clip of a factory. */
export interface TsParts {
  footage: TsFootage;
  filler: Filler;
  /** What {@link createNullFiller} made. */
  nullFiller: Buffer;
}

/** Null packets to repeat wherever a stream is padded. */
export function createNullFiller(filler: Filler): Buffer {
  return nullPackets(NULL_PACKET_COUNT, filler.noise);
}

/** How many whole seconds a transport-stream clip has: it is cut only before a key picture. */
export function wholeSeconds(durationSeconds: number): number {
  return Math.max(1, Math.round(durationSeconds));
}

/** Lays out one transport-stream clip with its GPS packets (camera.md 4.7). */
export function composeTs(spec: ClipSpec, parts: TsParts): Composition {
  const tight = laySeconds(spec, parts, 0);
  const missingBytes = (spec.sizeBytes ?? 0) - tight.position;
  if (missingBytes <= 0) return new Composition(tight.segments);
  const packetsPerSecond = Math.floor(missingBytes / TS_PACKET_BYTES / wholeSeconds(spec.durationSeconds));
  const padded = laySeconds(spec, parts, packetsPerSecond * TS_PACKET_BYTES);
  // What is left may end within a packet, as a recording does that lost its power.
  padded.repeat(
    padding(spec, parts, { position: padded.position, lengthBytes: (spec.sizeBytes ?? 0) - padded.position }),
  );
  return new Composition(padded.segments);
}

function laySeconds(spec: ClipSpec, parts: TsParts, padBytes: number): SegmentWriter {
  const seconds = wholeSeconds(spec.durationSeconds);
  const samples = spec.gps?.samples ?? [];
  const bySecond = spreadOverSeconds(samples.length, seconds);
  const writer = new SegmentWriter({ filler: parts.filler, seed: spec.seed });
  writer.bytes(seedPacket(spec.seed));
  writer.bytes(parts.footage.bytes.subarray(0, at(parts.footage.secondOffsets, 0)));
  for (const [second, indexes] of bySecond.entries()) {
    for (const index of indexes) {
      const packets = gpsPackets(at(samples, index), index * GPS_PACKETS_PER_SAMPLE, spec.gps?.quirks);
      writer.bytes(packets);
    }
    writer.bytes(secondBytes(parts.footage, second));
    writer.repeat(padding(spec, parts, { position: writer.position, lengthBytes: padBytes }));
  }
  return writer;
}

function secondBytes({ bytes, secondOffsets }: TsFootage, second: number): Buffer {
  return bytes.subarray(at(secondOffsets, second), secondOffsets[second + 1] ?? bytes.length);
}

function padding(spec: ClipSpec, parts: TsParts, where: { position: number; lengthBytes: number }) {
  const packetIndex = seedPhase(spec.seed, NULL_PACKET_COUNT) + where.position / TS_PACKET_BYTES;
  const phase = (packetIndex % NULL_PACKET_COUNT) * TS_PACKET_BYTES;
  return { source: parts.nullFiller, phase, lengthBytes: where.lengthBytes };
}

/** A null packet that differs between clips of different seeds. */
function seedPacket(seed: number): Buffer {
  const payload = Buffer.alloc(TS_PACKET_BYTES - 4);
  payload.writeDoubleBE(seed);
  return nullPacket(payload);
}
