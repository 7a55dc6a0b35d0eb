import { box, fullBox, halfWords, words } from '../lib/mp4-write.ts';
import { withoutGuards, type Codec } from './repair-nal.ts';
import { Span } from './repair-tables.ts';

/** How the pictures of a clip are to be read: out of its sample entry. */
export interface VideoSetup {
  codec: Codec;
  /** Bytes that tell the length of each unit: 4 with every camera. */
  lengthBytes: number;
  /** Parameter sets, without their lengths. */
  sets: Uint8Array[];
  width: number;
  height: number;
  stsd: Uint8Array;
}

const entryHeadBytes = 8;
const visualHeadBytes = 78;

/** What the `stsd` box of a video track tells; null for another codec, or a damaged one. */
export function setupOf(stsd: Uint8Array): VideoSetup | null {
  try {
    const all = new Span(stsd).slice(8, stsd.length);
    const entry = all.slice(8, Math.min(all.length, 8 + all.u32(8)));
    const type = entry.text(4);
    const codec =
      type === 'avc1' || type === 'avc3' ? 'avc' : type === 'hvc1' || type === 'hev1' ? 'hevc' : null;
    if (!codec) return null;
    const config = entry.child(codec === 'avc' ? 'avcC' : 'hvcC', entryHeadBytes + visualHeadBytes);
    if (!config) return null;
    const size = { width: entry.u16(32), height: entry.u16(34) };
    return { codec, stsd, ...size, ...(codec === 'avc' ? avcConfig(config) : hevcConfig(config)) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function avcConfig(config: Span): Pick<VideoSetup, 'lengthBytes' | 'sets'> {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = config.u8(at++) & mask;
    for (let index = 0; index < count; index++) {
      const bytes = config.u16(at);
      sets.push(config.slice(at + 2, at + 2 + bytes).bytes);
      at += 2 + bytes;
    }
  }
  return { lengthBytes: (config.u8(4) & 3) + 1, sets };
}

function hevcConfig(config: Span): Pick<VideoSetup, 'lengthBytes' | 'sets'> {
  const sets: Uint8Array[] = [];
  let at = 23;
  for (let arrays = config.u8(22); arrays > 0; arrays--) {
    const count = config.u16(at + 1);
    at += 3;
    for (let index = 0; index < count; index++) {
      const bytes = config.u16(at);
      sets.push(config.slice(at + 2, at + 2 + bytes).bytes);
      at += 2 + bytes;
    }
  }
  return { lengthBytes: (config.u8(21) & 3) + 1, sets };
}

/** The `stsd` box of pictures with these parameter sets; null when one that is needed is missing. */
export function videoStsd(
  codec: Codec,
  sets: readonly Uint8Array[],
  size: { width: number; height: number },
): Uint8Array | null {
  const config = codec === 'avc' ? avcC(sets) : hvcC(sets);
  if (!config) return null;
  const head = [Buffer.alloc(6), halfWords(1), Buffer.alloc(16), halfWords(size.width, size.height)];
  const print = [words(0x48_0000, 0x48_0000, 0), halfWords(1), Buffer.alloc(32), halfWords(24, 0xffff)];
  const entry = box(codec === 'avc' ? 'avc1' : 'hvc1', ...head, ...print, config);
  return fullBox('stsd', 0, words(1), entry);
}

const kindOf = (codec: Codec, set: Uint8Array): number =>
  codec === 'avc' ? (set[0] ?? 0) & 0x1f : ((set[0] ?? 0) >> 1) & 0x3f;

function distinct(codec: Codec, sets: readonly Uint8Array[], kind: number): Uint8Array[] {
  const seen = new Map<string, Uint8Array>();
  for (const set of sets) if (kindOf(codec, set) === kind) seen.set(Buffer.from(set).toString('hex'), set);
  return [...seen.values()].slice(0, 8);
}

const withLength = (set: Uint8Array) => [halfWords(set.length), set];

function avcC(sets: readonly Uint8Array[]): Buffer | null {
  const [sps, pps] = [distinct('avc', sets, 7), distinct('avc', sets, 8)];
  const first = sps[0];
  if (!first || pps.length === 0 || first.length < 4) return null;
  const head = Buffer.from([1, first[1] ?? 0, first[2] ?? 0, first[3] ?? 0, 0xff, 0xe0 | sps.length]);
  return box('avcC', head, ...sps.flatMap(withLength), Buffer.from([pps.length]), ...pps.flatMap(withLength));
}

/** Profile, tier and level stand in the sequence parameter set behind its first three bytes (ISO 23008-2, 7.3.3). */
function hvcC(sets: readonly Uint8Array[]): Buffer | null {
  const kinds = [32, 33, 34].map((kind) => ({ kind, sets: distinct('hevc', sets, kind) }));
  const sps = kinds[1]?.sets[0];
  if (!sps || kinds.some((each) => each.sets.length === 0)) return null;
  const profile = withoutGuards(sps).subarray(3, 15);
  if (profile.length < 12) return null;
  const arrays = kinds.map(({ kind, sets }) =>
    Buffer.concat([Buffer.from([0x80 | kind]), halfWords(sets.length), ...sets.flatMap(withLength)]),
  );
  const tail = Buffer.from([0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, arrays.length]);
  return box('hvcC', Buffer.from([1]), profile, tail, ...arrays);
}

const sampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
];
/** Samples in one frame of AAC. */
export const aacFrame = 1024;

/** The `stsd` box of AAC sound (ISO 14496-14); null for a rate that AAC does not know. */
export function aacStsd(rate: number, channels: number): Uint8Array | null {
  const index = sampleRates.indexOf(rate);
  if (index === -1 || channels < 1 || channels > 2) return null;
  const lowComplexity = 2;
  const config = halfWords((lowComplexity << 11) | (index << 7) | (channels << 3));
  const specific = Buffer.concat([Buffer.from([5, config.length]), config]);
  const decoder = Buffer.concat([Buffer.from([0x40, 0x15, 0, 0, 0]), words(0, 0), specific]);
  const stream = Buffer.concat([Buffer.from([0, 1, 0, 4, decoder.length]), decoder, Buffer.from([6, 1, 2])]);
  const esds = fullBox('esds', 0, Buffer.concat([Buffer.from([3, stream.length]), stream]));
  return soundStsd('mp4a', { rate, channels }, esds);
}

/** The `stsd` box of sound that is not packed: 16 bits, the lowest byte first. */
export const pcmStsd = (rate: number, channels: number): Uint8Array => soundStsd('sowt', { rate, channels });

function soundStsd(
  type: string,
  { rate, channels }: { rate: number; channels: number },
  config?: Buffer,
): Buffer {
  const head = [Buffer.alloc(6), halfWords(1), Buffer.alloc(8), halfWords(channels, 16, 0, 0)];
  const entry = box(type, ...head, words(Math.min(rate, 0xffff) * 0x1_0000), ...(config ? [config] : []));
  return fullBox('stsd', 0, words(1), entry);
}
