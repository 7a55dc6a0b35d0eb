import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { MovieTrack } from '../lib/mp4-write.ts';
import { videoStsd, type VideoSetup } from './repair-codec.ts';
import { durationMsOf, type RepairRecipe } from './repair-layout.ts';
import { rulesOf, typeOf, type Codec } from './repair-nal.ts';
import { fallbackUnitBytes, isVideo, readableSetup, unitLimit } from './repair-parts.ts';
import { guessedRate, pictureTrack, timingOf, timingOfRate } from './repair-tracks.ts';
import { walkPictures } from './repair-walk.ts';
import { siblingNote, streamNote } from './repair-words.ts';

interface StreamOptions {
  /** Where pictures begin. */
  from: number;
  signal: AbortSignal | undefined;
}

/** In the manner of a whole clip: pictures one by one. Where a piece of sound ends can only be heard: it is left out. */
export async function recipeLike(
  source: ByteSource,
  sibling: { name: string; tracks: readonly MovieTrack[] },
  { from, signal }: StreamOptions,
): Promise<RepairRecipe | null> {
  const like = sibling.tracks.find(isVideo);
  const readable = readableSetup(like?.stsd);
  if (!like || !readable) return null;
  const { setup, rules } = readable;
  const to = source.sizeBytes;
  const found = await walkPictures(source, { rules, from, to, maxUnitBytes: unitLimit(like), signal });
  if (found.offsets.length === 0) return null;
  const track = pictureTrack(found, { ...setup, timing: timingOf(like) });
  const note = siblingNote(durationMsOf([track]), sibling.name);
  return { how: 'sibling', tracks: [track], createdAt: 0, note };
}

/** By the parameter sets that some cameras write before each key picture. */
export async function recipeByStream(
  source: ByteSource,
  { from, signal }: StreamOptions,
): Promise<RepairRecipe | null> {
  const setup = await setupAt(source, from, null);
  const rules = setup && rulesOf(setup.codec, setup.sets);
  if (!setup || !rules) return null;
  const to = source.sizeBytes;
  const found = await walkPictures(source, { rules, from, to, maxUnitBytes: fallbackUnitBytes, signal });
  if (found.offsets.length === 0) return null;
  const track = pictureTrack(found, { ...setup, timing: timingOfRate(guessedRate) });
  return { how: 'stream', tracks: [track], createdAt: 0, note: streamNote(durationMsOf([track])) };
}

/** The parameter sets that stand before a picture in the stream itself; null without them, or for another size. */
export async function setupAt(
  source: ByteSource,
  at: number,
  size: { width: number; height: number } | null,
): Promise<VideoSetup | null> {
  const bytes = Buffer.from(await source.read(at, 4096));
  for (const codec of ['hevc', 'avc'] as const) {
    const setup = builtSetup(codec, leadingSets(codec, bytes), size);
    if (setup) return setup;
  }
  return null;
}

function leadingSets(codec: Codec, bytes: Buffer): Uint8Array[] {
  const sets: Uint8Array[] = [];
  for (let at = 0; at + 6 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    const unit = bytes.subarray(at + 4, end);
    if (isSetOf(codec, unit)) sets.push(Uint8Array.from(unit));
    at = end;
  }
  return sets;
}

/** Whether a unit calls itself a parameter set. */
export function isSetOf(codec: Codec, unit: Uint8Array): boolean {
  const [first = 0x80, second = 0] = unit;
  const type = typeOf(codec, first);
  if (codec === 'avc') return (type === 7 || type === 8) && (first & 0x80) === 0 && (first & 0x60) !== 0;
  return type >= 32 && type <= 34 && (first & 0x81) === 0 && second === 1;
}

/** How pictures with these parameter sets are read; null when some are missing, or are those of another size. */
export function builtSetup(
  codec: Codec,
  sets: Uint8Array[],
  size: { width: number; height: number } | null,
): VideoSetup | null {
  const rules = rulesOf(codec, sets);
  if (!rules || rules.width < 16 || rules.height < 16) return null;
  const { width, height } = rules;
  // Cameras tell a size that is cut or filled up to whole blocks.
  if (size && Math.max(Math.abs(size.width - width), Math.abs(size.height - height)) > 16) return null;
  const stsd = videoStsd(codec, sets, { width, height });
  return stsd && { codec, lengthBytes: 4, sets, width, height, stsd };
}
