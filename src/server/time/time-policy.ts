import type { GpsClock, TimeConfidence } from '../../shared/clock.ts';
import type { ClipRow } from '../db/schema.ts';
import {
  isColdStart,
  isZoneOffset,
  minuteMs,
  toleranceMs,
  toQuarter,
  type FixClock,
  type Zones,
} from './gps-clock-policy.ts';
import {
  isContradicted,
  nearestWitness,
  shiftAt,
  sidesOf,
  wrongAlike,
  type Shift,
  type Sides,
  type Witness,
} from './witness-policy.ts';

/** What is known of a camera's clocks. */
export interface CameraClocks {
  /** Of a clip that bears this name, as if it were UTC. */
  gpsClockAt: (wallMs: number) => GpsClock;
  /** Said by hand: IANA or `UTC+02:00`. */
  zone: string | null;
  installationZone: string;
  shifts: readonly Shift[];
  /** The zone its names have shown to be in about this time; null where nobody knows better than the settings. */
  learnedZoneAt: (wallMs: number) => string | null;
}

/** How the name of a clip becomes an instant. */
export interface Reading {
  /** Added to the name read as UTC. */
  deltaMs: number;
  /** IANA zone or fixed offset of the place. */
  zone: string;
  confidence: TimeConfidence;
  /** The wall clock was read in `zone`: a moment away, the offset may be another. */
  isByZone: boolean;
  /** Other deltas that the same wall clock may mean, in the hour that occurs twice. */
  others: readonly number[];
}

export interface CaptureFacts {
  wallMs: number;
  /** The lowest number of its clips. */
  sequence: number | null;
  fixes: readonly FixClock[];
  /** When it was first seen on its camera; null when it was not. */
  seenAt: number | null;
  /** As it is placed now. */
  current: {
    deltaMs: number;
    offsetMinutes: number;
    source: ClipRow['time_source'];
    confidence: TimeConfidence;
  };
  /** Its name tells no time. */
  isUnclassified: boolean;
}

export interface Placement {
  deltaMs: number;
  offsetMinutes: number;
  source: ClipRow['time_source'];
  confidence: TimeConfidence;
}

/** Names and records tell whole seconds: less than this is no error of a clock. */
const noiseMs = 5000;
const dayMs = 24 * 60 * minuteMs;
/** Receivers that lost count of the weeks are back by 19 years; no camera of this kind was made before. */
const oldestMs = Date.UTC(2012, 0, 1);

/** The whole seconds by which a clock is off, none where it may be the way it is read. */
const errorOf = (ms: number): number => (Math.abs(ms) <= noiseMs ? 0 : Math.round(ms / 1000) * 1000);

/** An offset by UTC, to the second, or to the zone where that is what it is. */
function exact(offsetMs: number): number {
  const quarter = toQuarter(offsetMs);
  return quarter + errorOf(offsetMs - quarter);
}

/** What a clip's fixes say of when it began; null where they cannot be understood. */
export function readFix(fix: FixClock, camera: CameraClocks, zones: Zones): Reading | null {
  switch (camera.gpsClockAt(fix.wallMs)) {
    case 'utc':
      return utcReading(fix, 'sure');
    case 'local':
      return localReading(fix, camera, zones);
    case 'unknown':
      return unknownReading(fix, camera, zones);
  }
}

const utcReading = (fix: FixClock, confidence: TimeConfidence): Reading => ({
  deltaMs: exact(fix.offsetMs),
  zone: fix.zone,
  confidence,
  isByZone: false,
  others: [],
});

function localReading(fix: FixClock, camera: CameraClocks, zones: Zones): Reading {
  const errorMs = errorOf(fix.offsetMs);
  const { jumpMs, zone } = fix;
  const common = { zone, confidence: 'sure' as const };
  const zoneMs = zones.offsetMs(camera.zone ?? zone, fix.wallMs);
  if (jumpMs !== null && isColdStart(fix, zoneMs))
    return { ...common, deltaMs: errorMs - jumpMs, isByZone: false, others: [] };
  // What was wrong with the camera's clock was wrong with these records, too.
  const wallMs = fix.wallMs + errorMs + shiftAt(camera.shifts, fix.wallMs);
  const [first = wallMs, ...rest] = zones.instants(camera.zone ?? zone, wallMs);
  return {
    ...common,
    deltaMs: first - fix.wallMs,
    isByZone: true,
    others: rest.map((at) => at - fix.wallMs),
  };
}

