/** What pictures are made of a clip, and what ffmpeg is told for them. Pure. */
import type { Container } from '../../shared/clips.ts';
import type { Filmstrip } from '../../shared/media.ts';

/** Raised when pictures are made in another way: those that are there are then made anew. */
export const pictureVersions = { thumbnail: 1, filmstrip: 1 } as const;

/** What is known of the clip's picture and length; null is not known. */
export interface PictureFacts {
  durationMs: number | null;
  width: number | null;
  height: number | null;
}

const thumbnailWidth = 480;
const tileWidth = 240;
const columns = 10;
const maxFrames = 60;
const tileEveryMs = 2500;
/** Of pictures of 4K, decoding takes the most of the time. */
const largeTileEveryMs = 4000;
const largePixels = 4_000_000;
/** Below this many tiles there are more of them, down to one a second. */
const wantedFrames = 10;

/**
 * About a tile every two and a half seconds of footage (four of 4K), between ten and sixty where it is long enough; one
 * below a second.
 */
export function filmstripPlan({ durationMs, width, height }: PictureFacts): Filmstrip {
  const length = Math.max(durationMs ?? 0, 1);
  const everyMs = (width ?? 0) * (height ?? 0) > largePixels ? largeTileEveryMs : tileEveryMs;
  const aSecond = Math.floor(length / 1000);
  const frames = clamp(Math.round(length / everyMs), Math.max(1, Math.min(aSecond, wantedFrames)), maxFrames);
  return {
    frames,
    columns: Math.min(columns, frames),
    tileWidth,
    tileHeight: heightFor(tileWidth, { width, height }),
    intervalMs: Math.max(1, Math.round(length / frames)),
  };
}

/** Even, and of the shape of the picture; 16:9 where nothing is known. */
function heightFor(wide: number, { width, height }: Pick<PictureFacts, 'width' | 'height'>): number {
  const shape = width !== null && height !== null && width > 0 && height > 0 ? height / width : 9 / 16;
  return clamp(2 * Math.round((wide * shape) / 2), wide / 4, wide * 2);
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/**
 * How frames are found: ffmpeg is handed the key frames that are wanted and no others (`picked`), it reads the clip and
 * decodes all its key frames, or it decodes everything.
 */
export type FrameChoice = 'picked' | 'key' | 'all';

/** Deblocking costs a third of the time and shows in no picture of this size. */
const decoding: Record<FrameChoice, readonly string[]> = {
  picked: ['-skip_loop_filter', 'all'],
  key: ['-skip_frame', 'nokey', '-discard:v', 'nokey', '-skip_loop_filter', 'all'],
  all: ['-skip_loop_filter', 'all'],
};
const videoOnly = ['-map', '0:v:0', '-an', '-sn', '-dn', '-map_metadata', '-1'];

export type PictureFormat = 'webp' | 'jpg';

/** No place that a `%` in its name could make several files of. */
const encoding = (format: PictureFormat, quality: number): string[] =>
  format === 'webp'
    ? ['-c:v', 'libwebp', '-quality', String(quality), '-compression_level', '2', '-f', 'webp']
    : ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '4', '-f', 'mjpeg'];

const fitted = (width: number, height: number, quality: 'bilinear' | 'fast_bilinear'): string =>
  `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=${quality},pad=${width}:${height}:-1:-1,setsar=1`;

/** Told, and not guessed from what is in the file: it may be made to look like a list of other files. */
export const formatNames: Record<Container, string> = {
  mp4: 'mov',
  mov: 'mov',
  ts: 'mpegts',
  jpg: 'jpeg_pipe',
};

export interface PictureOrder {
  input: string;
  container: Container;
  output: string;
  format: PictureFormat;
}

/** Of what is handed over one frame tells all: ffmpeg would decode seven of them to find out how they are ordered. */
const pipedInput = ['-probesize', '32', '-analyzeduration', '0', '-f', 'mov', '-i', 'pipe:0'];

const inputOf = (choice: FrameChoice, { input, container }: PictureOrder): string[] =>
  choice === 'picked' ? pipedInput : ['-f', formatNames[container], '-i', input];

/** All tiles by one process: tile `i` is the last frame at `i` intervals or before. */
export function filmstripArgs(strip: Filmstrip, choice: FrameChoice, order: PictureOrder): string[] {
  const { frames, intervalMs, tileWidth: wide, tileHeight: high } = strip;
  const rows = Math.ceil(frames / strip.columns);
  const filters = [
    `fps=fps=1000/${intervalMs}:round=up:start_time=0`,
    fitted(wide, high, 'fast_bilinear'),
    // Key frames may end before the clip does, and a tile that nobody fills would be black.
    `tpad=stop_mode=clone:stop=${frames}`,
    `tile=${strip.columns}x${rows}:nb_frames=${frames}`,
  ];
  return [
    ...decoding[choice],
    ...inputOf(choice, order),
    ...videoOnly,
    '-vf',
    filters.join(','),
    '-frames:v',
    '1',
    ...encoding(order.format, 60),
    order.output,
  ];
}

/** Black until the picture has settled: not the first frame, where there are others. */
const settledMs = 1000;

/** One frame, a second in where the clip is that long; by `all` whatever comes first. */
export function thumbnailArgs(facts: PictureFacts, choice: FrameChoice, order: PictureOrder): string[] {
  const [at] = momentsOf('thumbnail', facts);
  const seek = choice === 'key' && at > 0 ? ['-noaccurate_seek', '-ss', (at / 1000).toFixed(3)] : [];
  const height = heightFor(thumbnailWidth, facts);
  return [
    ...seek,
    ...decoding[choice],
    ...inputOf(choice, order),
    ...videoOnly,
    '-vf',
    fitted(thumbnailWidth, height, 'bilinear'),
    '-frames:v',
    '1',
    ...encoding(order.format, 72),
    order.output,
  ];
}

/** When in a clip the frames are that its pictures show. */
export function momentsOf(kind: 'thumbnail' | 'filmstrip', facts: PictureFacts): [number, ...number[]] {
  if (kind === 'thumbnail') return [Math.floor(Math.min(settledMs, (facts.durationMs ?? 0) / 2))];
  const { frames, intervalMs } = filmstripPlan(facts);
  const [, ...others] = Array.from({ length: frames }, (_, index) => index * intervalMs);
  return [0, ...others];
}

/** Key frames may be this far apart, or two tiles. */
const denseMs = 4000;

/**
 * Ways to a picture, in the order in which they are tried: a later one where an earlier one found no frame. `gapMs` is
 * the longest stretch without a key frame; null where nobody knows, and none can be picked.
 */
export function choicesOf(
  kind: 'thumbnail' | 'filmstrip',
  gapMs: number | null,
  intervalMs: number,
): readonly FrameChoice[] {
  if (gapMs === null) return ['key', 'all'];
  const isDense = kind === 'thumbnail' || gapMs <= Math.max(denseMs, 2 * intervalMs);
  return isDense ? ['picked', 'key', 'all'] : ['all'];
}

/** Whether a file begins like what was asked for: ffmpeg may end well without having written a frame. */
export function isPicture(head: Uint8Array, format: PictureFormat): boolean {
  const text = String.fromCharCode(...head.subarray(0, 12));
  if (format === 'webp') return text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP';
  return head[0] === 0xff && head[1] === 0xd8;
}
