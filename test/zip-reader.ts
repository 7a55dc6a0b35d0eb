import { crc32 } from 'node:zlib';

export interface ReadEntry {
  name: string;
  bytes: Buffer;
  /** `2026-06-28T13:34:16`, as the zip shows it. */
  wall: string;
}

const endMark = 0x06054b50;
const centralMark = 0x02014b50;
const localMark = 0x04034b50;

/** Reads a whole zip of stored entries by its directory; throws where anything in it does not agree. */
export function readZip(zip: Buffer): ReadEntry[] {
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== endMark) throw new Error('the zip does not end as one');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  const entries: ReadEntry[] = [];
  for (let index = 0; index < count; index++) {
    const { entry, next } = readEntry(zip, at);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw new Error('there is something between the directory and its end');
  return entries;
}

function readEntry(zip: Buffer, at: number): { entry: ReadEntry; next: number } {
  if (zip.readUInt32LE(at) !== centralMark) throw new Error('the directory is broken');
  const nameLength = zip.readUInt16LE(at + 28);
  const next = at + 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
  const [size, local] = [zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 42)];
  if (zip.readUInt16LE(at + 10) !== 0 || zip.readUInt32LE(at + 20) !== size) throw new Error('not stored');
  if (zip.readUInt32LE(local) !== localMark) throw new Error('an entry is not where it should be');
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(from, from + size);
  if (crc32(bytes) !== zip.readUInt32LE(at + 16)) throw new Error(`the sum of ${name} is wrong`);
  return { entry: { name, bytes, wall: wallOf(zip.readUInt16LE(at + 14), zip.readUInt16LE(at + 12)) }, next };
}

const two = (value: number) => String(value).padStart(2, '0');

function wallOf(date: number, time: number): string {
  const day = `${(date >> 9) + 1980}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day}T${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
}
