import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { MovieTrack } from '../lib/mp4-write.ts';
import { aacFrame, aacStsd, pcmStsd, setupOf, type VideoSetup } from './repair-codec.ts';
import { durationMsOf, type RepairRecipe } from './repair-layout.ts';
import { rulesOf, type SliceRules } from './repair-nal.ts';
import { setsIn, type RecoveryIndex } from './repair-nidx.ts';
import { isKeyAt, isVideo, withTail } from './repair-parts.ts';
import { builtSetup, isSetOf, setupAt } from './repair-stream.ts';
import { pictureTrack, soundTrack, timingOf, timingOfRate, type Timing } from './repair-tracks.ts';
import { indexNote } from './repair-words.ts';

export interface IndexOptions {
  /** Tracks of the file's own tables, or of a whole clip of the same camera. */
  like: readonly MovieTrack[];
  createdAt: number;
  signal: AbortSignal | undefined;
}

/** A repair by the camera's recovery index; null when it does not say how the pictures are to be read. */
export async function recipeByIndex(
  source: ByteSource,
  index: RecoveryIndex,
  { like, createdAt, signal }: IndexOptions,
): Promise<RepairRecipe | null> {
  const likeVideo = like.find(isVideo);
  const setup = (await setupOfIndex(source, index)) ?? likeSetup(likeVideo, index);
  const rules = setup && rulesOf(setup.codec, setup.sets);
  const video = setup && rules && (await videoOf(source, index, { setup, rules, like: likeVideo }));
  if (!video) return null;
  const sound = soundOf(
    index,
    like.find((track) => track.handler === 'soun'),
  );
  const tracks = await withTail(source, sound ? [video, sound] : [video], signal);
  const note = indexNote(durationMsOf(tracks), sound !== null || index.sounds.length === 0);
  return { how: 'index', tracks, createdAt, note };
}

/** From the first picture on that decodes by itself. */
async function videoOf(
  source: ByteSource,
  index: RecoveryIndex,
  { setup, rules, like }: { setup: VideoSetup; rules: SliceRules; like: MovieTrack | undefined },
): Promise<MovieTrack | null> {
  const marks = await syncsOf(source, index, rules);
  const start = marks.indexOf(true);
  if (start === -1) return null;
  const pictures = index.pictures.slice(start);
  const found = {
    offsets: pictures.map((each) => each.offset),
    sizes: pictures.map((each) => each.size),
    syncs: marks.slice(start),
  };
  return pictureTrack(found, { ...setup, timing: timingLike(like, index, setup.width) });
}

/** The other clip's, unless the camera says that it records at another size or rate now. */
function timingLike(like: MovieTrack | undefined, { framesPerSecond }: RecoveryIndex, width: number): Timing {
  const other = like && (setupOf(like.stsd)?.width ?? like.width);
  if (!like || other !== width) return timingOfRate(framesPerSecond);
  const timing = timingOf(like);
  const rate = timing.ticks === 0 ? 0 : timing.timescale / timing.ticks;
  return Math.abs(rate - framesPerSecond) <= 1 ? timing : timingOfRate(framesPerSecond);
}

/** Which pictures decode by themselves: as the index says, when it says so of the first, else as the stream does. */
async function syncsOf(
  source: ByteSource,
  { pictures }: RecoveryIndex,
  rules: SliceRules,
): Promise<boolean[]> {
  const marked = pictures.map((each) => each.isKey);
  const isTold = marked[0] === true && marked.includes(false);
  if (isTold && (await isKeyAt(source, pictures[0]?.offset ?? 0, rules))) return marked;
  const syncs: boolean[] = [];
  for (const { offset } of pictures) syncs.push(await isKeyAt(source, offset, rules));
  return syncs;
}

/** Out of the camera's description, or out of the first picture. */
async function setupOfIndex(source: ByteSource, index: RecoveryIndex): Promise<VideoSetup | null> {
  for (const codec of ['hevc', 'avc'] as const) {
    const sets = setsIn(index.description, (unit) => isSetOf(codec, unit));
    const setup = builtSetup(codec, sets, index);
    if (setup) return setup;
  }
  return setupAt(source, index.pictures[0]?.offset ?? 0, index);
}

function likeSetup(like: MovieTrack | undefined, index: RecoveryIndex): VideoSetup | null {
  const setup = like ? setupOf(like.stsd) : null;
  return setup?.width === index.width && setup.height === index.height ? setup : null;
}

function soundOf(index: RecoveryIndex, like: MovieTrack | undefined): MovieTrack | null {
  const { sounds, audioRate, audioChannels } = index;
  if (sounds.length === 0) return null;
  if (like && !index.isPlainSound && like.timescale === audioRate) {
    const { ticks } = timingOf(like);
    return soundTrack(sounds, { stsd: like.stsd, timescale: like.timescale, ticksOf: () => ticks });
  }
  if (audioRate < 8000 || audioRate > 192_000 || audioChannels < 1 || audioChannels > 2) return null;
  if (isPlain(index)) {
    const ticksOf = (size: number) => Math.floor(size / (2 * audioChannels));
    return soundTrack(sounds, { stsd: pcmStsd(audioRate, audioChannels), timescale: audioRate, ticksOf });
  }
  const stsd = aacStsd(audioRate, audioChannels);
  return stsd && soundTrack(sounds, { stsd, timescale: audioRate, ticksOf: () => aacFrame });
}

/** Frames of AAC are of many lengths. */
function isPlain({ isPlainSound, sounds, audioChannels }: RecoveryIndex): boolean {
  const plainBytes = aacFrame * 2 * audioChannels;
  return isPlainSound || (sounds.length > 4 && sounds.every(({ size }) => size === plainBytes));
}
