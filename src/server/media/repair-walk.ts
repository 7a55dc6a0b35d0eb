import type { ByteSource } from '../lib/mp4-boxes.ts';
import { readUnit, unitHeadBytes, type SliceRules, type Unit } from './repair-nal.ts';
import { Window } from './repair-window.ts';

/** Pictures that were found in a stretch of a file. */
export interface FoundPictures {
  offsets: number[];
  sizes: number[];
  syncs: boolean[];
}

export interface WalkOptions {
  rules: SliceRules;
  from: number;
  to: number;
  /** No unit is longer. */
  maxUnitBytes: number;
  /** The number of the picture before; null when there is none. */
  counter?: number | null;
  signal?: AbortSignal | undefined;
}

const lengthBytes = 4;
const lookBytes = lengthBytes + unitHeadBytes;
/** No unit ends with so many zeros: the bit that ends it is in the last byte but for a little padding. */
const holeBytes = 32;
/** Units before the slices of a picture. */
const maxPrelude = 12;
/** Between two pictures stand sound, GPS blocks and padding; behind so much else, nothing of the recording follows. */
const maxGapBytes = 4 * 1024 * 1024;
const maxPictures = 2_200_000;
/** Numbers that may be missing where other bytes came between. */
const maxMissing = 8;
/** Boxes that cameras put between pictures. */
const boxTypes = new Set(['free', 'skip', 'wide']);
const maxBoxBytes = 1024 * 1024;

/**
 * Pictures in a stretch of bytes that no table describes: units behind their lengths, one by one; where none begins,
 * the next place where one can only be one. A picture that the end of the file cuts is left out. Reads at most the
 * stretch once.
 */
export async function walkPictures(source: ByteSource, options: WalkOptions): Promise<FoundPictures> {
  const walk = new Walk(source, options);
  return walk.run();
}

interface Picture {
  offset: number;
  end: number;
  hasSlice: boolean;
  isKey: boolean;
}

/** A unit and where it ends. */
interface Place {
  unit: Unit;
  end: number;
  isCut: boolean;
}

class Walk {
  private readonly window: Window;
  private readonly options: WalkOptions;
  private readonly to: number;
  private readonly found: FoundPictures = { offsets: [], sizes: [], syncs: [] };
  private picture: Picture | null = null;
  private counter: number | null;
  /** The number of the last picture was given on. */
  private wasCounted = true;

  constructor(source: ByteSource, options: WalkOptions) {
    this.window = new Window(source, options.signal);
    this.options = options;
    this.to = Math.min(options.to, source.sizeBytes);
    this.counter = options.counter ?? null;
  }

  async run(): Promise<FoundPictures> {
    let at = this.options.from;
    while (at < this.to && this.found.offsets.length < maxPictures) {
      const place = await this.unitAt(at);
      if (place && (await this.accepts(place, at))) {
        if (place.isCut) {
          this.leaveCut(place.unit);
          break;
        }
        const isTorn = await this.isTorn(place.end);
        if (!isTorn) this.take(place, at);
        else this.leaveTorn(place.unit);
        at = isTorn ? at + lookBytes : place.end;
        continue;
      }
      this.flush();
      const next = (await this.boxEnd(at)) ?? (await this.search(at + 1));
      if (next === null) break;
      at = next;
    }
    this.flush();
    return this.found;
  }

  private async unitAt(at: number): Promise<Place | null> {
    const bytes = await this.window.look(at, lookBytes);
    return this.unitIn(bytes, at);
  }

  /** `bytes` begin with the length of what may be a unit. */
  private unitIn(bytes: Buffer, at: number): Place | null {
    if (bytes.length < lengthBytes + 2) return null;
    const length = bytes.readUInt32BE(0);
    if (length < 2 || length > this.options.maxUnitBytes) return null;
    const head = bytes.subarray(lengthBytes, lengthBytes + Math.min(length, unitHeadBytes));
    const unit = readUnit(head, length, this.options.rules);
    const end = at + lengthBytes + length;
    return unit && { unit, end, isCut: end > this.to };
  }

  /**
   * Right behind the unit before, what looks like one is one. Elsewhere a picture has to begin, with the number that
   * follows; what stands before its slices proves nothing, and is looked behind.
   */
  private async accepts(place: Place, at: number): Promise<boolean> {
    if (this.picture?.end === at) return place.unit.isFirst || this.picture.hasSlice;
    let next: Place | null = place;
    for (let count = 0; next && count < maxPrelude; count++) {
      if (!next.unit.isFirst) return false;
      if (next.unit.isSlice) return this.fits(next.unit);
      next = next.isCut ? null : await this.unitAt(next.end);
    }
    return false;
  }

  private fits(unit: Unit): boolean {
    if (this.counter === null || unit.counter === null) return unit.isKey;
    return unit.isKey || this.follows(unit.counter);
  }

