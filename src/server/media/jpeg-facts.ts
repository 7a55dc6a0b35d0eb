import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { EmbeddedPicture } from './embedded-picture.ts';

/** What the head of a photo tells. */
export interface JpegFacts {
  width: number | null;
  height: number | null;
  /** The small picture that cameras put into the head. */
  picture: EmbeddedPicture | null;
}

const headBytes = 256 * 1024;
const maxSegments = 200;

/** Reads the head of a JPEG. Never throws for what is in it. */
export async function readJpegFacts(source: ByteSource): Promise<JpegFacts> {
  const bytes = Buffer.from(await source.read(0, headBytes));
  const facts: JpegFacts = { width: null, height: null, picture: null };
  let at = 2;
  for (let count = 0; count < maxSegments && at + 9 <= bytes.length && bytes[at] === 0xff; count++) {
    const marker = bytes.readUInt8(at + 1);
    const length = bytes.readUInt16BE(at + 2);
    if (isFrame(marker)) {
      return { ...facts, height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker === 0xe1) facts.picture ??= pictureIn(bytes, at + 4, Math.min(at + 2 + length, bytes.length));
    if (marker === 0xda) return facts;
    at += 2 + length;
  }
  return facts;
}

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** A whole JPEG in an Exif segment: nothing else in there begins like one. */
function pictureIn(bytes: Buffer, from: number, to: number): EmbeddedPicture | null {
  const segment = bytes.subarray(from, to);
  if (segment.toString('latin1', 0, 4) !== 'Exif') return null;
  const start = segment.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  const end = segment.lastIndexOf(Buffer.from([0xff, 0xd9]));
  return start < 0 || end <= start ? null : { offset: from + start, bytes: end + 2 - start };
}
