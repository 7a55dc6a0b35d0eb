/** A movie of a few key frames of another one: what ffmpeg gets to see of a clip. Pure. */

export interface KeyFrame {
  timeMs: number;
  /** In the file. */
  offset: number;
  bytes: number;
}

/** The picture track of a movie by its key frames. */
export interface KeyFrameTrack {
  /** What is in these boxes. */
  stsd: Uint8Array;
  tkhd: Uint8Array;
  frames: readonly KeyFrame[];
  /** The longest stretch without one. */
  gapMs: number;
}

/** For each of these moments the last key frame at it or before, or the first; each once. */
export function framesAt(frames: readonly KeyFrame[], momentsMs: readonly number[]): KeyFrame[] {
  let index = 0;
  const chosen = new Set<KeyFrame>();
  for (const moment of momentsMs.toSorted((a, b) => a - b)) {
    while ((frames[index + 1]?.timeMs ?? Infinity) <= moment) index++;
    const frame = frames[index];
    if (frame) chosen.add(frame);
  }
  return [...chosen];
}

const timescale = 1000;

/** What goes before the frames' bytes, one after the other, to make a movie that shows each at its own time. */
export function movieHead(track: Pick<KeyFrameTrack, 'stsd' | 'tkhd'>, frames: readonly KeyFrame[]): Buffer {
  const first = box('ftyp', text('isom'), u32(0x200), text('isom'));
  const payload = frames.reduce((sum, { bytes }) => sum + bytes, 0);
  const moovBytes = moov(track, frames, 0).length;
  const head = [first, moov(track, frames, first.length + moovBytes + 8), u32(payload + 8), text('mdat')];
  return Buffer.concat(head);
}

function moov(
  { stsd, tkhd }: Pick<KeyFrameTrack, 'stsd' | 'tkhd'>,
  frames: readonly KeyFrame[],
  dataAt: number,
): Buffer {
  const times = frames.map(({ timeMs }) => Math.round(timeMs));
  const steps = times.map((time, index) => Math.max(1, (times[index + 1] ?? time + timescale) - time));
  const durationMs = steps.reduce((sum, step) => sum + step, 0);
  const tables = [
    box('stsd', stsd),
    table(
      'stts',
      frames.length,
      steps.flatMap((step) => [1, step]),
    ),
    table('stsc', 1, [1, frames.length, 1]),
    box('stsz', u32(0, 0, frames.length, ...frames.map(({ bytes }) => bytes))),
    table('stco', 1, [dataAt]),
  ];
  const noData = box('dinf', box('dref', u32(0, 1), box('url ', u32(1))));
  const media = box(
    'mdia',
    box('mdhd', u32(0, 0, 0, timescale, durationMs, 0)),
    box('hdlr', u32(0, 0), text('vide'), u32(0, 0, 0, 0)),
    box('minf', box('vmhd', u32(1, 0, 0)), noData, box('stbl', ...tables)),
  );
  const header = box(
    'mvhd',
    u32(0, 0, 0, timescale, durationMs),
    u32(0x10000, 0x1000000),
    Buffer.alloc(72),
    u32(2),
  );
  return box('moov', header, box('trak', box('tkhd', tkhd), media));
}

const table = (type: string, count: number, values: readonly number[]): Buffer =>
  box(type, u32(0, count, ...values));

function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
}

const text = (four: string): Buffer => Buffer.from(four, 'latin1');

function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
