/**
 * Just enough of H.264 (ISO 14496-10) and H.265 (ISO 23008-2) to tell a unit of a stream from other bytes, and where
 * a picture begins: kinds of units, and the first fields of slices.
 */

export type Codec = 'avc' | 'hevc';

/** What the parameter sets say of how slices are written. */
export interface SliceRules {
  codec: Codec;
  /** Bits of the number that pictures carry: `frame_num`, or `pic_order_cnt_lsb`. */
  counterBits: number;
  width: number;
  height: number;
  /** Of H.264: pictures may be coded plane by plane. Of H.265: bits of a slice that nobody knows. */
  extraBits: number;
  /** The parameter sets themselves: those in the stream are the same. */
  sets: readonly Uint8Array[];
}

/** One unit of a stream, as its first bytes tell. */
export interface Unit {
  /** It carries a part of a picture. */
  isSlice: boolean;
  /** A picture begins with it (or with what stands before its slices). */
  isFirst: boolean;
  /** Of a picture that decodes by itself. */
  isKey: boolean;
  /** The number of the picture; null when the unit carries none. */
  counter: number | null;
  /** Numbers count on behind it. */
  isCounted: boolean;
}

/** Bytes of a unit that are looked at. */
export const unitHeadBytes = 48;

/** Of a unit's first byte. */
export const typeOf = (codec: Codec, first: number): number =>
  codec === 'avc' ? first & 0x1f : (first >> 1) & 0x3f;

const isSet = (codec: Codec, type: number): boolean =>
  codec === 'avc' ? type === 7 || type === 8 : type >= 32 && type <= 34;

/**
 * What the unit of `bytes` bytes is whose first bytes are `head`; null when they cannot be those of a unit that a
 * camera writes.
 */
