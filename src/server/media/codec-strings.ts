import type { BoxView } from '../lib/mp4-boxes.ts';

/**
 * What a browser is asked about (RFC 6381), out of a sample entry: `avc1.640033`. An entry whose settings cannot be read
 * is told by its four characters alone. Null where there is none. Reading outside of it throws a `RangeError`.
 */
export function codecOfEntry(stsd: BoxView, handler: string): string | null {
  if (stsd.end - stsd.start < 16) return null;
  const type = stsd.type(12);
  if (!/^[\x20-\x7e]{4}$/.test(type)) return null;
  const name = type.trim();
  const size = stsd.u32(8);
  const end = Math.min(stsd.start + 8 + size, stsd.end);
  return (handler === 'vide' ? videoCodec(name, stsd, end) : audioCodec(name, stsd, end)) ?? name;
}

/** Sample entry header, then that of a picture. */
const videoEntryBytes = 8 + 8 + 8 + 70;

function videoCodec(name: string, stsd: BoxView, end: number): string | null {
  const inside = stsd.within(stsd.start + videoEntryBytes, end);
  switch (name) {
    case 'avc1':
    case 'avc3': {
      const config = inside.find('avcC');
      return config ? `${name}.${hex(config.u8(1))}${hex(config.u8(2))}${hex(config.u8(3))}` : null;
    }
    case 'hvc1':
    case 'hev1': {
      const config = inside.find('hvcC');
      return config ? `${name}.${hevcProfile(config)}` : null;
    }
    case 'av01': {
      const config = inside.find('av1C');
      return config ? `${name}.${av1Profile(config)}` : null;
    }
    case 'vp09': {
      const config = inside.find('vpcC');
      return config ? `${name}.${[config.u8(4), config.u8(5), config.u8(6) >> 4].map(two).join('.')}` : null;
    }
    default:
      return null;
  }
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
const two = (value: number): string => String(value).padStart(2, '0');

/** ISO/IEC 14496-15, annex E: space and profile, compatibility with its bits turned round, tier and level, constraints. */
function hevcProfile(config: BoxView): string {
  const first = config.u8(1);
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const tier = (first & 0x20) === 0 ? 'L' : 'H';
  const compatibility = reversed(config.u32(2)).toString(16).toUpperCase();
  const constraints = [6, 7, 8, 9, 10, 11].map((at) => config.u8(at));
  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [`${space}${first & 0x1f}`, compatibility, `${tier}${config.u8(12)}`];
  return [...parts, ...constraints.map((byte) => byte.toString(16).toUpperCase())].join('.');
}

function reversed(bits: number): number {
  let result = 0;
  for (let at = 0; at < 32; at++) result = (result * 2 + ((bits >>> at) & 1)) >>> 0;
  return result;
}

function av1Profile(config: BoxView): string {
  const [profile, level] = [config.u8(1) >> 5, config.u8(1) & 0x1f];
  const flags = config.u8(2);
  const depth = (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
  return `${profile}.${two(level)}${(flags & 0x80) === 0 ? 'M' : 'H'}.${two(depth)}`;
}

/** Sample entry header, then that of a sound, which QuickTime made longer twice. */
const audioEntryBytes = 8 + 8 + 8 + 20;
const moreOfVersion: Readonly<Record<number, number>> = { 1: 16, 2: 36 };

function audioCodec(name: string, stsd: BoxView, end: number): string | null {
  if (name !== 'mp4a' || end - stsd.start < audioEntryBytes) return null;
  const more = moreOfVersion[stsd.u16(24)] ?? 0;
  const inside = stsd.within(stsd.start + audioEntryBytes + more, end);
  const esds = inside.find('esds') ?? inside.find('wave', 'esds');
  const kind = esds && objectType(esds);
  return kind ? `${name}.${kind}` : null;
}

const tags = { stream: 3, config: 4, specific: 5 } as const;

/** The object type of an elementary stream descriptor, and for MPEG-4 audio its kind: `40.2` is AAC-LC. */
function objectType(esds: BoxView): string | null {
  const length = esds.end - esds.start;
  let at = 4;
  let kind: string | null = null;
  while (at + 2 <= length) {
    const tag = esds.u8(at);
    const { value, next } = lengthAt(esds, at + 1);
    if (tag === tags.stream) at = next + 3 + moreOfStream(esds.u8(next + 2));
    else if (tag === tags.config) {
      kind = esds.u8(next).toString(16).toUpperCase().padStart(2, '0');
      if (kind !== '40') return kind;
      at = next + 13;
    } else if (tag === tags.specific && kind !== null) return `${kind}.${audioObjectType(esds, next)}`;
    else at = next + value;
  }
  return kind;
}

const moreOfStream = (flags: number): number =>
  ((flags & 0x80) === 0 ? 0 : 2) + ((flags & 0x20) === 0 ? 0 : 2);

function audioObjectType(esds: BoxView, at: number): number {
  const first = esds.u8(at);
  const type = first >> 3;
  return type === 31 ? 32 + (((first & 7) << 3) | (esds.u8(at + 1) >> 5)) : type;
}

/** A length of up to four bytes, seven bits each. */
function lengthAt(view: BoxView, from: number): { value: number; next: number } {
  let [value, at] = [0, from];
  for (; at < from + 4; at++) {
    const byte = view.u8(at);
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) break;
  }
  return { value, next: at + 1 };
}
