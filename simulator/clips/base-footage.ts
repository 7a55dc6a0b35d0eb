import type { Channel, ClipSpec } from '../clip-source.ts';
import { cachedFile } from './footage-cache.ts';
import { readSampleTracks, sliceTrack, type SampleTrack } from './mp4-samples.ts';
import { FfmpegMissingError, runFfmpeg } from './run-ffmpeg.ts';
import {
  AUDIO_SAMPLE_RATE,
  FRAMES_PER_SECOND,
  pictureInput,
  pictureLabel,
  soundInput,
} from './test-pattern.ts';

/** 4 s are a whole number of pictures and, at 32 kHz, of AAC frames (125), so both loop together. */
export const LOOP_SECONDS = 4;
const AAC_FRAME_SAMPLES = 1_024;
const AAC_FRAMES_PER_LOOP = (LOOP_SECONDS * AUDIO_SAMPLE_RATE) / AAC_FRAME_SAMPLES;
/** Raised whenever what ffmpeg is asked for changes, so that an older cache is not used. */
const CACHE_VERSION = 'v1';
/** No versions and dates in the file, so that two processes make the same. */
const BITEXACT = ['-fflags', '+bitexact', '-flags:v', '+bitexact'];

/** A few seconds of one channel, to be repeated: one group of pictures per second. */
export interface BaseFootage {
  video: SampleTrack;
  audio: SampleTrack | null;
}

/** What decides which footage a clip is made of. */
export type FootageKind = Pick<ClipSpec, 'channel' | 'video' | 'audio'>;

export interface FfmpegCache {
  cacheDir: string;
  ffmpegPath: string;
}

/** The name under which files of this footage are cached. */
export function footageName({ channel, video, audio }: FootageKind): string {
  return `${CACHE_VERSION}-${channel}-${video}-${audio ? 'aac' : 'silent'}`;
}

/** The loop of a channel, made by ffmpeg if the cache does not have it. */
export async function loadBaseFootage(cache: FfmpegCache, kind: FootageKind): Promise<BaseFootage> {
  const { channel, audio } = kind;
  const file = await cachedFile(cache.cacheDir, `${footageName(kind)}.mp4`, (path) =>
    runLabelled(cache, channel, (label) => [
      ...pictureInput(channel, '640x360'),
      ...(audio ? soundInput(channel) : []),
      ...label,
      // One second more than the loop: the encoder's first audio frame is priming and left out.
      '-t',
      String(LOOP_SECONDS + 1),
      ...videoArguments(kind.video),
      ...(audio ? ['-c:a', 'aac', '-b:a', '48k', '-ac', '1', '-flags:a', '+bitexact'] : []),
      '-video_track_timescale',
      '92400',
      ...BITEXACT,
      path,
    ]),
  );
  return parseBaseFootage(file, audio);
}

/** A still of the channel as JPEG. */
export async function loadStill(cache: FfmpegCache, channel: Channel, size: string): Promise<Buffer> {
  const picture = ['-frames:v', '1', '-q:v', '6', '-pix_fmt', 'yuvj420p', ...BITEXACT];
  return cachedFile(cache.cacheDir, `${CACHE_VERSION}-${channel}-${size}.jpg`, (path) =>
    runLabelled(cache, channel, (label) => [...pictureInput(channel, size), ...label, ...picture, path]),
  );
}

function parseBaseFootage(file: Buffer, withAudio: boolean): BaseFootage {
  const tracks = readSampleTracks(file);
  const video = tracks.find((track) => track.handler === 'vide');
  const audio = tracks.find((track) => track.handler === 'soun');
  if (!video || (withAudio && !audio))
    throw new Error('ffmpeg made footage without the tracks it was asked for');
  return {
    video: sliceTrack(video, 0, LOOP_SECONDS * FRAMES_PER_SECOND),
    audio: withAudio && audio ? sliceTrack(audio, 1, AAC_FRAMES_PER_LOOP) : null,
  };
}

/** Groups of one second that open with an IDR picture and refer to nothing outside, so they can be repeated. */
function videoArguments(codec: ClipSpec['video']): string[] {
  const group = String(FRAMES_PER_SECOND);
  const common = ['-pix_fmt', 'yuv420p', '-g', group, '-keyint_min', group, '-bf', '0'];
  if (codec === 'h264') {
    return ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '32', '-sc_threshold', '0', ...common];
  }
  const x265 = `keyint=${group}:min-keyint=${group}:scenecut=0:open-gop=0:bframes=0:log-level=error`;
  return [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-crf',
    '34',
    '-tag:v',
    'hvc1',
    '-x265-params',
    x265,
    ...common,
  ];
}

/** An ffmpeg without drawtext or without a font makes the picture without its label. */
async function runLabelled(
  { ffmpegPath }: FfmpegCache,
  channel: Channel,
  args: (label: string[]) => string[],
): Promise<void> {
  try {
    await runFfmpeg(ffmpegPath, args(pictureLabel(channel)));
  } catch (error) {
    if (error instanceof FfmpegMissingError) throw error;
    await runFfmpeg(ffmpegPath, args([]));
  }
}
