/** Milliseconds and metres a second of what a camera counts. */
const metresPerSecondPerKnot = 1852 / 3600;
/** The firmware itself takes nothing faster for a speed. */
const fastestKnots = 300;

/** Bytes of a record (RMCINFO of docs/camera-protocol.md). */
export const recordBytes = 44;
const statusAt = 24;

/** What one record of a camera's GPS says; its place in time is for whoever knows its place in the file. */
export interface PlainRecord {
  /** Its clock read as if it were UTC, milliseconds since 1970; null when it has none. */
  clockMs: number | null;
  isFix: boolean;
  /** Degrees, WGS 84, 0 without a fix. */
  latitude: number;
  longitude: number;
  speedMps: number | null;
  courseDegrees: number | null;
}

/**
 * What was made of bytes that should hold a record: `foreign` has the shape of one and coordinates that cannot be
 * (another maker's, often encrypted), `none` has not even the shape.
 */
export type RecordVerdict = PlainRecord | 'foreign' | 'none';

/** Reads the record at `at`. Never throws; bytes that end too early are `none`. */
export function recordAt(bytes: Uint8Array, at: number): RecordVerdict {
  if (at < 0 || at + recordBytes > bytes.length || !hasStatus(bytes, at + statusAt)) return 'none';
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, recordBytes);
  const clockMs = clockOf(view);
  if (clockMs === 'absurd') return 'none';
  if (bytes[at + statusAt] === letter.V) return { ...nowhere, clockMs };
  if (clockMs === null) return 'none';
  const position = positionOf(view);
  return position ? { clockMs, isFix: true, ...position, ...motionOf(view) } : 'foreign';
}

const nowhere = { isFix: false, latitude: 0, longitude: 0, speedMps: null, courseDegrees: null };

/** The last record in the bytes that is not `none`, wherever it begins; `foreign` only when there is no better one. */
export function lastRecordIn(bytes: Uint8Array): RecordVerdict {
  let verdict: RecordVerdict = 'none';
  for (let at = bytes.length - recordBytes; at >= 0; at--) {
    if (!hasStatus(bytes, at + statusAt)) continue;
    const found = recordAt(bytes, at);
    if (typeof found === 'object') return found;
    if (found === 'foreign') verdict = found;
  }
  return verdict;
}

const letter = { A: 0x41, V: 0x56, N: 0x4e, S: 0x53, E: 0x45, W: 0x57, zero: 0x30 };

/** `A` or `V`, two hemispheres (a void record may have `0` or zero bytes there), a zero byte. */
function hasStatus(bytes: Uint8Array, at: number): boolean {
  const [status, northSouth, eastWest, pad] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  if (pad !== 0 || (status !== letter.A && status !== letter.V)) return false;
  const isNamed =
    (northSouth === letter.N || northSouth === letter.S) && (eastWest === letter.E || eastWest === letter.W);
  return isNamed || (status === letter.V && isUnset(northSouth) && isUnset(eastWest));
}

const isUnset = (byte: number | undefined): boolean =>
  byte === letter.zero || byte === letter.N || byte === letter.S || byte === letter.E || byte === letter.W;

/**
 * Null without a date (a receiver that has heard nothing yet), `absurd` when the words are no time. Minute 60 and hour
 * 24 are what the firmware's own arithmetic of zones yields; they roll over.
 */
function clockOf(view: DataView): number | null | 'absurd' {
  const word = (index: number): number => view.getUint32(index * 4, true);
  const [hour, minute, second, year, month, day] = [word(0), word(1), word(2), word(3), word(4), word(5)];
  if (hour > 24 || minute > 60 || second > 60 || month > 12 || day > 31 || !isYear(year)) return 'absurd';
  if (month === 0 || day === 0) return month === day ? null : 'absurd';
  return Date.UTC(year > 99 ? year : 2000 + year, month - 1, day, hour, minute, second);
}

/** Since 2000, or (another build of the firmware) as it is. */
const isYear = (year: number): boolean => year <= 99 || (year >= 2000 && year <= 2099);

function positionOf(view: DataView): { latitude: number; longitude: number } | null {
  const [rawLatitude, rawLongitude] = [view.getFloat32(0x1c, true), view.getFloat32(0x20, true)];
  const latitude = degreesOf(rawLatitude, 90);
  const longitude = degreesOf(rawLongitude, 180);
  if (latitude === null || longitude === null || isOther(rawLatitude, rawLongitude)) return null;
  // Not a minus sign, which would make a zero negative.
  return {
    latitude: view.getUint8(0x19) === letter.S ? 0 - latitude : latitude,
    longitude: view.getUint8(0x1a) === letter.W ? 0 - longitude : longitude,
  };
}

/** Degrees of `dddmm.mmmm`; null when there are none that large or no minutes that large. */
function degreesOf(value: number, most: number): number | null {
  if (!(value >= 0 && value <= most * 100)) return null;
  const whole = Math.trunc(value / 100);
  const minutes = value - whole * 100;
  return minutes < 60 ? whole + minutes / 60 : null;
}

/**
 * Numbers of other makers that pass for minutes: integers read as floats are next to nothing, an empty latitude comes
 * with coordinates that are kept (encrypted) elsewhere, and decimal degrees would all lie off the coast of Ghana, where
 * there is no land.
 */
function isOther(latitude: number, longitude: number): boolean {
  if (latitude === 0 && longitude === 0) return false;
  return latitude < 1e-5 || (longitude !== 0 && longitude < 1e-5) || (latitude <= 90 && longitude <= 180);
}

function motionOf(view: DataView): Pick<PlainRecord, 'speedMps' | 'courseDegrees'> {
  const [knots, course] = [view.getFloat32(0x24, true), view.getFloat32(0x28, true)];
  return {
    speedMps: knots >= 0 && knots < fastestKnots ? knots * metresPerSecondPerKnot : null,
    courseDegrees: course >= 0 && course <= 360 ? course % 360 : null,
  };
}