export function readUnit(head: Uint8Array, bytes: number, rules: SliceRules): Unit | null {
  if (bytes < 2 || head.length < Math.min(bytes, 4)) return null;
  try {
    return rules.codec === 'avc' ? readAvc(head, bytes, rules) : readHevc(head, bytes, rules);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const aside: Unit = { isSlice: false, isFirst: true, isKey: false, counter: null, isCounted: false };

function readAvc(head: Uint8Array, bytes: number, rules: SliceRules): Unit | null {
  const first = head[0] ?? 0x80;
  if ((first & 0x80) !== 0) return null;
  const type = first & 0x1f;
  const isImportant = (first & 0x60) !== 0;
  if (type === 1 || (type === 5 && isImportant)) return readAvcSlice(head, rules);
  const isAside = isImportant
    ? isSet('avc', type) && isKnownSet(head, bytes, rules)
    : isAvcAside(head, bytes);
  return isAside ? aside : null;
}

/** A message, or the mark between two pictures. */
function isAvcAside(head: Uint8Array, bytes: number): boolean {
  if (head[0] === 6) return isMessage(head, 1, bytes);
  return head[0] === 9 && bytes === 2 && ((head[1] ?? 0) & 0x1f) === 0x10;
}

/** Slices that refer to nothing, of the ten kinds: only of them are pictures that decode by themselves. */
const isAlone = (kind: number): boolean => kind % 5 === 2 || kind % 5 === 4;

function readAvcSlice(head: Uint8Array, rules: SliceRules): Unit | null {
  const bits = new Bits(withoutGuards(head.subarray(1)));
  const block = bits.unsigned();
  const kind = bits.unsigned();
  const set = bits.unsigned();
  bits.skip(rules.extraBits);
  const counter = bits.read(rules.counterBits);
  const isKey = ((head[0] ?? 0) & 0x1f) === 5;
  const blocks = Math.ceil(rules.width / 16) * Math.ceil(rules.height / 16);
  if (block >= blocks || kind > 9 || set > 15) return null;
  if (isKey && (!isAlone(kind) || counter !== 0)) return null;
  return { isSlice: true, isFirst: block === 0, isKey, counter, isCounted: ((head[0] ?? 0) & 0x60) !== 0 };
}

function readHevc(head: Uint8Array, bytes: number, rules: SliceRules): Unit | null {
  if (!isHevcHead(head)) return null;
  const type = typeOf('hevc', head[0] ?? 0);
  if (type <= 9 || isHevcKey(type)) return readHevcSlice(head, type, rules);
  if (isSet('hevc', type)) return isKnownSet(head, bytes, rules) ? aside : null;
  if (type === 35) return bytes === 3 ? aside : null;
  // One kind of message stands before the slices of a picture, the other behind them.
  const isText = (type === 39 || type === 40) && isMessage(head, 2, bytes);
  return isText ? { ...aside, isFirst: type === 39 } : null;
}

/** No layers but the first, and a time layer that is counted from one. */
const isHevcHead = ([first = 0x80, second = 0]: Uint8Array): boolean =>
  (first & 0x81) === 0 && second > 0 && second <= 7;

const isHevcKey = (type: number): boolean => type >= 16 && type <= 21;

function readHevcSlice(head: Uint8Array, type: number, rules: SliceRules): Unit | null {
  const isKey = type >= 16;
  const bits = new Bits(withoutGuards(head.subarray(2)));
  const isFirst = bits.read(1) === 1;
  if (isKey) bits.skip(1);
  if (bits.unsigned() > 63) return null;
  if (!isFirst) return { isSlice: true, isFirst, isKey, counter: null, isCounted: false };
  bits.skip(rules.extraBits);
  const kind = bits.unsigned();
  if (kind > 2 || (isKey && kind !== 2)) return null;
  const isReset = type === 19 || type === 20;
  const counter = isReset ? 0 : bits.read(rules.counterBits);
  return { isSlice: true, isFirst, isKey, counter, isCounted: true };
}

/** A message says its kind and its length, which must be in the unit. */
function isMessage(head: Uint8Array, from: number, bytes: number): boolean {
  let at = from;
  while (head[at] === 0xff) at++;
  at++;
  let length = 0;
  while (head[at] === 0xff) {
    length += 255;
    at++;
  }
  return at < head.length && length + (head[at] ?? 0) + at < bytes;
}

function isKnownSet(head: Uint8Array, bytes: number, { sets }: SliceRules): boolean {
  return sets.some(
    (set) => set.length === bytes && head.every((byte, index) => index >= set.length || set[index] === byte),
  );
}

/**
 * The rules of a stream with these parameter sets; null without a sequence parameter set that can be read. A stream of
 * H.264 whose pictures may be single fields is none of a camera's.
 */
export function rulesOf(codec: Codec, sets: readonly Uint8Array[]): SliceRules | null {
  try {
    const sps = sets.find((set) => typeOf(codec, set[0] ?? 0) === (codec === 'avc' ? 7 : 33));
    if (!sps) return null;
    if (codec === 'avc') return { codec, sets, ...readAvcSps(sps) };
    const pps = sets.find((set) => typeOf(codec, set[0] ?? 0) === 34);
    return { codec, sets, ...readHevcSps(sps), extraBits: pps ? extraBitsOf(pps) : 0 };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Geometry = Pick<SliceRules, 'counterBits' | 'width' | 'height'>;

const profilesWithChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128]);

function readAvcSps(sps: Uint8Array): Geometry & { extraBits: number } {
  const bits = new Bits(withoutGuards(sps.subarray(1)));
  const profile = bits.read(8);
  bits.skip(16);
  bits.unsigned();
  const chroma = profilesWithChroma.has(profile) ? readChroma(bits) : { format: 1, isSeparate: false };
  const counterBits = bits.unsigned() + 4;
  skipPictureOrder(bits);
  bits.unsigned();
  bits.skip(1);
  const columns = bits.unsigned() + 1;
  const rows = bits.unsigned() + 1;
  const isFrames = bits.read(1) === 1;
  if (!isFrames) bits.skip(1);
  bits.skip(1);
  const [left, right, top, bottom] = bits.read(1) === 1 ? four(bits) : [0, 0, 0, 0];
  if (counterBits > 16) throw new RangeError('a number of more bits than there are');
  const [unitX, unitY] =
    chroma.format === 0 || chroma.format === 3 ? [1, 1] : [2, chroma.format === 1 ? 2 : 1];
  const lines = isFrames ? 1 : 2;
  return {
    counterBits,
    width: columns * 16 - (left + right) * unitX,
    height: rows * 16 * lines - (top + bottom) * unitY * lines,
    extraBits: chroma.isSeparate ? 2 : 0,
  };
}

function readChroma(bits: Bits): { format: number; isSeparate: boolean } {
  const format = bits.unsigned();
  const isSeparate = format === 3 && bits.read(1) === 1;
  bits.unsigned();
  bits.unsigned();
  bits.skip(1);
  if (bits.read(1) === 1)
    for (let list = 0; list < (format === 3 ? 12 : 8); list++)
      if (bits.read(1) === 1) skipScaling(bits, list < 6 ? 16 : 64);
  return { format, isSeparate };
}

function skipScaling(bits: Bits, size: number): void {
  let [last, next] = [8, 8];
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + bits.signed() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function skipPictureOrder(bits: Bits): void {
  const kind = bits.unsigned();
  if (kind === 0) bits.unsigned();
  if (kind !== 1) return;
  bits.skip(1);
  bits.signed();
  bits.signed();
  const cycle = bits.unsigned();
  if (cycle > 255) throw new RangeError('a cycle of more pictures than there are');
  for (let index = 0; index < cycle; index++) bits.signed();
}

const four = (bits: Bits): [number, number, number, number] => [
  bits.unsigned(),
  bits.unsigned(),
  bits.unsigned(),
  bits.unsigned(),
];

function readHevcSps(sps: Uint8Array): Geometry {
  const bits = new Bits(withoutGuards(sps.subarray(2)));
  bits.skip(4);
  const layers = bits.read(3);
  bits.skip(1);
  skipProfile(bits, layers);
  bits.unsigned();
  const format = bits.unsigned();
  if (format === 3) bits.skip(1);
  const width = bits.unsigned();
  const height = bits.unsigned();
  const [left, right, top, bottom] = bits.read(1) === 1 ? four(bits) : [0, 0, 0, 0];
  bits.unsigned();
  bits.unsigned();
  const counterBits = bits.unsigned() + 4;
  if (counterBits > 16) throw new RangeError('a number of more bits than there are');
  const [unitX, unitY] = format === 0 || format === 3 ? [1, 1] : [2, format === 1 ? 2 : 1];
  return { counterBits, width: width - (left + right) * unitX, height: height - (top + bottom) * unitY };
}

function skipProfile(bits: Bits, layers: number): void {
  bits.skip(96);
  const has: [boolean, boolean][] = [];
  for (let layer = 0; layer < layers; layer++) has.push([bits.read(1) === 1, bits.read(1) === 1]);
  if (layers > 0) bits.skip((8 - layers) * 2);
  for (const [hasProfile, hasLevel] of has) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
}

function extraBitsOf(pps: Uint8Array): number {
  const bits = new Bits(withoutGuards(pps.subarray(2)));
  bits.unsigned();
  bits.unsigned();
  bits.skip(2);
  return bits.read(3);
}

/** Without the bytes that keep start codes out of a unit. */
export function withoutGuards(unit: Uint8Array): Uint8Array {
  const out = new Uint8Array(unit.length);
  let [zeros, length] = [0, 0];
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** Bits from the highest on. Reading behind the end throws a `RangeError`. */
class Bits {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) {
      const byte = this.bytes[this.at >> 3];
      if (byte === undefined) throw new RangeError('behind the end');
      value = value * 2 + ((byte >> (7 - (this.at & 7))) & 1);
      this.at++;
    }
    return value;
  }

  skip(count: number): void {
    this.at += count;
  }

  /** Exponential Golomb. */
  unsigned(): number {
    let zeros = 0;
    while (this.read(1) === 0) if (++zeros > 31) throw new RangeError('no number');
    return 2 ** zeros - 1 + this.read(zeros);
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }
}
