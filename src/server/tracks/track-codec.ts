import type { Fix, FixFlaw, TrackSample } from './track-types.ts';

/**
 * A track as bytes, about nine a sample: a version, the count, then per sample a byte of flags and the differences
 * from the sample before as variable-length integers. Positions keep 1e-7 degrees, speed 0.01 m/s, course 0.01
 * degrees, times whole milliseconds.
 */
const version = 1;
const flaws = [null, 'spike', 'stale', 'too_fast', 'null_island'] as const satisfies (FixFlaw | null)[];

const flag = { fix: 1, noSpeed: 16, noCourse: 32, clockAsExpected: 64, offsetAsExpected: 128 };
const flawShift = 1;
const flawMask = 7;
/** A sample is one byte at the least: what a count may claim is bounded by the bytes there are. */
const leastSampleBytes = 1;

/** Packs samples in their order. */
export function packTrack(samples: readonly TrackSample[]): Uint8Array {
  const out = new Packer(samples.length);
  out.byte(version);
  out.unsigned(samples.length);
  const last = new State();
  for (const sample of samples) packSample(out, last, sample);
  return out.done();
}

/** The samples that `packTrack` packed. Throws a `RangeError` when the bytes are no track. */
export function unpackTrack(points: Uint8Array): TrackSample[] {
  const samples: TrackSample[] = [];
  const unpacker = new Unpacker(points);
  while (unpacker.next()) {
    const { state, flags } = unpacker;
    const isFix = (flags & flag.fix) !== 0;
    samples.push({
      offsetMs: state.offsetMs,
      clockMs: state.hasClock ? state.clockMs : null,
      isFix,
      latitude: isFix ? state.latitude / 1e7 : 0,
      longitude: isFix ? state.longitude / 1e7 : 0,
      speedMps: speedOf(unpacker),
      courseDegrees: courseOf(unpacker),
      flaw: flaws[(flags >> flawShift) & flawMask] ?? null,
    });
  }
  return samples;
}

/** The sound fixes of a track whose clip starts at `startedAt` (UTC milliseconds). Throws like `unpackTrack`. */
export function unpackFixes(points: Uint8Array, startedAt: number): Fix[] {
  const fixes: Fix[] = [];
  const unpacker = new Unpacker(points);
  const relevant = flag.fix | (flawMask << flawShift);
  while (unpacker.next()) {
    if ((unpacker.flags & relevant) !== flag.fix) continue;
    const { state } = unpacker;
    fixes.push({
      at: startedAt + state.offsetMs,
      latitude: state.latitude / 1e7,
      longitude: state.longitude / 1e7,
      speedMps: speedOf(unpacker),
      courseDegrees: courseOf(unpacker),
    });
  }
  return fixes;
}

const speedOf = ({ flags, state }: Unpacker): number | null =>
  (flags & flag.noSpeed) === 0 ? state.speed / 100 : null;
const courseOf = ({ flags, state }: Unpacker): number | null =>
  (flags & flag.noCourse) === 0 ? state.course / 100 : null;

/** What the next sample is told as a difference from. */
class State {
  offsetMs = -1000;
  offsetStep = 1000;
  hasClock = false;
  clockMs = 0;
  clockStep = 1000;
  latitude = 0;
  longitude = 0;
  speed = 0;
  course = 0;
}

function packSample(out: Packer, last: State, sample: TrackSample): void {
  const offset = Math.round(sample.offsetMs) - last.offsetMs - last.offsetStep;
  const clock = clockCode(last, sample.clockMs);
  out.byte(
    (sample.isFix ? flag.fix : 0) |
      (flaws.indexOf(sample.flaw) << flawShift) |
      (sample.speedMps === null ? flag.noSpeed : 0) |
      (sample.courseDegrees === null ? flag.noCourse : 0) |
      (clock === asExpected ? flag.clockAsExpected : 0) |
      (offset === 0 ? flag.offsetAsExpected : 0),
  );
  if (offset !== 0) out.signed(offset);
  last.offsetStep += offset;
  last.offsetMs += last.offsetStep;
  if (clock !== asExpected) out.unsigned(clock);
  keepClock(last, sample.clockMs === null ? null : Math.round(sample.clockMs));
  packPlace(out, last, sample);
}