  private follows(counter: number): boolean {
    const { rules } = this.options;
    const range = 2 ** rules.counterBits;
    const ahead = (counter - (this.counter ?? 0) + range) % range;
    // Of H.265 it is the order of display, which may count by two or go back a little.
    if (rules.codec === 'hevc') return ahead <= 2 * maxMissing || ahead >= range - maxMissing;
    return ahead === 0 ? !this.wasCounted : ahead <= Math.min(maxMissing, range / 2);
  }

  private take({ unit, end }: Place, at: number): void {
    if (!this.picture || (unit.isFirst && this.picture.hasSlice)) {
      this.flush();
      this.picture = { offset: at, end, hasSlice: false, isKey: false };
    }
    this.picture.end = end;
    if (!unit.isSlice) return;
    this.picture.hasSlice = true;
    this.picture.isKey = this.picture.isKey || unit.isKey;
    if (unit.counter === null) return;
    this.counter = unit.counter;
    this.wasCounted = unit.isCounted;
  }

  /** Of a picture of several slices, one is cut: the whole of it is left out. */
  private leaveCut(unit: Unit): void {
    if (unit.isSlice && !unit.isFirst) this.picture = null;
    else this.flush();
  }

  /** What was reserved for it was not written to its end. Looked at together with what follows. */
  private async isTorn(end: number): Promise<boolean> {
    return isHole(await this.window.look(end - holeBytes, holeBytes + lookBytes));
  }

  /** What refers to it cannot be shown either: the next has to decode by itself. */
  private leaveTorn(unit: Unit): void {
    this.leaveCut(unit);
    this.counter = null;
  }

  private flush(): void {
    const { picture } = this;
    this.picture = null;
    if (!picture?.hasSlice) return;
    this.found.offsets.push(picture.offset);
    this.found.sizes.push(picture.end - picture.offset);
    this.found.syncs.push(picture.isKey);
  }

  /** Where a box of the camera's ends that begins here. */
  private async boxEnd(at: number): Promise<number | null> {
    const bytes = await this.window.look(at, 8);
    if (bytes.length < 8 || !boxTypes.has(bytes.toString('latin1', 4, 8))) return null;
    const length = bytes.readUInt32BE(0);
    return length >= 8 && length <= maxBoxBytes && at + length <= this.to ? at + length : null;
  }

  /** The next place from `from` on where a picture or a box begins; null when none does for long. */
  private async search(from: number): Promise<number | null> {
    const end = Math.min(this.to, from + maxGapBytes);
    for (let at = from; at < end;) {
      const held = await this.window.rest(at, lookBytes);
      if (held.length < lengthBytes + 2) return null;
      const last = Math.min(end - at, Math.max(1, held.length - lookBytes));
      const index = this.candidateIn(held, at, last);
      if (index < last) {
        const place = await this.unitAt(at + index);
        if (!place || (await this.accepts(place, at + index))) return at + index;
      }
      at += index + (index < last ? 1 : 0);
    }
    return null;
  }

  /** Where in `held` the first unit or box may begin; `last` without one. */
  private candidateIn(held: Buffer, at: number, last: number): number {
    for (let index = nextLength(held, 0, last); index < last; index = nextLength(held, index + 1, last)) {
      const bytes = held.subarray(index, index + lookBytes);
      if (this.unitIn(bytes, at + index) || isBox(bytes)) return index;
    }
    return last;
  }
}

const isBox = (bytes: Buffer): boolean =>
  boxTypes.has(bytes.toString('latin1', 4, 8)) && bytes.readUInt32BE(0) <= maxBoxBytes;

/** Lengths begin with a zero byte, and are not zero. */
function nextLength(held: Buffer, from: number, to: number): number {
  for (let index = held.indexOf(0, from); index !== -1 && index < to; index = held.indexOf(0, index + 1))
    if (held[index + 1] !== 0 || held[index + 2] !== 0) return index;
  return to;
}

/**
 * Whether these bytes are a picture as an MP4 holds it: units whose lengths add up to its size. `lengthBytes` is 4.
 */
export async function isPicture(
  source: ByteSource,
  place: { offset: number; size: number },
  rules: SliceRules,
): Promise<boolean> {
  const end = place.offset + place.size;
  if (place.size < 6 || end > source.sizeBytes) return false;
  let hasSlice = false;
  let at = place.offset;
  for (let count = 0; count < maxUnits && at < end; count++) {
    const head = Buffer.from(await source.read(at, lengthBytes + unitHeadBytes));
    if (head.length < lengthBytes + 2) return false;
    const length = head.readUInt32BE(0);
    const unit = readUnit(
      head.subarray(lengthBytes, lengthBytes + Math.min(length, unitHeadBytes)),
      length,
      rules,
    );
    // Kinds that nobody uses are let be between others; what counts is that the lengths add up.
    if (unit?.isSlice) hasSlice = true;
    if (length < 1) return false;
    at += lengthBytes + length;
  }
  return (
    at === end && hasSlice && !isHole(await source.read(Math.max(place.offset, end - holeBytes), holeBytes))
  );
}

const isHole = (bytes: Uint8Array): boolean =>
  bytes.length >= holeBytes && bytes.subarray(0, holeBytes).every((byte) => byte === 0);

const maxUnits = 256;
