import type { RecoveryKind } from '../clip-source.ts';
import { box, findBox, requireBox, u32s } from './mp4-boxes.ts';
import { at, type SampleTrack } from './mp4-samples.ts';
import type { MediaChunk } from './timeline.ts';

/** Of one second: about what a camera reserves for it (camera.md section 6). */
export const RECOVERY_BLOCK_BYTES = 0x2000;
const END_MAGIC = 'clur';
const AAC = 2;
/** Motion JPEG is 1. */
const VIDEO_CODES = { avc1: 2, hvc1: 3 } as const;
const VERSIONS: Record<RecoveryKind, number> = { short: 0x301, long: 0x321 };

/** Samples that stand together, and where the first of them does. */
export interface PlacedChunk {
  track: SampleTrack;
  chunk: MediaChunk;
  offset: number;
  /** How many samples of the track came before. */
  before: number;
}

export interface RecoverySecond {
  kind: RecoveryKind;
  video: PlacedChunk | null;
  audio: PlacedChunk | null;
  /** File position of the block before; 0 for the first. */
  previous: number;
  /** File position of the media: what stands before it is the header. */
  headerBytes: number;
}

/**
 * One block of the recovery index: `free` with `nidx` in it, which lists the samples since the block before. Sizes of
 * boxes have their highest byte first, all else its lowest.
 */
export function recoveryBlock(second: RecoverySecond): Buffer {
  const { video, audio, kind } = second;
  const lists = Buffer.concat([
    listOf(video, kind),
    listOf(audio, kind),
    video ? describe(video.track.stsd) : little(0),
  ]);
  const body = Buffer.concat([headOf(second), lists]);
  const nidx = Buffer.concat([u32s(body.length + 8), Buffer.from('nidx', 'latin1'), body]);
  const block = Buffer.alloc(RECOVERY_BLOCK_BYTES);
  if (nidx.length + 16 > block.length)
    throw new RangeError('a second of more samples than a block has room for');
  box('free', nidx).copy(block);
  block.writeUInt32BE(block.length, 0);
  little(block.length).copy(block, block.length - 8);
  block.write(END_MAGIC, block.length - 4, 'latin1');
  return block;
}

function headOf({ kind, video, audio, previous, headerBytes }: RecoverySecond): Buffer {
  const tail = [...pictureFields(video), ...soundFields(audio), headerBytes, VERSIONS[kind]];
  const [startVideo, startAudio] = [video?.before ?? 0, audio?.before ?? 0];
  if (kind === 'short') return little(startAudio, AAC, previous, startVideo, ...tail);
  const timeId = 1;
  return Buffer.concat([little(timeId, startAudio, AAC, startVideo), long(previous), little(...tail)]);
}

const pictureFields = (video: PlacedChunk | null): number[] =>
  video ? [video.track.widthPixels, video.track.heightPixels, codeOf(video), rateOf(video)] : [0, 0, 0, 0];

const soundFields = (audio: PlacedChunk | null): number[] =>
  audio ? [audio.track.timescale, channelsOf(audio.track.stsd)] : [0, 0];

function listOf(placed: PlacedChunk | null, kind: RecoveryKind): Buffer {
  if (!placed) return little(0);
  const { track, chunk, offset } = placed;
  const entries: Buffer[] = [];
  let position = offset;
  for (let number = chunk.firstSample; number < chunk.firstSample + chunk.sampleCount; number += 1) {
    const size = at(track.sizes, number);
    const flags = Buffer.from([at(track.syncs, number) ? 1 : 0, 0, 1, 0]);
    entries.push(kind === 'short' ? little(position) : long(position), little(size), flags);
    position += size;
  }
  return Buffer.concat([little(chunk.sampleCount), ...entries]);
}

/** The parameter sets of the pictures behind start codes, with their length in front. */
function describe(stsd: Buffer): Buffer {
  const code = Buffer.from([0, 0, 0, 1]);
  const bytes = Buffer.concat(parameterSets(stsd).flatMap((set) => [code, set]));
  return Buffer.concat([little(bytes.length), bytes]);
}

const STSD_HEAD_BYTES = 8;
const VISUAL_HEAD_BYTES = 78;

function parameterSets(stsd: Buffer): Buffer[] {
  const entries = requireBox(stsd, 'stsd').subarray(STSD_HEAD_BYTES);
  const avc = findBox(entries, ['avc1']);
  if (avc) return avcSets(requireBox(avc.subarray(VISUAL_HEAD_BYTES), 'avcC'));
  return hevcSets(requireBox(requireBox(entries, 'hvc1').subarray(VISUAL_HEAD_BYTES), 'hvcC'));
}

function avcSets(config: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let position = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = config.readUInt8(position) & mask;
    position += 1;
    for (let index = 0; index < count; index += 1) position = takeSet(config, position, sets);
  }
  return sets;
}

function hevcSets(config: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let position = 23;
  for (let arrays = config.readUInt8(22); arrays > 0; arrays -= 1) {
    const isSet = (config.readUInt8(position) & 0x3f) <= 34;
    const count = config.readUInt16BE(position + 1);
    position += 3;
    for (let index = 0; index < count; index += 1) position = takeSet(config, position, isSet ? sets : []);
  }
  return sets;
}

function takeSet(config: Buffer, position: number, sets: Buffer[]): number {
  const end = position + 2 + config.readUInt16BE(position);
  sets.push(config.subarray(position + 2, end));
  return end;
}

const codeOf = (placed: PlacedChunk): number =>
  placed.track.stsd.includes('hvc1') ? VIDEO_CODES.hvc1 : VIDEO_CODES.avc1;

const rateOf = ({ track }: PlacedChunk): number => Math.round(track.timescale / track.sampleTicks);

/** Of the sample entry behind the heads of `stsd` and the entry (ISO 14496-12, 12.2.3). */
const channelsOf = (stsd: Buffer): number => stsd.readUInt16BE(16 + 8 + 16);

function little(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
