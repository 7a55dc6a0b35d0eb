import type { Container } from '../../shared/clips.ts';
import { bufferedSource } from '../lib/byte-source.ts';
import { readClipFacts } from '../lib/clip-structure.ts';
import {
  mp4FactsOf,
  readMovie,
  tracksOf,
  type BoxView,
  type ByteSource,
  type Movie,
} from '../lib/mp4-boxes.ts';
import { codecOfEntry } from './codec-strings.ts';
import { findEmbeddedPicture, type EmbeddedPicture } from './embedded-picture.ts';
import { readJpegFacts } from './jpeg-facts.ts';
import { glaringFlawOfOffsets } from './repair-offsets.ts';
import { tablesOfMovie } from './repair-tables.ts';
import { readTsFacts } from './ts-facts.ts';

/** Raised when files are read in another way: all of them are then read anew. */
export const factsVersion = 1;

/** What the bytes of a clip tell without any other program; null is not told. */
export interface MediaFacts {
  durationMs: number | null;
  /** Four characters: `avc1`, `hvc1`, `hev1`; `mp4a`, `sowt`. */
  videoCodec: string | null;
  audioCodec: string | null;
  /** What a browser is asked about (RFC 6381): `avc1.640033,mp4a.40.2`. */
  codecs: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  /** A whole recording; `flaw` says in words what is wrong with one that is not. */
  complete: boolean;
  flaw: string | null;
  picture: EmbeddedPicture | null;
}

/**
 * Reads box headers, `moov` and the camera's own picture, or the head and tail of a stream: some hundred kilobytes of a
 * clip of any size. Never throws for what is in the file, only for failing reads.
 */
export async function readMediaFacts(file: ByteSource, container: Container): Promise<MediaFacts> {
  const source = bufferedSource(file);
  switch (container) {
    case 'mp4':
    case 'mov':
      return movieFacts(source, file);
    case 'ts': {
      const { complete, flaw } = await readClipFacts(source, 'ts');
      return { ...nothing, complete, flaw, ...(await readTsFacts(source)) };
    }
    case 'jpg': {
      const { complete, flaw } = await readClipFacts(source, 'jpg');
      return { ...nothing, complete, flaw, ...(await readJpegFacts(source)) };
    }
  }
}

/** In which the units of most pictures begin. */
const headBytes = 4096;

const nothing: MediaFacts = {
  durationMs: null,
  videoCodec: null,
  audioCodec: null,
  codecs: null,
  width: null,
  height: null,
  fps: null,
  complete: false,
  flaw: null,
  picture: null,
};

/** Of pictures only heads and ends are looked at: `file` is read in small pieces for that. */
async function movieFacts(source: ByteSource, file: ByteSource): Promise<MediaFacts> {
  const movie = await readMovie(source);
  const { durationMs, videoCodec, audioCodec, width, height, fps, ...seen } = mp4FactsOf(
    movie,
    source.sizeBytes,
  );
  const picture = await findEmbeddedPicture(source, movie.boxes);
  const tables = seen.complete ? tablesOfMovie(movie) : null;
  const flaw = seen.flaw ?? (tables && (await glaringFlawOfOffsets(bufferedSource(file, headBytes), tables)));
  const told = { durationMs, videoCodec, audioCodec, width, height, fps, picture };
  return { ...told, complete: flaw === null, flaw, codecs: codecsOf(movie) };
}

/** Of a damaged `moov` nothing is told. */
function codecsOf({ moov }: Movie): string | null {
  try {
    return moov && codecsOfTracks(moov);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function codecsOfTracks(moov: BoxView): string | null {
  const tracks = tracksOf(moov).map((trak) => ({ trak, handler: trak.find('mdia', 'hdlr')?.type(8) ?? '' }));
  const codecs = ['vide', 'soun'].flatMap((handler) => {
    const track = tracks.find((each) => each.handler === handler);
    const stsd = track?.trak.find('mdia', 'minf', 'stbl', 'stsd');
    return (stsd && codecOfEntry(stsd, handler)) ?? [];
  });
  return codecs.length > 0 ? codecs.join(',') : null;
}
