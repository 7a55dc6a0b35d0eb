import { LOOP_SECONDS, type BaseFootage } from './base-footage.ts';
import { at, type SampleTrack } from './mp4-samples.ts';

/** Samples of one track that stand together in the file. */
export interface MediaChunk {
  /** Number of the first sample in the looped track. */
  firstSample: number;
  sampleCount: number;
  bytes: Buffer;
}

/** What is recorded in one second: a group of pictures and the sound to it. */
export interface ClipSecond {
  video: MediaChunk | null;
  audio: MediaChunk | null;
}

/** The footage repeated to `durationSeconds`, second by second, begun `startSecond` seconds into the loop. */
export function planSeconds(
  footage: BaseFootage,
  durationSeconds: number,
  startSecond: number,
): ClipSecond[] {
  if (!(durationSeconds > 0)) throw new RangeError(`A clip cannot last ${durationSeconds} seconds`);
  return Array.from({ length: Math.ceil(durationSeconds) }, (_, second) => {
    const from = startSecond + second;
    const to = startSecond + Math.min(second + 1, durationSeconds);
    return {
      video: sliceChunk(footage.video, from, to),
      audio: footage.audio && sliceChunk(footage.audio, from, to),
    };
  });
}

/** Which samples' numbers fall on each recorded second; more samples than seconds are spread evenly. */
export function spreadOverSeconds(sampleCount: number, seconds: number): number[][] {
  const spread = Array.from({ length: seconds }, (): number[] => []);
  for (let index = 0; index < sampleCount; index += 1) {
    const second = sampleCount <= seconds ? index : Math.floor((index * seconds) / sampleCount);
    at(spread, second).push(index);
  }
  return spread;
}

/** The samples that begin in `[from, to)` seconds; a second never crosses the end of the loop. */
function sliceChunk(track: SampleTrack, from: number, to: number): MediaChunk | null {
  const samplesPerLoop = track.sizes.length;
  const perSecond = samplesPerLoop / LOOP_SECONDS;
  const first = Math.round(from * perSecond);
  const sampleCount = Math.round(to * perSecond) - first;
  if (sampleCount <= 0) return null;
  const firstSample = first % samplesPerLoop;
  const start = at(track.offsets, firstSample);
  const end = at(track.offsets, firstSample + sampleCount);
  return { firstSample, sampleCount, bytes: track.bytes.subarray(start, end) };
}
