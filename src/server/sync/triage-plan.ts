/** Bytes `[from, to)` of a file. */
export interface Span {
  from: number;
  to: number;
}

/** A stretch of a file that has been read. */
export interface Piece {
  from: number;
  bytes: Uint8Array;
}

/** Where a camera writes the box that tells where its GPS blocks lie: before or behind the pictures. */
export type MoovLayout = 'front' | 'behind';

export type MoovPlace =
  | { kind: 'here'; layout: MoovLayout; bytes: Uint8Array }
  /** These bytes tell more. */
  | { kind: 'at'; span: Span }
  | { kind: 'none'; why: string };

/** Enough for the boxes in front with their picture and the index, and of many clips the first GPS block. */
const headBytes = 256 * 1024;
/** Enough for the index of a clip of minutes, and of many clips the last GPS block. */
const tailBytes = 256 * 1024;
/** What is larger costs more than a sketch of a way is worth. */
const maxMoovBytes = 4 * 1024 * 1024;
const maxBoxes = 200;
/** The record lies within its first bytes: `blockHeadBytes` of tracks/gps-block.ts and some. */
const blockBytes = 512;
/** A way needs a position this often. */
const sampleEveryMs = 30_000;
const requestsOfAMinute = 3;
const mostRequests = 12;

/** What is asked for first: the end, where this camera is known to write the index there and the size is sure. */
export function firstSpan(
  file: { sizeBytes: number | null; sizeExact: boolean },
  layout: MoovLayout | null,
): Span {
  const { sizeBytes, sizeExact } = file;
  if (layout !== 'behind' || sizeBytes === null || !sizeExact || sizeBytes <= tailBytes)
    return { from: 0, to: Math.min(headBytes, sizeBytes ?? headBytes) || headBytes };
  return { from: sizeBytes - tailBytes, to: sizeBytes };
}

/** Where the `moov` box is, as far as the pieces read tell. */
export function findMoov(pieces: readonly Piece[], sizeBytes: number): MoovPlace {
  const tail = pieces.find((piece) => piece.from > 0 && piece.from + piece.bytes.length >= sizeBytes);
  const found = tail ? moovInTail(tail) : null;
  if (found) return { kind: 'here', layout: 'behind', bytes: found };
  let offset = 0;
  let layout: MoovLayout = 'front';
  for (let count = 0; count < maxBoxes && offset + 8 <= sizeBytes; count++) {
    const header = sliceOf(pieces, { from: offset, to: Math.min(offset + 16, sizeBytes) });
    if (!header) return { kind: 'at', span: nextSpan(offset, sizeBytes) };
    const box = boxOf(header);
    if (!box) return { kind: 'none', why: 'its boxes are damaged' };
    if (box.type === 'moov') return wholeMoov(pieces, { offset, bytes: box.bytes, sizeBytes, layout });
    if (box.type === 'mdat') layout = 'behind';
    if (box.bytes === 0) break;
    offset += box.bytes;
  }
  return { kind: 'none', why: 'it has no index yet' };
}

const nextSpan = (offset: number, sizeBytes: number): Span => ({
  from: offset,
  to: Math.min(sizeBytes, offset + (offset === 0 ? headBytes : tailBytes)),
});

function wholeMoov(
  pieces: readonly Piece[],
  at: { offset: number; bytes: number; sizeBytes: number; layout: MoovLayout },
): MoovPlace {
  const end = at.offset + at.bytes;
  if (at.bytes < 16 || end > at.sizeBytes) return { kind: 'none', why: 'its index is cut off' };
  if (at.bytes > maxMoovBytes) return { kind: 'none', why: 'its index is larger than any camera writes' };
  const bytes = sliceOf(pieces, { from: at.offset, to: end });
  if (bytes) return { kind: 'here', layout: at.layout, bytes };
  const known = pieces.find(
    (piece) => piece.from <= at.offset && piece.from + piece.bytes.length > at.offset,
  );
  return { kind: 'at', span: { from: known ? known.from + known.bytes.length : at.offset, to: end } };
}

