/** How the picture that a clip shows at one place is taken out of its file. Pure. */
import type { Container } from '../../shared/clips.ts';
import { formatNames } from './picture-plan.ts';

export interface FrameOrder {
  input: string;
  container: Container;
  /** A JPEG of this name; where several pictures are written, the last one stays. */
  output: string;
  /** Milliseconds into the file. */
  atMs: number;
  /** Null is not known. */
  fps: number | null;
}

const usualFps = 30;
/** Pictures before the place, of which the last is the one that was on the screen. */
const framesBefore = 2.5;
/** Where pictures are rare, as in time-lapse. */
const longMs = 4000;
/** A place between two pictures belongs to the first of them; times in files are rounded. */
const roundedMs = 1;
/** ffmpeg ends a reading where a group of pictures does, or a little later. */
const slackMs = 500;

const picture = ['-map', '0:v:0', '-an', '-sn', '-dn', '-map_metadata', '-1'];
const jpeg = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '2', '-f', 'image2', '-update', '1'];
const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(3);

/**
 * Arguments of ffmpeg, in the order in which they are tried where one found no picture: the pictures right before the
 * place, those of some seconds, and the last of the file, for who asks for its end.
 */
export function frameArgs({ input, container, output, atMs, fps }: FrameOrder): string[][] {
  const shortMs = (framesBefore * 1000) / (fps ?? usualFps);
  const source = ['-f', formatNames[container], '-i', input];
  const before = [shortMs, longMs].map((windowMs) => {
    const from = Math.max(0, atMs - windowMs);
    const until = atMs - from + roundedMs;
    const read = ['-ss', seconds(from), '-t', seconds(until + slackMs), ...source];
    return [...read, ...picture, '-vf', `select=lte(t\\,${seconds(until)})`];
  });
  const last = ['-sseof', `-${seconds(longMs)}`, ...source, ...picture];
  return [...before, last].map((args) => [...args, ...jpeg, output]);
}
