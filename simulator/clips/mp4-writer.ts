import type { ClipSpec } from '../clip-source.ts';
import { LOOP_SECONDS, type BaseFootage } from './base-footage.ts';
import { Composition, seedPhase, SegmentWriter, type Filler } from './composition.ts';
import { box, u32s, u64Table } from './mp4-boxes.ts';
import { buildMoov, type MoovTrack } from './mp4-moov.ts';
import { blockAlignment, gpsBlockHead, gpsIndexBox } from './novatek-gps-writer.ts';
import { RECOVERY_BLOCK_BYTES, recoveryBlock, type PlacedChunk } from './novatek-recovery-writer.ts';
import { planSeconds, spreadOverSeconds, type ClipSecond, type MediaChunk } from './timeline.ts';

/** Where `mdat` starts when `moov` is in front, and the step by which that grows (camera.md section 6). */
const FRONT_REGION_BYTES = 0x10000;
/** A multiple of what GPS blocks are aligned to: padding by it leaves every block aligned. */
const PADDING_STEP_BYTES = 0x8000;
const MAX_32_BIT = 0xffffffff;

export interface Mp4Parts {
  footage: BaseFootage;
  thumbnail: Buffer | null;
  filler: Filler;
}

/** What stands in `mdat`, and the file positions that the movie box needs to know. */
interface MdatLayout {
  writer: SegmentWriter;
  videoOffsets: number[];
  audioOffsets: number[];
  gpsOffsets: number[];
  /** Position of the last block of the recovery index; 0 while there is none. */
  recoveryOffset: number;
  /** Samples that were laid so far. */
  samples: { video: number; audio: number };
}

/** Lays out one MP4 or MOV clip as a Novatek camera writes it (camera.md sections 4.1 and 6). */
export function composeMp4(spec: ClipSpec, parts: Mp4Parts): Composition {
  const seconds = planSeconds(parts.footage, spec.durationSeconds, seedPhase(spec.seed, LOOP_SECONDS));
  const head = [buildFtyp(spec), ...(parts.thumbnail ? [buildSkip(spec, parts.thumbnail)] : [])];
  const headBytes = head.reduce((sum, part) => sum + part.length, 0);
  const wide = needsWide(spec, seconds);
  const moovFor = (layout: MdatLayout | null) => buildMovie(spec, { parts, seconds, layout, wide });
  const moovBytes = moovFor(null).length;
  const mdatStart = spec.moov === 'front' ? frontRegionEnd(headBytes + moovBytes) : headBytes;
  const behindMdatBytes = spec.moov === 'front' ? 0 : moovBytes;

  const layout = layMdat(spec, { parts, seconds, bodyStart: mdatStart + (wide ? 16 : 8), behindMdatBytes });
  const mdatHeader = buildMdatHeader(layout.writer.position - mdatStart, wide);
  const whole = new SegmentWriter({ filler: parts.filler, seed: spec.seed });
  for (const part of head) whole.bytes(part);
  if (spec.moov === 'front') {
    whole.bytes(moovFor(layout));
    whole.bytes(Buffer.concat([u32s(mdatStart - whole.position), Buffer.from('skip', 'latin1')]));
    whole.zeros(mdatStart - whole.position);
  }
  whole.bytes(mdatHeader);
  for (const segment of layout.writer.segments) whole.repeat(segment);
  if (spec.moov === 'back') whole.bytes(moovFor(layout));
  return new Composition(whole.segments);
}

function buildFtyp({ container }: ClipSpec): Buffer {
  const brands = container === 'mov' ? 'qt  \0\0\0\0qt  \0\0\0\0\0\0\0\0' : 'mp42\0\0\0\0isomavc1mp42';
  return box('ftyp', Buffer.from(brands, 'latin1'));
}

/** The front header with the still that the camera shows in its own gallery. */
function buildSkip({ durationSeconds, seed }: ClipSpec, thumbnail: Buffer): Buffer {
  return box('skip', box('tima', u32s(Math.round(durationSeconds))), seedBox(seed), box('thma', thumbnail));
}

/** Eight bytes that differ between clips of different seeds. */
function seedBox(seed: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(seed);
  return box('ver ', bytes);
}

function frontRegionEnd(usedBytes: number): number {
  const skipHeaderBytes = 8;
  return Math.ceil((usedBytes + skipHeaderBytes) / FRONT_REGION_BYTES) * FRONT_REGION_BYTES;
}

/** Whether positions may pass 32 bits; every GPS block may cost its own size again in alignment. */
function needsWide(spec: ClipSpec, seconds: readonly ClipSecond[]): boolean {
  const media = seconds.reduce((sum, { video, audio }) => sum + chunkBytes(video) + chunkBytes(audio), 0);
  const gps = spec.gps ? spec.gps.samples.length * spec.gps.blockBytes * 2 : 0;
  const recovery = spec.recoveryIndex ? seconds.length * RECOVERY_BLOCK_BYTES : 0;
  return Math.max(spec.sizeBytes ?? 0, media + gps + recovery + 16 * FRONT_REGION_BYTES) > MAX_32_BIT;
}

function chunkBytes(chunk: MediaChunk | null): number {
  return chunk?.bytes.length ?? 0;
}

function buildMdatHeader(sizeBytes: number, wide: boolean): Buffer {
  const type = Buffer.from('mdat', 'latin1');
  if (!wide) return Buffer.concat([u32s(sizeBytes), type]);
  return Buffer.concat([u32s(1), type, u64Table([sizeBytes])]);
}

