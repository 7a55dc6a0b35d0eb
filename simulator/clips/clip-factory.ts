import type { Channel, ClipFactory, ClipSource, ClipSpec } from '../clip-source.ts';
import {
  footageName,
  loadBaseFootage,
  loadStill,
  type BaseFootage,
  type FootageKind,
} from './base-footage.ts';
import { Composition, composedSource, createFiller } from './composition.ts';
import { Memo } from './footage-cache.ts';
import { withJpegComment } from './jpeg-comment.ts';
import { composeMp4 } from './mp4-writer.ts';
import { loadTsFootage, type TsFootage } from './ts-footage.ts';
import { composeTs, createNullFiller, wholeSeconds } from './ts-writer.ts';

const THUMBNAIL_SIZE = '320x180';
const PHOTO_SIZE = '1920x1080';
/** Streams are made this long, or a multiple, and cut: one file serves clips of many durations. */
const TS_STEP_SECONDS = 60;

export interface ClipFactoryOptions {
  /** Where footage made by ffmpeg is kept for the next time; created if missing, may be shared by processes. */
  cacheDir: string;
  ffmpegPath?: string;
}

/**
 * Makes clips whose bytes are composed while they are read. ffmpeg runs once per channel, codec and sound
 * (about a second each) and never again with the same cache; throws an error that says so if it is missing.
 */
export function createClipFactory(options: ClipFactoryOptions): ClipFactory {
  const cache = { cacheDir: options.cacheDir, ffmpegPath: options.ffmpegPath ?? 'ffmpeg' };
  const filler = createFiller();
  const nullFiller = createNullFiller(filler);
  const bases = new Memo<BaseFootage>();
  const streams = new Memo<TsFootage>();
  const stills = new Memo<Buffer>();

  const base = (kind: FootageKind) => bases.get(footageName(kind), () => loadBaseFootage(cache, kind));
  const still = (channel: Channel, size: string) =>
    stills.get(`${channel}-${size}`, () => loadStill(cache, channel, size));
  const stream = (kind: FootageKind, seconds: number) =>
    streams.get(`${footageName(kind)}-${seconds}`, async () =>
      loadTsFootage(cache, kind, await base(kind), seconds),
    );

  const createTsClip = async (spec: ClipSpec): Promise<ClipSource> => {
    const steps = Math.ceil(wholeSeconds(spec.durationSeconds) / TS_STEP_SECONDS);
    const footage = await stream(spec, steps * TS_STEP_SECONDS);
    return composedSource(() => composeTs(spec, { footage, filler, nullFiller }));
  };

  return {
    async createClip(given) {
      const spec = { ...given };
      if (spec.container === 'ts') return createTsClip(spec);
      const footage = await base(spec);
      const thumbnail = spec.thumbnail ? await still(spec.channel, THUMBNAIL_SIZE) : null;
      return composedSource(() => composeMp4(spec, { footage, thumbnail, filler }));
    },
    async createPhoto({ channel, seed }) {
      const jpeg = withJpegComment(await still(channel, PHOTO_SIZE), `simulated photo ${seed}`);
      return composedSource(() => new Composition([{ source: jpeg, phase: 0, lengthBytes: jpeg.length }]));
    },
  };
}