/** UTC where that fits; where it is off by more than any zone is, still better than the name. */
function unknownReading(fix: FixClock, camera: CameraClocks, zones: Zones): Reading | null {
  const { wallMs, offsetMs, zone } = fix;
  if (isColdStart(fix, zones.offsetMs(camera.zone ?? zone, wallMs))) return localReading(fix, camera, zones);
  const at = wallMs + offsetMs;
  const fits = [camera.zone ?? zone, zone, camera.installationZone].some(
    (other) => Math.abs(offsetMs + zones.offsetMs(other, at)) <= toleranceMs,
  );
  if (fits) return utcReading(fix, 'likely');
  if (isZoneOffset(-offsetMs)) return Math.abs(offsetMs) <= toleranceMs ? null : utcReading(fix, 'likely');
  return utcReading(fix, 'doubtful');
}

/** How far a camera's clock was off, besides its zone, and the minutes east of UTC that it ran at. */
export function clockErrorOf(
  fix: FixClock,
  camera: CameraClocks,
  zones: Zones,
): { offsetMinutes: number; errorMs: number } | null {
  const reading = readFix(fix, camera, zones);
  if (reading === null) return null;
  const aheadMs = -reading.deltaMs;
  const zoneMs = toQuarter(aheadMs);
  if (isZoneOffset(aheadMs)) return { offsetMinutes: zoneMs / minuteMs, errorMs: aheadMs - zoneMs };
  const expectedMs = zones.offsetMs(camera.zone ?? fix.zone, fix.wallMs + reading.deltaMs);
  return { offsetMinutes: Math.round(expectedMs / minuteMs), errorMs: aheadMs - expectedMs };
}

/** No recording began before there were such cameras, or in time to come. */
const isPlausible = (at: number, now: number): boolean => at >= oldestMs && at <= now + dayMs;

/** What a capture's own fixes say; of several lenses the one that says it for sure. */
export function ownReading(
  capture: Pick<CaptureFacts, 'fixes'>,
  camera: CameraClocks,
  context: { zones: Zones; now: number },
): Reading | null {
  const readings = capture.fixes.flatMap((fix) => {
    const reading = readFix(fix, camera, context.zones);
    if (!reading || !isPlausible(fix.wallMs + reading.deltaMs, context.now)) return [];
    return [reading];
  });
  return readings.find((reading) => !reading.isByZone) ?? readings[0] ?? null;
}

export interface PlaceContext {
  camera: CameraClocks;
  /** Captures of the camera that show its clock, of this time. */
  witnesses: readonly Witness[];
  zones: Zones;
  now: number;
  /** What was only assumed is assumed anew, for a person has changed what is assumed. */
  afresh: boolean;
}

/**
 * Where a capture lies in time: by its own fixes, else as its neighbours' clock was, else as the clock was wrong before
 * and after it, else as it is placed already, else by its name. What is placed without a fix is not moved because the settings of this machine are others now.
 */
export function placeCapture(capture: CaptureFacts, context: PlaceContext): Placement {
  const { camera, zones } = context;
  const own = ownReading(capture, camera, context);
  const witness =
    own === null || own.others.length > 0 ? nearestWitness(capture, context.witnesses, camera.shifts) : null;
  if (own) return byFix(capture, own, witness, zones);
  const seen = witness && byNeighbour(capture, witness, context);
  if (seen) return seen;
  const sides = sidesOf(capture, context.witnesses, camera.shifts);
  const alike = wrongAlike(capture, sides);
  const between = alike && byNeighbour(capture, alike, context);
  if (between) return between;
  const { source } = capture.current;
  const isNamed = source === 'setting' || source === 'file';
  if (!context.afresh && (isNamed || capture.fixes.length === 0)) return asItIs(capture, sides, context);
  return byName(capture, sides, context);
}

function byFix(capture: CaptureFacts, own: Reading, witness: Witness | null, zones: Zones): Placement {
  const deltaMs = witness === null ? own.deltaMs : closestTo(witness.reading.deltaMs, own);
  const at = capture.wallMs + deltaMs;
  const isOpen = own.others.length > 0 && witness === null;
  return {
    deltaMs,
    offsetMinutes: minutesAt(own.zone, at, zones),
    source: 'gps',
    confidence: isOpen && own.confidence === 'sure' ? 'likely' : own.confidence,
  };
}

const closestTo = (deltaMs: number, { deltaMs: first, others }: Reading): number =>
  others.reduce(
    (best, other) => (Math.abs(other - deltaMs) < Math.abs(best - deltaMs) ? other : best),
    first,
  );

const minutesAt = (zone: string, at: number, zones: Zones): number =>
  Math.round(zones.offsetMs(zone, at) / minuteMs);