interface MdatPlan {
  parts: Mp4Parts;
  seconds: readonly ClipSecond[];
  /** File position of the first byte behind the `mdat` header. */
  bodyStart: number;
  behindMdatBytes: number;
}

/** Lays the seconds once tightly to learn the natural size, then with the padding that is missing. */
function layMdat(spec: ClipSpec, plan: MdatPlan): MdatLayout {
  const tight = laySeconds(spec, plan, 0);
  const missingBytes = (spec.sizeBytes ?? 0) - tight.writer.position - plan.behindMdatBytes;
  if (missingBytes <= 0) return tight;
  const steps = Math.floor(missingBytes / plan.seconds.length / PADDING_STEP_BYTES);
  const perSecondBytes = steps * PADDING_STEP_BYTES;
  const padded = laySeconds(spec, plan, perSecondBytes);
  padded.writer.noise(missingBytes - perSecondBytes * plan.seconds.length);
  return padded;
}

/** Per second: its GPS blocks on their boundary, the pictures, the sound, its recovery index, padding. */
function laySeconds(spec: ClipSpec, plan: MdatPlan, padBytes: number): MdatLayout {
  const writer = new SegmentWriter({
    filler: plan.parts.filler,
    seed: spec.seed,
    startBytes: plan.bodyStart,
  });
  const layout: MdatLayout = {
    writer,
    videoOffsets: [],
    audioOffsets: [],
    gpsOffsets: [],
    recoveryOffset: 0,
    samples: { video: 0, audio: 0 },
  };
  const gpsBySecond = spreadOverSeconds(spec.gps?.samples.length ?? 0, plan.seconds.length);
  for (const [second, clipSecond] of plan.seconds.entries()) {
    for (const index of gpsBySecond[second] ?? []) layGpsBlock(spec, layout, index);
    layChunk(writer, clipSecond.video, layout.videoOffsets);
    layChunk(writer, clipSecond.audio, layout.audioOffsets);
    layRecoveryBlock(spec, plan, layout, clipSecond);
    writer.noise(padBytes);
  }
  return layout;
}

function layChunk(writer: SegmentWriter, chunk: MediaChunk | null, offsets: number[]): void {
  if (!chunk) return;
  offsets.push(writer.position);
  writer.bytes(chunk.bytes);
}

function layRecoveryBlock(spec: ClipSpec, plan: MdatPlan, layout: MdatLayout, second: ClipSecond): void {
  if (!spec.recoveryIndex) return;
  const { footage } = plan.parts;
  const video = placed(footage.video, second.video, layout.videoOffsets, layout.samples.video);
  const audio = placed(footage.audio, second.audio, layout.audioOffsets, layout.samples.audio);
  const block = recoveryBlock({
    kind: spec.recoveryIndex,
    video,
    audio,
    previous: layout.recoveryOffset,
    headerBytes: plan.bodyStart,
  });
  layout.recoveryOffset = layout.writer.position;
  layout.samples.video += second.video?.sampleCount ?? 0;
  layout.samples.audio += second.audio?.sampleCount ?? 0;
  layout.writer.bytes(block);
}

/** The samples of a second with the place that they were laid at just now. */
function placed(
  track: MoovTrack['track'] | null,
  chunk: MediaChunk | null,
  offsets: readonly number[],
  before: number,
): PlacedChunk | null {
  return track && chunk ? { track, chunk, offset: offsets.at(-1) ?? 0, before } : null;
}

function layGpsBlock({ gps }: ClipSpec, { writer, gpsOffsets }: MdatLayout, index: number): void {
  const sample = gps?.samples[index];
  if (!gps || !sample) return;
  writer.align(blockAlignment(gps.blockBytes));
  gpsOffsets.push(writer.position);
  const head = gpsBlockHead(sample, gps, index);
  writer.bytes(head);
  writer.zeros(gps.blockBytes - head.length);
}

interface MoviePlan {
  parts: Mp4Parts;
  seconds: readonly ClipSecond[];
  /** Null to learn the length only. */
  layout: MdatLayout | null;
  wide: boolean;
}

function buildMovie(spec: ClipSpec, { parts, seconds, layout, wide }: MoviePlan): Buffer {
  const { video, audio } = parts.footage;
  const tracks = [
    moovTrack(
      video,
      seconds.map((second) => second.video),
      layout?.videoOffsets,
    ),
  ];
  if (audio)
    tracks.push(
      moovTrack(
        audio,
        seconds.map((second) => second.audio),
        layout?.audioOffsets,
      ),
    );
  const extras = [box('udta', seedBox(spec.seed))];
  if (spec.gps?.index) {
    const offsets = layout?.gpsOffsets ?? spec.gps.samples.map(() => 0);
    extras.push(gpsIndexBox(offsets, spec.gps.blockBytes, spec.gps.quirks));
  }
  const { startedLocal, container } = spec;
  return buildMoov({ tracks, startedLocal, wideOffsets: wide, quickTime: container === 'mov', extras });
}

function moovTrack(
  track: MoovTrack['track'],
  chunksBySecond: readonly (MediaChunk | null)[],
  offsets: readonly number[] | undefined,
): MoovTrack {
  const chunks = chunksBySecond.filter((chunk) => chunk !== null);
  return { track, chunks, chunkOffsets: offsets ?? chunks.map(() => 0) };
}
