import { topLevelBoxes, type Box, type ByteSource } from '../lib/mp4-boxes.ts';

/** Where in a file a JPEG lies. */
export interface EmbeddedPicture {
  offset: number;
  bytes: number;
}

/** The boxes in front of a recording that cameras put their own pictures into. */
const holders = new Set(['skip', 'frea']);
/** The larger one first. */
const pictureTypes = ['scra', 'thma'] as const;
const maxPictureBytes = 2 * 1024 * 1024;
const maxHolderBytes = 8 * 1024 * 1024;
const maxBoxesInside = 64;
/** Some firmware puts a few bytes before the JPEG. */
const maxLeadBytes = 32;

/** The JPEG that the camera itself put into an MP4 or MOV; null when there is none, or when it is broken. */
export async function findEmbeddedPicture(
  source: ByteSource,
  boxes: readonly Box[],
): Promise<EmbeddedPicture | null> {
  for (const holder of boxes.filter(mayHold)) {
    const { boxes: inside } = await topLevelBoxes(stretch(source, holder), maxBoxesInside);
    for (const type of pictureTypes) {
      const box = inside.find((each) => each.type === type);
      const from = holder.offset + holder.headerBytes;
      const found = box && (await checked(source, { ...box, offset: from + box.offset }));
      if (found) return found;
    }
  }
  return null;
}

const mayHold = (box: Box): boolean => holders.has(box.type) && box.sizeBytes <= maxHolderBytes;

/** What is in a box, as a source of its own. */
const stretch = (source: ByteSource, box: Box): ByteSource => {
  const from = box.offset + box.headerBytes;
  const sizeBytes = Math.max(0, Math.min(box.sizeBytes - box.headerBytes, source.sizeBytes - from));
  return {
    sizeBytes,
    read: (offset, length) => source.read(from + offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  };
};

/** A whole JPEG begins with FF D8 FF and ends, but for zeros behind it, with FF D9. */
async function checked(source: ByteSource, box: Box): Promise<EmbeddedPicture | null> {
  const from = box.offset + box.headerBytes;
  const length = box.sizeBytes - box.headerBytes;
  if (length < 4 || length > maxPictureBytes || from + length > source.sizeBytes) return null;
  const bytes = Buffer.from(await source.read(from, length));
  const start = bytes.subarray(0, maxLeadBytes + 3).indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
  if (start < 0 || end <= start) return null;
  const isPadding = bytes.subarray(end + 2).every((byte) => byte === 0 || byte === 0xff);
  return isPadding ? { offset: from + start, bytes: end + 2 - start } : null;
}