/** Its wall clock is read as the neighbour's was: with the same offset, or in the same zone. */
function byNeighbour(
  capture: CaptureFacts,
  { wallMs, reading }: Witness,
  context: PlaceContext,
): Placement | null {
  const { camera, zones, now } = context;
  let { deltaMs } = reading;
  if (reading.isByZone) {
    const zone = camera.zone ?? reading.zone;
    const errorMs = deltaMs + zones.offsetMs(zone, wallMs + deltaMs);
    const deltas = zones.instants(zone, capture.wallMs + errorMs).map((at) => at - capture.wallMs);
    deltaMs = closestTo(deltaMs, { ...reading, deltaMs: deltas[0] ?? deltaMs, others: deltas.slice(1) });
  }
  const at = capture.wallMs + deltaMs;
  if (!isPlausible(at, now)) return null;
  const { current } = capture;
  return {
    deltaMs,
    offsetMinutes: minutesAt(reading.zone, at, zones),
    // One that agrees with what the name said needs no other source.
    source: deltaMs === current.deltaMs && current.source !== 'gps' ? current.source : 'camera_offset',
    confidence: reading.confidence === 'doubtful' ? 'doubtful' : 'likely',
  };
}

function asItIs(capture: CaptureFacts, sides: Sides, context: PlaceContext): Placement {
  const { deltaMs, offsetMinutes, source, confidence } = capture.current;
  const isNamed = source === 'setting' || source === 'file';
  const told = { deltaMs, offsetMinutes, source };
  if (isDoubtful(capture, { deltaMs, sides }, context)) return { ...told, confidence: 'doubtful' };
  if (!isNamed) return { ...told, confidence: confidence === 'assumed' ? 'likely' : confidence };
  return { ...told, confidence: confidence === 'likely' ? 'likely' : 'assumed' };
}

/** In the zone that was said, that was learned, or that this machine is in; with what was said of its clock. */
function byName(capture: CaptureFacts, sides: Sides, context: PlaceContext): Placement {
  const { camera, zones } = context;
  const shiftMs = shiftAt(camera.shifts, capture.wallMs);
  const named = nameInstant(capture.wallMs, camera, zones);
  const isSaid = shiftMs !== 0 || camera.zone !== null;
  const plain = capture.isUnclassified ? 'file' : 'setting';
  const deltaMs = named.at - capture.wallMs;
  const isInDoubt = isDoubtful(capture, { deltaMs, sides }, context);
  return {
    deltaMs,
    offsetMinutes: named.offsetMinutes,
    source: named.isOwn ? 'camera_offset' : plain,
    confidence: isInDoubt ? 'doubtful' : isSaid ? 'likely' : 'assumed',
  };
}

/** The instant of a name, by itself. `isOwn`: by more than the zone of this installation. */
export function nameInstant(
  wallMs: number,
  camera: Pick<CameraClocks, 'zone' | 'installationZone' | 'shifts' | 'learnedZoneAt'>,
  zones: Zones,
): { at: number; offsetMinutes: number; isOwn: boolean } {
  const shiftMs = shiftAt(camera.shifts, wallMs);
  const ownZone = camera.zone ?? camera.learnedZoneAt(wallMs);
  const shifted = wallMs + shiftMs;
  const at = zones.instants(ownZone ?? camera.installationZone, shifted)[0] ?? shifted;
  // Wall clock less UTC: in the hour that spring leaves out, the zone's own offset is another.
  const offsetMinutes = Math.round((shifted - at) / minuteMs);
  return { at, offsetMinutes, isOwn: ownZone !== null || shiftMs !== 0 };
}

/** A card that is this old when it is seen is likelier one whose clock was reset. */
const staleMs = 180 * dayMs;
const freshMs = 2 * dayMs;

/**
 * A clock that was reset begins at a New Year, or before there were such cameras; one that is ahead tells of the future;
 * one that was wrong when it was last seen beside GPS, or next, may have been wrong here.
 */
function isDoubtful(
  capture: CaptureFacts,
  { deltaMs, sides }: { deltaMs: number; sides: Sides },
  { camera, now }: PlaceContext,
): boolean {
  const { wallMs, seenAt } = capture;
  if (shiftAt(camera.shifts, wallMs) !== 0) return false;
  const at = wallMs + deltaMs;
  if (!isPlausible(at, now) || isContradicted(deltaMs, sides)) return true;
  if (seenAt !== null) return at > seenAt + dayMs || seenAt - at > (isNewYear(wallMs) ? freshMs : staleMs);
  return isNewYear(wallMs) && wallMs % dayMs < 60 * minuteMs;
}

function isNewYear(wallMs: number): boolean {
  const date = new Date(wallMs);
  return date.getUTCMonth() === 0 && date.getUTCDate() === 1;
}