/** A file that ends with its index is known by it without what is before. */
function moovInTail({ bytes }: Piece): Uint8Array | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = text.indexOf('moov', 4); at >= 4; at = text.indexOf('moov', at + 1)) {
    const boxBytes = text.readUInt32BE(at - 4);
    const isWhole = boxBytes >= 16 && at - 4 + boxBytes <= text.length;
    if (isWhole && text.toString('latin1', at + 8, at + 12) === 'mvhd')
      return bytes.subarray(at - 4, at - 4 + boxBytes);
  }
  return null;
}

function boxOf(header: Uint8Array): { type: string; bytes: number } | null {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const type = String.fromCharCode(...header.subarray(4, 8));
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  const size = view.getUint32(0);
  if (size !== 1) return size === 0 || size >= 8 ? { type, bytes: size } : null;
  if (header.length < 16) return null;
  const large = Number(view.getBigUint64(8));
  return large >= 16 && Number.isSafeInteger(large) ? { type, bytes: large } : null;
}

/** The bytes of a span out of pieces that lie in a row; null when some are missing. */
export function sliceOf(pieces: readonly Piece[], { from, to }: Span): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let at = from;
  while (at < to) {
    const here = pieces.find((piece) => piece.from <= at && piece.from + piece.bytes.length > at);
    if (!here) return null;
    const part = here.bytes.subarray(at - here.from, Math.min(to - here.from, here.bytes.length));
    parts.push(part);
    at += part.length;
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : Buffer.concat(parts);
}

/** Where a GPS block lies, as the index tells. */
export interface BlockPlace {
  offset: number;
  sizeBytes: number;
}

/** What of a block is read: its record lies at its beginning. */
export function spanOfBlock({ offset, sizeBytes }: BlockPlace): Span {
  return { from: offset, to: offset + Math.min(Math.max(sizeBytes, 64), blockBytes) };
}

/** The most requests that the track of a clip of this length is worth: three for a minute. */
export function requestsFor(durationMs: number): number {
  return Math.min(Math.max(requestsOfAMinute, 1 + Math.round(durationMs / sampleEveryMs)), mostRequests);
}

export interface SampleChoice {
  /** Blocks of the clip. */
  count: number;
  /** Those looked at, and whether the receiver knew where it was. */
  taken: readonly { index: number; isFix: boolean }[];
  /** Requests left. */
  left: number;
  /** The clip before or after it does not go on from it: nobody else tells where it began or ended. */
  isFirst: boolean;
  isLast: boolean;
}

/**
 * Which block is read next; null when no other is worth a request. Clips in a row share their ends, so an even pattern
 * that leaves out the end serves a way best; the last one of a drive tells where it ended. A receiver without a fix has
 * one later in the clip, if at all.
 */
export function nextBlock(choice: SampleChoice): number | null {
  const { count, taken, left } = choice;
  if (left <= 0 || taken.length >= count) return null;
  const voids = taken.filter((one) => !one.isFix).map((one) => one.index);
  const knows = taken.some((one) => one.isFix);
  const lastVoid = Math.max(-1, ...voids);
  if (!knows && lastVoid >= 0) return laterThan(lastVoid, choice);
  const wanted = patternOf(choice).filter((index) => !taken.some((one) => isNear(one.index, index, count)));
  return wanted.find((index) => knows || index > lastVoid) ?? null;
}

/** Half way to the end, and then the end itself. */
function laterThan(index: number, { count, left }: SampleChoice): number | null {
  const next = left > 1 ? Math.ceil((index + count - 1) / 2) : count - 1;
  return next > index ? next : null;
}

const isNear = (a: number, b: number, count: number) => Math.abs(a - b) <= Math.floor(count / 20);

function patternOf({ count, taken, left, isFirst, isLast }: SampleChoice): number[] {
  const samples = taken.length + left;
  const steps = isLast && samples > 1 ? samples - 1 : samples;
  if (isLast && samples === 1) return [count - 1];
  const indexes = Array.from({ length: samples }, (_, step) =>
    Math.min(count - 1, Math.round((step * count) / steps)),
  );
  // A receiver that was off needs a while: what comes later tells more surely.
  return isFirst ? indexes.toReversed() : indexes;
}
