import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { Container } from '../../shared/clips.ts';
import { blockHeadBytes, isBlock, verdictOfBlock } from './gps-block.ts';
import { gpsIndexOf, otherPlacesOf, type GpsBlock, type GpsIndex } from './gps-index.ts';
import { readingOf, type Found } from './gps-reading.ts';
import { isBlockIn, scanForBlocks } from './gps-scan.ts';
import type { GpsReading } from './track-types.ts';
import { readTsGps } from './ts-gps.ts';

export interface GpsOptions {
  container: Container;
  /** Of the media; null when it is not known. */
  durationMs: number | null;
  signal?: AbortSignal;
}

/**
 * The GPS records of a clip: through the index of an MP4 (headers, `moov` once, 320 bytes a block), by a bounded scan
 * where there is none, out of the packets of a transport stream. Never throws for what is in the file, only for
 * failing reads and when aborted.
 */
export async function readGps(source: ByteSource, options: GpsOptions): Promise<GpsReading> {
  options.signal?.throwIfAborted();
  if (options.container === 'ts') return readTsGps(source, options);
  if (options.container === 'jpg') return { records: [], how: 'none', notes: [] };
  const index = await gpsIndexOf(source);
  if (index.blocks.length > 0) {
    const { found, blocks } = await throughIndex(source, index, options.signal);
    if (blocks > 0) {
      const places = (found.findLast(({ verdict }) => verdict !== 'none')?.place ?? 0) + 1;
      return readingOf(found, { how: 'index', places, durationMs: options.durationMs });
    }
  }
  return scanned(source, index, options);
}

async function scanned(source: ByteSource, index: GpsIndex, options: GpsOptions): Promise<GpsReading> {
  const { signal } = options;
  if (index.gaps && !(await isBlockIn(source, index.gaps, signal)))
    return { records: [], how: 'none', notes: [] };
  const found = await scanForBlocks(source, index.mediaOffset ?? 0, signal);
  const reading = readingOf(found, { how: 'scan', places: found.length, durationMs: options.durationMs });
  return index.hasIndex ? { ...reading, notes: ['an index that leads nowhere', ...reading.notes] } : reading;
}

/** So many places without a block, from the first on, and the index is not worth following. */
const maxDuds = 600;
const readsAtOnce = 8;

async function throughIndex(
  source: ByteSource,
  index: GpsIndex,
  signal?: AbortSignal,
): Promise<{ found: Found[]; blocks: number }> {
  const found: Found[] = [];
  let blocks = 0;
  for (const runs of inGroups(runsOf(index.blocks), readsAtOnce)) {
    signal?.throwIfAborted();
    for (const group of await Promise.all(runs.map((run) => readRun(source, run)))) {
      for (const each of group) {
        found.push({ place: each.place, verdict: each.verdict });
        if (each.isBlock) blocks++;
      }
    }
    if (blocks === 0 && found.length > maxDuds) break;
  }
  return { found, blocks };
}

interface Read extends Found {
  isBlock: boolean;
}

/** Blocks so near to each other that one read serves them. */
type Run = [GpsBlock, ...GpsBlock[]];
const nearBytes = 4096;
const longestRunBytes = 256 * 1024;

function runsOf(blocks: readonly GpsBlock[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const block of blocks) {
    const gap = run ? block.offset - (run.at(-1)?.offset ?? 0) : 0;
    const isNear = run && gap > 0 && gap <= nearBytes && block.offset - run[0].offset < longestRunBytes;
    if (run && isNear) run.push(block);
    else runs.push((run = [block]));
  }
  return runs;
}

async function readRun(source: ByteSource, run: Run): Promise<Read[]> {
  const start = run[0].offset;
  const bytes = await source.read(start, (run.at(-1)?.offset ?? start) - start + blockHeadBytes);
  const reads: Read[] = [];
  for (const block of run) {
    const head = bytes.subarray(block.offset - start, block.offset - start + blockHeadBytes);
    reads.push(isBlock(head) ? readOf(block, head) : await readElsewhere(source, block));
  }
  return reads;
}

const readOf = ({ place }: GpsBlock, head: Uint8Array): Read => ({
  place,
  verdict: verdictOfBlock(head),
  isBlock: true,
});

async function readElsewhere(source: ByteSource, block: GpsBlock): Promise<Read> {
  for (const offset of otherPlacesOf(block.offset, source.sizeBytes)) {
    const head = await source.read(offset, blockHeadBytes);
    if (isBlock(head)) return readOf(block, head);
  }
  return { place: block.place, verdict: 'none', isBlock: false };
}

function* inGroups<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
