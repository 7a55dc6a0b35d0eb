import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { runProcess } from '../lib/run-process.ts';
import type { MediaFacts } from './media-facts.ts';

/** What ffprobe tells of a clip whose own tables do not tell it. */
export type ProbedFacts = Partial<
  Pick<MediaFacts, 'durationMs' | 'videoCodec' | 'audioCodec' | 'width' | 'height' | 'fps'>
>;

const timeoutMs = 20_000;
const output = z.object({
  format: z.object({ duration: z.coerce.number().optional() }).optional(),
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        width: z.number().optional(),
        height: z.number().optional(),
        avg_frame_rate: z.string().optional(),
      }),
    )
    .default([]),
});

/** It is beside ffmpeg, under a name that goes with it. */
export function ffprobePath(ffmpegPath: string): string {
  const name = basename(ffmpegPath).replace('ffmpeg', 'ffprobe');
  return ffmpegPath.includes('/') ? join(dirname(ffmpegPath), name) : name;
}

/** Asks ffprobe; nothing where it is missing, fails or takes too long. Throws only when the signal is aborted. */
export async function probeClip(
  ffmpegPath: string,
  { file, format }: { file: string; format: string },
  signal: AbortSignal,
): Promise<ProbedFacts> {
  const fields = 'stream=codec_type,codec_name,width,height,avg_frame_rate:format=duration';
  const what = ['-v', 'error', '-protocol_whitelist', 'file', '-show_entries', fields, '-of', 'json'];
  try {
    const { stdout } = await runProcess(ffprobePath(ffmpegPath), [...what, '-f', format, '-i', file], {
      signal,
      timeoutMs,
    });
    return readProbed(JSON.parse(stdout));
  } catch {
    signal.throwIfAborted();
    return {};
  }
}

/** Nothing of what is not as ffprobe writes it. */
export function readProbed(json: unknown): ProbedFacts {
  const parsed = output.safeParse(json);
  if (!parsed.success) return {};
  const { format, streams } = parsed.data;
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  return known({
    durationMs: format?.duration ? Math.round(format.duration * 1000) : null,
    videoCodec: fourOf(video?.codec_name),
    audioCodec: fourOf(audio?.codec_name),
    width: video?.width ?? null,
    height: video?.height ?? null,
    fps: rateOf(video?.avg_frame_rate),
  });
}

const known = (facts: ProbedFacts): ProbedFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));

const names: Readonly<Record<string, string>> = { h264: 'avc1', hevc: 'hvc1', aac: 'mp4a' };
const fourOf = (name: string | undefined): string | null => (name ? (names[name] ?? name) : null);

function rateOf(text: string | undefined): number | null {
  const [, count, seconds] = /^(\d+)\/(\d+)$/.exec(text ?? '') ?? [];
  const rate = Number(count) / Number(seconds);
  return Number.isFinite(rate) && rate > 0 ? Math.round(rate * 100) / 100 : null;
}
