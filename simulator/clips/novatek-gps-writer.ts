import type { GpsLayout, GpsQuirks, GpsSample, GpsSpec } from '../clip-source.ts';
import { lookAlikePayload } from './gps-look-alikes.ts';
import { box, u32s, u32Table } from './mp4-boxes.ts';

const BLOCK_HEADER_BYTES = 16;
export const GPS_RECORD_BYTES = 44;
/** Byte length of the body of a GPS packet in a transport stream (camera.md 4.7). */
export const TS_GPS_BODY_BYTES = 0x3f0;

interface Layout {
  payloadBytes: number;
  /** From the start of the block, whose first word is its size. */
  recordOffset: number;
}

/** The 44-byte RMCINFO record (camera.md 4.2), little-endian. */
export function gpsRecord(sample: GpsSample, { absoluteYears = false }: GpsQuirks = {}): Buffer {
  const record = Buffer.alloc(GPS_RECORD_BYTES);
  const { hour, minute, second, year, month, day } = sample;
  const years = absoluteYears ? year : Math.max(0, year - 2000);
  for (const [index, value] of [hour, minute, second, years, month, day].entries()) {
    record.writeUInt32LE(value, index * 4);
  }
  if (sample.status === 'V') {
    record.write('V00', 0x18, 'latin1');
    return record;
  }
  // The firmware asks `> 0 ?`, so the equator is S and Greenwich is W (camera.md 4.4 item 4).
  record.write(`A${sample.latitude > 0 ? 'N' : 'S'}${sample.longitude > 0 ? 'E' : 'W'}`, 0x18, 'latin1');
  record.writeFloatLE(degreesToDdmm(sample.latitude), 0x1c);
  record.writeFloatLE(degreesToDdmm(sample.longitude), 0x20);
  record.writeFloatLE(sample.speedKnots, 0x24);
  record.writeFloatLE(sample.courseDegrees, 0x28);
  return record;
}

/** Degrees to the magnitude `dddmm.mmmm` that NMEA writes: -12.5 becomes 1230.0. */
export function degreesToDdmm(degrees: number): number {
  const magnitude = Math.abs(degrees);
  const whole = Math.trunc(magnitude);
  return whole * 100 + (magnitude - whole) * 60;
}

/**
 * The start of a `freeGPS ` block as far as it is not zero: header and payload. `index` is the sample's
 * number in the clip; the A329's record moves with it.
 */
export function gpsBlockHead(
  sample: GpsSample,
  gps: Pick<GpsSpec, 'layout' | 'blockBytes' | 'quirks'>,
  index: number,
): Buffer {
  if (gps.quirks?.lookAlike) return blockOf(gps.blockBytes, lookAlikePayload(gps.quirks.lookAlike, sample));
  const { payloadBytes, recordOffset } = blockLayout(gps.layout, index);
  const head = blockOf(gps.blockBytes, Buffer.alloc(payloadBytes));
  if (gps.layout === 'a329-scan') head.write('A329S_V1.0', BLOCK_HEADER_BYTES, 'latin1');
  if (gps.layout === 'payload-3f0') writeAccelerometer(head, index);
  gpsRecord(sample, gps.quirks).copy(head, recordOffset);
  return head;
}

function blockOf(blockBytes: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(BLOCK_HEADER_BYTES);
  head.writeUInt32BE(blockBytes, 0);
  head.write('freeGPS ', 4, 'latin1');
  head.writeUInt32LE(payload.length, 12);
  return Buffer.concat([head, payload]);
}

/** The `gps ` box of camera.md 4.1; positions past 4 GiB wrap as they do in the firmware. */
export function gpsIndexBox(
  blockOffsets: readonly number[],
  blockBytes: number,
  { zeroEntries = [], strayEntries = [] }: GpsQuirks = {},
): Buffer {
  const entries = blockOffsets.flatMap((offset, index) => {
    if (zeroEntries.includes(index)) return [0, 0];
    return [strayEntries.includes(index) ? offset + STRAY_BYTES : offset, blockBytes];
  });
  return box('gps ', u32s(0x101, blockOffsets.length), u32Table(entries));
}

/** Beside every block, whatever its alignment. */
const STRAY_BYTES = 1_234;

/** The body of a GPS packet in a transport stream: the record, then zeros. */
export function tsGpsBody(sample: GpsSample, quirks?: GpsQuirks): Buffer {
  const body = Buffer.alloc(TS_GPS_BODY_BYTES);
  gpsRecord(sample, quirks).copy(body, 0);
  return body;
}

/** Where blocks of a size lie: at multiples of the largest power of two that divides it. */
export const blockAlignment = (blockBytes: number): number => blockBytes & -blockBytes;

/** The table of camera.md 4.3. */
function blockLayout(layout: GpsLayout, index: number): Layout {
  const layouts: Record<GpsLayout, Layout> = {
    'payload-4c': { payloadBytes: 0x4c, recordOffset: 0x30 },
    'payload-58': { payloadBytes: 0x58, recordOffset: 0x30 },
    'payload-3f0': { payloadBytes: 0x3f0, recordOffset: 0x10 },
    'payload-2c': { payloadBytes: 0x2c, recordOffset: 0x10 },
    'a329-scan': { payloadBytes: 0xf0, recordOffset: 0x5d + 2 * (index % 16) },
  };
  return layouts[layout];
}

/** Three i32 in 1/256 g behind the record (camera.md 4.3): a car at rest that trembles a little. */
function writeAccelerometer(head: Buffer, index: number): void {
  head.writeInt32LE((index % 5) - 2, 0x3c);
  head.writeInt32LE((index % 3) - 1, 0x40);
  head.writeInt32LE(256 - (index % 4), 0x44);
}
