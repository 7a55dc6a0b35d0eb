import { topLevelBoxes, type ByteSource } from '../lib/mp4-boxes.ts';
import type { MovieTrack } from '../lib/mp4-write.ts';
import { setupOf, type VideoSetup } from './repair-codec.ts';
import { readUnit, rulesOf, typeOf, unitHeadBytes, type SliceRules } from './repair-nal.ts';
import { endOf, largestOf, withPictures } from './repair-tracks.ts';
import { walkPictures } from './repair-walk.ts';

/** No unit of any camera is longer. */
export const fallbackUnitBytes = 8 * 1024 * 1024;
/** In which the first slice of a picture begins. */
const headOfPicture = 2048;

export const isVideo = (track: Pick<MovieTrack, 'handler'>): boolean => track.handler === 'vide';

export const picturesOf = (tracks: readonly MovieTrack[]): number => tracks.find(isVideo)?.sizes.length ?? 0;

/** A setup with what its slices are read by; null for what cannot be read unit by unit. */
export function readableSetup(stsd: Uint8Array | undefined): { setup: VideoSetup; rules: SliceRules } | null {
  const setup = stsd ? setupOf(stsd) : null;
  const rules = setup?.lengthBytes === 4 ? rulesOf(setup.codec, setup.sets) : null;
  return setup && rules && { setup, rules };
}

/** Units of this track are no longer, by a wide margin. */
export const unitLimit = (video: MovieTrack): number =>
  Math.min(fallbackUnitBytes, Math.max(256 * 1024, largestOf(video) * 4));

/** Pictures behind the last one that a table tells of: a camera brings its tables up to date from time to time only. */
export async function withTail(
  source: ByteSource,
  tracks: MovieTrack[],
  signal: AbortSignal | undefined,
): Promise<MovieTrack[]> {
  const video = tracks.find(isVideo);
  const rules = readableSetup(video?.stsd)?.rules;
  const [from, to] = [endOf(tracks), await mediaEnd(source)];
  if (!video || !rules || from >= to) return tracks;
  const counter = await lastCounter(source, video, rules);
  const found = await walkPictures(source, {
    rules,
    from,
    to,
    counter,
    maxUnitBytes: unitLimit(video),
    signal,
  });
  return tracks.map((track) => (track === video ? withPictures(track, found) : track));
}

/** The number of the last picture that is known; null when it cannot be read. */
async function lastCounter(
  source: ByteSource,
  { offsets }: MovieTrack,
  rules: SliceRules,
): Promise<number | null> {
  const bytes = Buffer.from(await source.read(offsets.at(-1) ?? 0, headOfPicture));
  for (let at = 0; at + 5 <= bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    const length = bytes.readUInt32BE(at);
    const unit = readUnit(bytes.subarray(at + 4, at + 4 + Math.min(length, unitHeadBytes)), length, rules);
    if (unit?.isSlice) return unit.counter;
  }
  return null;
}

/** Whether a picture decodes by itself, by its first slice. */
export async function isKeyAt(source: ByteSource, offset: number, { codec }: SliceRules): Promise<boolean> {
  const bytes = Buffer.from(await source.read(offset, headOfPicture));
  for (let at = 0; at + 5 <= bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    const type = typeOf(codec, bytes[at + 4] ?? 0);
    const isSlice = codec === 'avc' ? type >= 1 && type <= 5 : type < 32;
    if (isSlice) return codec === 'avc' ? type === 5 : type >= 16 && type <= 21;
  }
  return false;
}

/** Where pictures and sound begin. */
export async function mediaStart(source: ByteSource): Promise<number> {
  const { boxes } = await topLevelBoxes(source);
  const mdat = boxes.find((box) => box.type === 'mdat');
  if (mdat) return behindBoxes(source, mdat.offset + mdat.headerBytes);
  const last = boxes.at(-1);
  return behindBoxes(source, last ? Math.min(source.sizeBytes, last.offset + last.sizeBytes) : 0);
}

/** GPS and recovery blocks may come first. */
async function behindBoxes(source: ByteSource, start: number): Promise<number> {
  let at = start;
  for (let count = 0; count < 16; count++) {
    const head = Buffer.from(await source.read(at, 8));
    const length = head.length === 8 && head.toString('latin1', 4, 8) === 'free' ? head.readUInt32BE(0) : 0;
    if (length < 8) return at;
    at += length;
  }
  return at;
}

/** Tables behind the pictures are no pictures. */
async function mediaEnd(source: ByteSource): Promise<number> {
  const { boxes } = await topLevelBoxes(source);
  const mdat = boxes.find((box) => box.type === 'mdat');
  const next = mdat && boxes.find((box) => box.offset >= mdat.offset + mdat.sizeBytes);
  return next?.offset ?? source.sizeBytes;
}
