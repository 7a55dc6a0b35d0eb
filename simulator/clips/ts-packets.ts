import type { GpsQuirks, GpsSample } from '../clip-source.ts';
import { tsGpsBody } from './novatek-gps-writer.ts';

export const TS_PACKET_BYTES = 188;
const PAYLOAD_BYTES = 184;
const GPS_PID = 0x300;
const NULL_PID = 0x1fff;
/** PES header of private_stream_2: it has neither flags nor times. */
const GPS_STREAM_ID = 0xbf;

/** The packets of one second's position; `firstCounter` is the PID's packet count so far. */
export function gpsPackets(sample: GpsSample, firstCounter: number, quirks?: GpsQuirks): Buffer {
  const body = tsGpsBody(sample, quirks);
  const pes = Buffer.concat([
    Buffer.from([0, 0, 1, GPS_STREAM_ID, body.length >> 8, body.length & 0xff]),
    body,
  ]);
  const packets: Buffer[] = [];
  for (let offset = 0; offset < pes.length; offset += PAYLOAD_BYTES) {
    const payload = pes.subarray(offset, offset + PAYLOAD_BYTES);
    packets.push(
      packet({ pid: GPS_PID, begins: offset === 0, counter: firstCounter + packets.length, payload }),
    );
  }
  return Buffer.concat(packets);
}

/** `count` packets that every player skips, with stretches of `noise` in them. */
export function nullPackets(count: number, noise: Uint8Array): Buffer {
  const packets = Array.from({ length: count }, (_, index) => {
    const start = (index * PAYLOAD_BYTES) % (noise.length - PAYLOAD_BYTES);
    return nullPacket(noise.subarray(start, start + PAYLOAD_BYTES));
  });
  return Buffer.concat(packets);
}

/** One packet that every player skips. */
export function nullPacket(payload: Uint8Array): Buffer {
  return packet({ pid: NULL_PID, begins: false, counter: 0, payload });
}

interface Packet {
  pid: number;
  begins: boolean;
  counter: number;
  /** At most 184 bytes; a shorter one is stuffed with an adaptation field. */
  payload: Uint8Array;
}

function packet({ pid, begins, counter, payload }: Packet): Buffer {
  const bytes = Buffer.alloc(TS_PACKET_BYTES, 0xff);
  const stuffing = PAYLOAD_BYTES - payload.length;
  bytes.writeUInt8(0x47, 0);
  bytes.writeUInt16BE((begins ? 0x4000 : 0) | pid, 1);
  bytes.writeUInt8((stuffing > 0 ? 0x30 : 0x10) | (counter & 0x0f), 3);
  if (stuffing > 0) bytes.writeUInt8(stuffing - 1, 4);
  if (stuffing > 1) bytes.writeUInt8(0, 5);
  bytes.set(payload, 4 + stuffing);
  return bytes;
}
