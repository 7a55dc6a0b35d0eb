import { topLevelBoxes, type ByteSource } from '../lib/mp4-boxes.ts';
import type { MovieTrack } from '../lib/mp4-write.ts';
import type { SliceRules } from './repair-nal.ts';
import { isVideo, readableSetup } from './repair-parts.ts';
import { readTables, type MovieTables } from './repair-tables.ts';
import { isPicture } from './repair-walk.ts';

/** What is done with each offset of a track so that it points to its sample. */
type Mend = (offsets: Float64Array) => Float64Array;

interface Candidate {
  name: 'right' | 'wrapped' | 'shifted';
  mend: Mend;
}

export interface TrueOffsets {
  name: Candidate['name'];
  tracks: MovieTrack[];
  /** Of the pictures that were looked at, so many are where the tables say: 1 is all. */
  share: number;
}

const wrap = 2 ** 32;
const probes = 16;

/**
 * Where the samples really are: as the tables say, or beyond 4 GiB with what 32 bits can hold of it, or all by the same
 * distance elsewhere. Pictures prove it: the lengths of their units add up to their size. Null when nothing fits.
 */
export async function trueOffsets(source: ByteSource, tables: MovieTables): Promise<TrueOffsets | null> {
  const pictures = picturesIn(tables);
  if (!pictures) return null;
  const tried: Tried[] = [{ candidate: asTold, ...(await probe(source, pictures, probes)) }];
  if (!isProven(tried[0])) {
    for (const candidate of otherCandidates(tables, await mediaOffset(source))) {
      const offsets = candidate.mend(pictures.video.offsets);
      const video = { ...pictures.video, offsets };
      tried.push({ candidate, ...(await probe(source, { ...pictures, video }, probes)) });
      if (isProven(tried.at(-1))) break;
    }
  }
  const best = tried.reduce((better, each) => (each.right > better.right ? each : better));
  return isLikely(best) ? mended(tables, best) : null;
}

interface Pictures {
  video: MovieTrack;
  rules: SliceRules;
}

/** The pictures of a movie that can be looked at unit by unit; null without any. */
function picturesIn({ tracks }: MovieTables): Pictures | null {
  const video = tracks.find((track) => isVideo(track) && track.sizes.length > 0);
  const rules = readableSetup(video?.stsd)?.rules;
  return video && rules ? { video, rules } : null;
}

interface Probed {
  /** Pictures that were looked at, and those of them that are where the table says. */
  looked: number;
  right: number;
  /** All of them are in the file. */
  isComplete: boolean;
}

interface Tried extends Probed {
  candidate: Candidate;
}

/** Pictures of which less was written than the tables tell are few, and where they say. */
const isLikely = ({ candidate, right, looked }: Tried): boolean =>
  right > 0 && (right * 2 >= looked || (candidate === asTold && right > 1));

const isProven = (seen: Probed | undefined): boolean =>
  seen !== undefined && seen.right > 0 && seen.right === seen.looked && seen.isComplete;

function mended({ tracks }: MovieTables, { candidate, right, looked }: Tried): TrueOffsets {
  const { name, mend } = candidate;
  return {
    name,
    tracks: tracks.map((track) => ({ ...track, offsets: mend(track.offsets) })),
    share: right / looked,
  };
}

/**
 * What is wrong with where a clip's tables point, in words; null when pictures are where they say, or nothing can be
 * told. A few small reads: for whoever judges whether a file is whole.
 */
export async function flawOfOffsets(source: ByteSource): Promise<string | null> {
  const tables = await readTables(source);
  return tables && flawOf(source, tables, 1);
}

/** Of a clip that is shown as whole, so many of the pictures that were looked at have to be. */
const wholeShare = 0.75;

/**
 * The same for whoever looks at every clip that comes in: of one that is whole the first and the last picture, by its
 * tables that were read already. Single frames that cannot be read are no flaw: the rest of it plays.
 */
export async function glaringFlawOfOffsets(source: ByteSource, tables: MovieTables): Promise<string | null> {
  const pictures = picturesIn(tables);
  if (!pictures || isProven(await probe(source, pictures, 2))) return null;
  return (await hasStartCodes(source, pictures)) ? null : flawOf(source, tables, wholeShare);
}

async function flawOf(source: ByteSource, tables: MovieTables, share: number): Promise<string | null> {
  if (!picturesIn(tables)) return null;
  const found = await trueOffsets(source, tables);
  if (!found) return 'the table of frames points to bytes that are none';
  if (found.name !== 'right') return 'the table of frames points to wrong places';
  return found.share >= share ? null : 'some frames are not where the table says';
}

/** Some write units behind start codes, where their lengths belong. Many players take them; nothing is told of them here. */
async function hasStartCodes(source: ByteSource, { video }: Pictures): Promise<boolean> {
  const [a, b, c, d] = await source.read(video.offsets[0] ?? 0, 4);
  return a === 0 && b === 0 && (c === 1 || (c === 0 && d === 1));
}

async function mediaOffset(source: ByteSource): Promise<number | null> {
  const { boxes } = await topLevelBoxes(source);
  const mdat = boxes.find((box) => box.type === 'mdat');
  return mdat ? mdat.offset + mdat.headerBytes : null;
}

const asTold: Candidate = { name: 'right', mend: (offsets) => offsets };

function otherCandidates({ tracks, moovBytes }: MovieTables, media: number | null): Candidate[] {
  const shifts = new Set([moovBytes, -moovBytes]);
  const first = Math.min(...tracks.map((track) => track.offsets[0] ?? Infinity));
  if (media !== null && first !== Infinity && first !== media) shifts.add(media - first);
  const shifted = [...shifts].map((bytes): Candidate => ({
    name: 'shifted',
    mend: (offsets) => offsets.map((offset) => offset + bytes),
  }));
  return [
    { name: 'wrapped', mend: (offsets) => unwrapped(offsets, 0) },
    { name: 'wrapped', mend: (offsets) => unwrapped(offsets, wrap) },
    ...shifted,
  ];
}

/** Offsets only grow: where one does not, 32 bits were too few. */
function unwrapped(offsets: Float64Array, base: number): Float64Array {
  let [high, before] = [base, 0];
  return offsets.map((offset) => {
    if (offset < before - wrap / 2) high += wrap;
    before = offset;
    return offset + high;
  });
}

async function probe(source: ByteSource, { video, rules }: Pictures, count: number): Promise<Probed> {
  const { offsets, sizes } = video;
  const places = Array.from(sizes, (size, at) => ({ offset: offsets[at] ?? 0, size }));
  const inside = places.filter(({ offset, size }) => offset >= 0 && offset + size <= source.sizeBytes);
  const looked = spread(inside, count);
  let right = 0;
  for (const place of looked) if (await isPicture(source, place, rules)) right++;
  return { right, looked: looked.length, isComplete: inside.length === places.length };
}

/** So many of a list, evenly, the first and the last among them. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  const step = (list.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => list[Math.round(index * step)]).filter(
    (each) => each !== undefined,
  );
}
