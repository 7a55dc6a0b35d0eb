import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { MovieTrack } from '../lib/mp4-write.ts';
import { recipeByIndex } from './repair-by-index.ts';
import { durationMsOf, type RepairRecipe } from './repair-layout.ts';
import { readRecoveryIndex } from './repair-nidx.ts';
import { trueOffsets } from './repair-offsets.ts';
import { isVideo, mediaStart, picturesOf, readableSetup, withTail } from './repair-parts.ts';
import { recipeByStream, recipeLike } from './repair-stream.ts';
import { readTables, type MovieTables } from './repair-tables.ts';
import { heldIn, keepSamples } from './repair-tracks.ts';
import { isPicture } from './repair-walk.ts';
import { tablesNote } from './repair-words.ts';

/** A whole clip of the same camera: how it writes pictures and sound. */
export interface Sibling {
  name: string;
  tracks: MovieTrack[];
}

export interface FinderOptions {
  /** Nearest first; asked for only where the file does not tell by itself. */
  siblings: () => AsyncIterable<Sibling>;
  signal?: AbortSignal | undefined;
}

/**
 * How a clip that is cut or broken can be made playable, the best way first: by its own tables or the camera's recovery
 * index, in the manner of a whole clip of the same camera, by what its stream tells of itself. Bounded in time by the
 * size of the file, in memory by the number of its frames. Throws only for failing reads and when aborted.
 */
export async function* repairRecipes(
  source: ByteSource,
  { siblings, signal }: FinderOptions,
): AsyncGenerator<RepairRecipe> {
  yield* byOwnTables(source, { siblings, signal });
  const from = await mediaStart(source);
  for await (const sibling of siblings()) {
    const recipe = await recipeLike(source, sibling, { from, signal });
    if (recipe) yield recipe;
  }
  const byStream = await recipeByStream(source, { from, signal });
  if (byStream) yield byStream;
}

/** By the tables of the file and by its index: first what brings more pictures back. */
async function* byOwnTables(source: ByteSource, options: FinderOptions): AsyncGenerator<RepairRecipe> {
  const tables = await readTables(source);
  const byTables = tables && (await recipeByTables(source, tables, options.signal));
  const found = picturesOf(byTables?.tracks ?? []);
  // Tables that were only moved tell of everything: looking for an index would read a good part of the file.
  const isAll = byTables?.how === 'offsets' && found >= picturesOf(tables?.tracks ?? []);
  const byIndex = isAll ? null : await withIndex(source, { tables, ...options });
  if (byIndex && picturesOf(byIndex.tracks) > found) yield byIndex;
  if (byTables) yield byTables;
}

/** By the camera's recovery index, where there is one. */
async function withIndex(
  source: ByteSource,
  { tables, siblings, signal }: FinderOptions & { tables: MovieTables | null },
): Promise<RepairRecipe | null> {
  const index = await readRecoveryIndex(source, signal);
  if (!index || index.pictures.length === 0) return null;
  const own = tables && picturesOf(tables.tracks) > 0 ? tables.tracks : null;
  const like = own ?? (await first(siblings()))?.tracks ?? [];
  return recipeByIndex(source, index, { like, createdAt: tables?.createdAt ?? 0, signal });
}

/** By the tables of the file itself, as far as they point to pictures in it. */
async function recipeByTables(
  source: ByteSource,
  tables: MovieTables,
  signal: AbortSignal | undefined,
): Promise<RepairRecipe | null> {
  const found = await trueOffsets(source, tables);
  const video = tables.tracks.find((track) => isVideo(track) && track.sizes.length > 0);
  if (!video || (!found && readableSetup(video.stsd))) return null;
  const right = found?.tracks ?? tables.tracks;
  const { held, dropped } = await readableTracks(source, right, {
    isSure: found === null || found.share === 1,
    signal,
  });
  if (picturesOf(held) === 0) return null;
  const tracks = await withTail(source, held, signal);
  const isMoved = found !== null && found.name !== 'right';
  const lengths = { wholeMs: durationMsOf(tables.tracks), keptMs: durationMsOf(tracks) };
  const note = tablesNote({ isMoved, dropped, ...lengths });
  return { how: isMoved ? 'offsets' : 'tables', tracks, createdAt: tables.createdAt, note };
}

/** What of the tracks is in the file; where that is in doubt, each picture is looked at. */
async function readableTracks(
  source: ByteSource,
  tracks: readonly MovieTrack[],
  { isSure, signal }: { isSure: boolean; signal: AbortSignal | undefined },
): Promise<{ held: MovieTrack[]; dropped: number }> {
  const inside = tracks.map((track) => heldIn(track, source.sizeBytes));
  const video = inside.find(isVideo);
  const sound = video && !isSure ? await onlyReadable(source, video, signal) : video;
  const to = writtenTo(video, sound);
  const held = inside.map((track) =>
    track === video && sound ? sound : keepSamples(track, (at) => (track.offsets[at] ?? 0) < to),
  );
  const dropped = (video?.sizes.length ?? 0) - (sound?.sizes.length ?? 0);
  return { held: held.filter((track) => track.sizes.length > 0), dropped };
}

/** Where the pictures end that can be read, when those behind them cannot: what else stands there was not written either. */
function writtenTo(all: MovieTrack | undefined, readable: MovieTrack | undefined): number {
  const last = readable?.offsets.at(-1);
  const next = last === undefined ? undefined : all?.offsets[all.offsets.indexOf(last) + 1];
  return next ?? Infinity;
}

/** Without pictures that are none, and what refers to them. */
async function onlyReadable(
  source: ByteSource,
  video: MovieTrack,
  signal: AbortSignal | undefined,
): Promise<MovieTrack> {
  const rules = readableSetup(video.stsd)?.rules;
  if (!rules) return video;
  const good = new Uint8Array(video.sizes.length);
  let isBroken = true;
  for (let at = 0; at < good.length; at++) {
    signal?.throwIfAborted();
    const place = { offset: video.offsets[at] ?? 0, size: video.sizes[at] ?? 0 };
    const isThere = await isPicture(source, place, rules);
    isBroken = !isThere || (isBroken && video.syncs?.[at] === 0);
    good[at] = isBroken ? 0 : 1;
  }
  return keepSamples(video, (at) => good[at] === 1);
}

async function first<T>(items: AsyncIterable<T>): Promise<T | null> {
  for await (const item of items) return item;
  return null;
}
