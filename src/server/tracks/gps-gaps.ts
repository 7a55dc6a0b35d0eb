import { childrenOf, contentView, descendant } from './gps-boxes.ts';

/** Bytes `[from, to)` of a file. */
export interface Gap {
  from: number;
  to: number;
}

/** Header and record of the shortest block. */
const leastBytes = 60;
/** More than this many, or chunks, and searching all of it is no dearer. */
const mostGaps = 200;
const mostChunks = 500_000;

/**
 * What the sample tables of a whole `moov` leave out of the first `withinBytes` behind `from`: blocks lie between
 * pictures and sound. Null when there are no tables, or damaged ones, or too many gaps.
 */
export function gapsOf(moov: Uint8Array, from: number, withinBytes: number): Gap[] | null {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.length);
  const to = from + withinBytes;
  try {
    const chunks: Gap[] = [];
    for (const child of childrenOf(view)) {
      if (child.type !== 'trak') continue;
      const tables = descendant(contentView(view, child.start, child.to), 'mdia', 'minf', 'stbl');
      if (!tables) return null;
      chunks.push(...[...chunksOf(tables)].filter((chunk) => chunk.to > from && chunk.from < to));
    }
    return chunks.length === 0 ? null : between(chunks, from, to);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function between(chunks: readonly Gap[], from: number, to: number): Gap[] | null {
  const gaps: Gap[] = [];
  let at = from;
  for (const chunk of [...chunks.toSorted((a, b) => a.from - b.from), { from: to, to }]) {
    if (chunk.from - at >= leastBytes) gaps.push({ from: at, to: chunk.from });
    at = Math.max(at, chunk.to);
  }
  return gaps.length > mostGaps ? null : gaps;
}

/** The chunks of a track. Throws a `RangeError` when its tables do not go together. */
function* chunksOf(tables: DataView): Generator<Gap> {
  const [runs, sizes] = [table(tables, 'stsc'), table(tables, 'stsz')];
  const wide = descendant(tables, 'co64');
  const offsets = wide ? table(tables, 'co64') : table(tables, 'stco');
  const chunks = offsets.getUint32(4);
  if (chunks > mostChunks) throw new RangeError('too many chunks');
  const [runCount, fixed, samples] = [runs.getUint32(4), sizes.getUint32(4), sizes.getUint32(8)];
  let [run, sample] = [0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    while (run + 1 < runCount && runs.getUint32(8 + (run + 1) * 12) <= chunk + 1) run++;
    const next = Math.min(samples, sample + runs.getUint32(8 + run * 12 + 4));
    const from = wide ? Number(offsets.getBigUint64(8 + chunk * 8)) : offsets.getUint32(8 + chunk * 4);
    let to = from + fixed * (next - sample);
    if (fixed === 0) for (; sample < next; sample++) to += sizes.getUint32(12 + sample * 4);
    sample = next;
    yield { from, to };
  }
}

/** The content of a child, behind its header. */
function table(tables: DataView, type: string): DataView {
  for (const child of childrenOf(tables)) {
    if (child.type === type) return contentView(tables, child.from, child.to);
  }
  throw new RangeError(`no ${type}`);
}
