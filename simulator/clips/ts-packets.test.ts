import { expect, test } from 'vitest';
import { tsGpsBody } from './novatek-gps-writer.ts';
import { gpsSamples } from './test-support.ts';
import { gpsPackets, nullPackets } from './ts-packets.ts';

/** Payload of one 188-byte packet, behind its header and adaptation field. */
function payload(packet: Buffer): Buffer {
  return (packet[3]! & 0x20) === 0 ? packet.subarray(4) : packet.subarray(5 + packet[4]!);
}

function split(packets: Buffer): Buffer[] {
  return Array.from({ length: packets.length / 188 }, (_, index) =>
    packets.subarray(index * 188, index * 188 + 188),
  );
}

test('a position takes six packets of PID 0x300 that begin once and count on', () => {
  const packets = split(gpsPackets(gpsSamples(1)[0]!, 12));
  expect(packets).toHaveLength(6);
  expect(packets.map((packet) => packet[0])).toEqual(Array(6).fill(0x47));
  expect(packets.map((packet) => packet.readUInt16BE(1))).toEqual([
    0x4300, 0x300, 0x300, 0x300, 0x300, 0x300,
  ]);
  expect(packets.map((packet) => packet[3]! & 15)).toEqual([12, 13, 14, 15, 0, 1]);
});

test('the packets carry one private stream 2 of 1008 bytes', () => {
  const sample = gpsSamples(1)[0]!;
  const pes = Buffer.concat(split(gpsPackets(sample, 0)).map(payload));
  expect(pes.toString('hex', 0, 6)).toBe('000001bf03f0');
  expect(pes.subarray(6)).toEqual(tsGpsBody(sample));
});

test('null packets are whole and of PID 0x1FFF', () => {
  for (const packet of split(nullPackets(5, Buffer.alloc(1_000, 7)))) {
    expect(packet.toString('hex', 0, 5)).toBe('471fff1007');
  }
});