function packPlace(out: Packer, last: State, sample: TrackSample): void {
  if (sample.isFix) {
    last.latitude = out.step(last.latitude, Math.round(sample.latitude * 1e7));
    last.longitude = out.step(last.longitude, Math.round(sample.longitude * 1e7));
  }
  if (sample.speedMps !== null) last.speed = out.step(last.speed, Math.round(sample.speedMps * 100));
  if (sample.courseDegrees !== null)
    last.course = out.step(last.course, Math.round(sample.courseDegrees * 100));
}

const asExpected = -1;

/** The clock's number: `asExpected`, 0 for none, else one more than its zigzag difference from the expected. */
function clockCode(last: State, clockMs: number | null): number {
  if (clockMs === null) return last.hasClock ? 0 : asExpected;
  const difference = Math.round(clockMs) - last.clockMs - last.clockStep;
  return last.hasClock && difference === 0 ? asExpected : zigzag(difference) + 1;
}

function keepClock(state: State, clockMs: number | null): void {
  state.hasClock = clockMs !== null;
  if (clockMs === null) return;
  state.clockStep = clockMs - state.clockMs;
  // A first clock or a jump tells nothing of the next step.
  if (Math.abs(state.clockStep) > 60_000) state.clockStep = 1000;
  state.clockMs = clockMs;
}

/** Not with bit operators: differences of clocks need more than 32 bits. */
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);

class Packer {
  private bytes: Uint8Array;
  private length = 0;

  constructor(samples: number) {
    this.bytes = new Uint8Array(32 + samples * 10);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[this.length++] = value;
  }

  unsigned(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  signed(value: number): void {
    this.unsigned(zigzag(value));
  }

  /** Writes the difference and returns the new value. */
  step(from: number, to: number): number {
    this.signed(to - from);
    return to;
  }

  done(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Steps through a packed track; `flags` and `state` are those of the sample that `next` came to. */
class Unpacker {
  readonly state = new State();
  flags = 0;
  private readonly bytes: Uint8Array;
  private at = 0;
  private left: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    if (this.byte() !== version) throw new RangeError('not a packed track of this version');
    this.left = this.unsigned();
    if (this.left * leastSampleBytes > bytes.length) throw new RangeError('a packed track is cut short');
  }

  /** False behind the last sample. */
  next(): boolean {
    if (this.left === 0) return false;
    this.left--;
    const { state } = this;
    const flags = this.byte();
    this.flags = flags;
    if ((flags & flag.offsetAsExpected) === 0) state.offsetStep += this.signed();
    state.offsetMs += state.offsetStep;
    this.nextClock();
    if ((flags & flag.fix) !== 0) {
      state.latitude += this.signed();
      state.longitude += this.signed();
    }
    if ((flags & flag.noSpeed) === 0) state.speed += this.signed();
    if ((flags & flag.noCourse) === 0) state.course += this.signed();
    return true;
  }

  private nextClock(): void {
    const { state } = this;
    if ((this.flags & flag.clockAsExpected) !== 0) {
      if (state.hasClock) keepClock(state, state.clockMs + state.clockStep);
      return;
    }
    const code = this.unsigned();
    keepClock(state, code === 0 ? null : state.clockMs + state.clockStep + unzigzag(code - 1));
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError('a packed track is cut short');
    return byte;
  }

  private signed(): number {
    return unzigzag(this.unsigned());
  }

  private unsigned(): number {
    let byte = this.byte();
    let value = byte & 127;
    for (let scale = 128; byte >= 128; scale *= 128) {
      if (scale > 2 ** 49) throw new RangeError('a packed track has a number too large');
      byte = this.byte();
      value += (byte & 127) * scale;
    }
    return value;
  }
}
