import type { ClipSource } from '../clip-source.ts';

const CHUNK_BYTES = 64 * 1024;
/** A prime, so that equal filler never lies a round number of bytes apart and a misplaced range shows. */
const NOISE_BYTES = 1_048_573;

/** A stretch of a file: `lengthBytes` of `source`, begun at `phase` and repeated as often as needed. */
export interface Segment {
  source: Uint8Array;
  phase: number;
  lengthBytes: number;
}

/** Bytes that stand for what nobody looks at; shared by every clip of a factory. */
export interface Filler {
  zeros: Uint8Array;
  noise: Uint8Array;
}

/** Makes the shared filler: the same bytes in every process. */
export function createFiller(): Filler {
  const noise = new Uint8Array(NOISE_BYTES);
  let state = 0x9e3779b9;
  for (let index = 0; index < noise.length; index += 1) {
    // xorshift32 (Marsaglia, 2003)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    noise[index] = state >>> 16;
  }
  return { zeros: new Uint8Array(CHUNK_BYTES), noise };
}

/** Spreads seeds over `[0, range)`; near seeds end far apart. */
export function seedPhase(seed: number, range: number): number {
  const mixed = Math.imul(seed ^ Math.floor(seed / 2 ** 32), 2_654_435_761);
  return (mixed >>> 0) % range;
}

/** Lays segments one behind the other, knowing the file position it stands at. */
export class SegmentWriter {
  readonly segments: Segment[] = [];
  readonly startBytes: number;
  position: number;
  private readonly filler: Filler;
  private readonly noisePhase: number;

  constructor(options: { filler: Filler; seed: number; startBytes?: number }) {
    this.filler = options.filler;
    this.noisePhase = seedPhase(options.seed, options.filler.noise.length);
    this.startBytes = options.startBytes ?? 0;
    this.position = this.startBytes;
  }

  /** Adds the bytes themselves, not a copy. */
  bytes(source: Uint8Array): void {
    this.repeat({ source, phase: 0, lengthBytes: source.length });
  }

  /** Adds a stretch of a repeated source. */
  repeat(segment: Segment): void {
    if (segment.lengthBytes <= 0) return;
    this.segments.push(segment);
    this.position += segment.lengthBytes;
  }

  zeros(lengthBytes: number): void {
    this.repeat({ source: this.filler.zeros, phase: 0, lengthBytes });
  }

  /** Adds filler that depends on the seed and on the position in the file. */
  noise(lengthBytes: number): void {
    const source = this.filler.noise;
    this.repeat({ source, phase: (this.noisePhase + this.position) % source.length, lengthBytes });
  }

  /** Adds noise up to the next file position that is a multiple of `boundaryBytes`. */
  align(boundaryBytes: number): void {
    this.noise(Math.ceil(this.position / boundaryBytes) * boundaryBytes - this.position);
  }
}

/** A file described by its segments; any range of it can be copied out without making the whole. */
export class Composition {
  readonly sizeBytes: number;
  private readonly segments: readonly Segment[];
  private readonly starts: readonly number[];

  constructor(segments: readonly Segment[]) {
    const starts: number[] = [];
    let sizeBytes = 0;
    for (const segment of segments) {
      starts.push(sizeBytes);
      sizeBytes += segment.lengthBytes;
    }
    this.segments = segments;
    this.starts = starts;
    this.sizeBytes = sizeBytes;
  }

  /** Fills `target` with the file's bytes from position `from`; both must lie inside the file. */
  copy(from: number, target: Uint8Array): void {
    let done = 0;
    for (let index = this.segmentAt(from); done < target.length; index += 1) {
      const segment = this.segments[index];
      if (!segment) throw new RangeError(`Bytes ${from} to ${from + target.length} are not all in the file`);
      const skip = from + done - (this.starts[index] ?? 0);
      const length = Math.min(segment.lengthBytes - skip, target.length - done);
      copySegment(segment, skip, target.subarray(done, done + length));
      done += length;
    }
  }

  private segmentAt(position: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function copySegment(segment: Segment, skip: number, target: Uint8Array): void {
  const { source } = segment;
  let offset = (segment.phase + skip) % source.length;
  let done = 0;
  while (done < target.length) {
    const length = Math.min(source.length - offset, target.length - done);
    target.set(source.subarray(offset, offset + length), done);
    done += length;
    offset = 0;
  }
}

/**
 * A clip that keeps only how to compose it: the composition (sample tables, segments) is made again
 * when a read comes after the garbage collector took it, so a full card costs next to no memory.
 */
export function composedSource(compose: () => Composition): ClipSource {
  const first = compose();
  const { sizeBytes } = first;
  let kept = new WeakRef(first);
  return {
    sizeBytes,
    async *read(from, to) {
      const composition = kept.deref() ?? compose();
      kept = new WeakRef(composition);
      const end = Math.min(to, sizeBytes);
      for (let position = Math.max(0, from); position < end; position += CHUNK_BYTES) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position));
        composition.copy(position, chunk);
        yield chunk;
      }
    },
  };
}
