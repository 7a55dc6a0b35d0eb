import type { GpsLookAlike, GpsSample } from '../clip-source.ts';

/** Of the block's header, from whose start camera.md counts. */
const HEADER_BYTES = 16;
const knotsToMps = 0.514_444;

/** What stands behind the header of another maker's block (camera.md 4.6). */
export function lookAlikePayload(kind: GpsLookAlike, sample: GpsSample): Buffer {
  const block = Buffer.alloc(HEADER_BYTES + (kind === 'encrypted' ? 0x78 : kind === 'doubles' ? 0x80 : 0x4c));
  if (kind === 'doubles') writeDoubles(block, sample);
  else writeLikeOurs(block, kind, sample);
  return block.subarray(HEADER_BYTES);
}

/** Time, status and hemispheres where Viofo has them; the position is something else. */
function writeLikeOurs(block: Buffer, kind: 'encrypted' | 'integers' | 'decimal', sample: GpsSample): void {
  const { hour, minute, second, year, month, day, latitude, longitude } = sample;
  const years = kind === 'encrypted' ? year : year - 2000;
  for (const [index, value] of [hour, minute, second, years, month, day].entries()) {
    block.writeUInt32LE(value, 0x30 + index * 4);
  }
  block.write(`${sample.status}${latitude > 0 ? 'N' : 'S'}${longitude > 0 ? 'E' : 'W'}`, 0x48, 'latin1');
  if (kind === 'encrypted') {
    block.write('YndAkasoCar', HEADER_BYTES, 'latin1');
    block.writeDoubleLE(scrambled(latitude, second), 0x50);
    block.writeDoubleLE(scrambled(longitude, second), 0x58);
    block.writeFloatLE(sample.speedKnots, 0x60);
    block.writeFloatLE(sample.courseDegrees, 0x64);
  } else if (kind === 'integers') {
    block.write('IQS_A7_20150417', HEADER_BYTES, 'latin1');
    block.writeInt32LE(Math.round(Math.abs(latitude) * 1e7), 0x4c);
    block.writeInt32LE(Math.round(Math.abs(longitude) * 1e7), 0x50);
    block.writeInt32LE(Math.round(sample.speedKnots * knotsToMps * 100), 0x54);
  } else {
    const numbers = [Math.abs(latitude), Math.abs(longitude), sample.speedKnots, sample.courseDegrees];
    for (const [index, value] of numbers.entries()) block.writeFloatLE(value, 0x4c + index * 4);
  }
}

function writeDoubles(block: Buffer, sample: GpsSample): void {
  const { hour, minute, second, year, month, day, latitude, longitude } = sample;
  for (const [index, value] of [hour, minute, second].entries()) block.writeUInt32LE(value, 0x30 + index * 4);
  block.write('A', 0x3c, 'latin1');
  block.writeDoubleLE(Math.abs(latitude) * 100, 0x40);
  block.write(latitude > 0 ? 'N' : 'S', 0x48, 'latin1');
  block.writeDoubleLE(Math.abs(longitude) * 100, 0x50);
  block.write(longitude > 0 ? 'E' : 'W', 0x58, 'latin1');
  block.writeDoubleLE(sample.speedKnots, 0x60);
  block.writeDoubleLE(sample.courseDegrees, 0x68);
  for (const [index, value] of [year - 2000, month, day].entries())
    block.writeUInt32LE(value, 0x70 + index * 4);
}

/** Some number of the size that the cipher yields; another each second. */
function scrambled(degrees: number, second: number): number {
  return 2_000 + ((Math.abs(degrees) * 7_919.37 + second * 104_729.13) % 70_000);
}
