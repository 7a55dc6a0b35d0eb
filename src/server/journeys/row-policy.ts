import { boundsOf } from '../../shared/geo.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import type { JourneyTable, StopTable } from '../db/schema-journeys.ts';
import { aboutOf } from './about-policy.ts';
import { figuresOf } from './figures-policy.ts';
import type { CarFix, JourneyEdit, JourneySpan, Span, StopSpan } from './journey-types.ts';
import { outlineOf } from './line-policy.ts';
import { marksOf } from './marks-policy.ts';
import { fixesIn } from './standing-policy.ts';

/** The days and zones of a span's ends. */
export interface Ends {
  zoneAt: (latitude: number, longitude: number) => string;
  localDayAt: (at: number, zone: string) => string;
}

export type JourneyValues = Omit<JourneyTable, 'id' | 'outline'> & { outline: Uint8Array };
export type StopValues = Omit<StopTable, 'id' | 'place_id'>;

interface Given {
  cameraId: number;
  span: JourneySpan;
  window: Span;
  /** Of the whole stretch, in the order of time. */
  fixes: readonly CarFix[];
  edits: readonly JourneyEdit[];
}

/** The row of a journey. */
export function journeyRow({ cameraId, span, window, fixes, edits }: Given, ends: Ends): JourneyValues {
  const own = fixesOf(fixes, span);
  const { distanceM, movingMs, topSpeedMps, topFix } = figuresOf(own);
  return {
    camera_id: cameraId,
    started_at: span.from,
    ended_at: span.to,
    shown_from: window.from,
    shown_to: window.to,
    ...endsOf(own, span, ends),
    distance_m: Math.round(distanceM * 10) / 10,
    moving_ms: movingMs,
    top_speed_mps: topSpeedMps === null ? null : Math.round(topSpeedMps * 100) / 100,
    is_triage: own.some(({ isTriage }) => isTriage) ? 1 : 0,
    is_edited: span.isEdited ? 1 : 0,
    marks: JSON.stringify(marksOf(own, topFix, topSpeedMps)),
    outline: packOutline(own),
    ...(boundsOf(own) ?? nowhere),
    version: versionOf(own, span),
    ...aboutOf(span, edits),
  };
}

const nullIsland: Position = { latitude: 0, longitude: 0 };

/** Where it began and ended, and on which days there. */
function endsOf(own: readonly CarFix[], span: Span, { zoneAt, localDayAt }: Ends) {
  const from: Position = own[0] ?? nullIsland;
  const to: Position = own.at(-1) ?? nullIsland;
  const startZone = zoneAt(from.latitude, from.longitude);
  const endZone = zoneAt(to.latitude, to.longitude);
  return {
    start_zone: startZone,
    end_zone: endZone,
    local_day: localDayAt(span.from, startZone),
    last_local_day: localDayAt(span.to, endZone),
    from_latitude: from.latitude,
    from_longitude: from.longitude,
    to_latitude: to.latitude,
    to_longitude: to.longitude,
  };
}

const nowhere: Box = { west: 0, south: 0, east: 0, north: 0 };

/** Those of the journey; where there is none, as after a split in a tunnel, the nearest. */
function fixesOf(fixes: readonly CarFix[], span: Span): CarFix[] {
  const own = fixesIn(fixes, span);
  if (own.length > 0) return own;
  const near = fixes.findLast(({ at }) => at < span.from) ?? fixes.find(({ at }) => at > span.to);
  return near ? [near] : [];
}

/** The row of a stop, but for its place. */
export function stopRow(cameraId: number, span: StopSpan, ends: Ends): StopValues {
  const zone = ends.zoneAt(span.latitude, span.longitude);
  return {
    camera_id: cameraId,
    started_at: span.from,
    ended_at: span.to,
    zone,
    local_day: ends.localDayAt(span.from, zone),
    last_local_day: ends.localDayAt(span.to, zone),
    latitude: span.latitude,
    longitude: span.longitude,
    is_inferred: span.isInferred ? 1 : 0,
    is_open: span.isOpen ? 1 : 0,
    version: hashOf([span.from, span.to, span.latitude * 1e7, span.longitude * 1e7]),
  };
}

/** A number for what a journey is made of: when it changes, pictures of it are to be made anew. */
const versionOf = (fixes: readonly CarFix[], { from, to }: Span): number => {
  const hash = new Hash();
  hash.add(from);
  hash.add(to);
  for (const fix of fixes) {
    hash.add(fix.at);
    hash.add(fix.latitude * 1e7);
    hash.add(fix.longitude * 1e7);
    hash.add((fix.speedMps ?? -1) * 100);
  }
  return hash.value;
};

function hashOf(numbers: readonly number[]): number {
  const hash = new Hash();
  for (const number of numbers) hash.add(number);
  return hash.value;
}

/** FNV-1a over 32-bit words, of which 31 bits are kept. */
class Hash {
  private state = 0x811c9dc5;

  add(number: number): void {
    const whole = Math.round(number);
    this.word(whole % 0x1_0000_0000);
    this.word(Math.trunc(whole / 0x1_0000_0000));
  }

  private word(word: number): void {
    this.state = Math.imul(this.state ^ (word | 0), 0x01000193);
    this.state ^= this.state >>> 15;
  }

  get value(): number {
    return this.state & 0x7fff_ffff;
  }
}

function packOutline(fixes: readonly CarFix[]): Uint8Array {
  const pairs = outlineOf(fixes);
  return new Uint8Array(Float32Array.from(pairs.flat()).buffer);
}

/** Longitude and latitude of each point of a packed outline. */
export function unpackOutline(bytes: Uint8Array): [number, number][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pairs: [number, number][] = [];
  for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
    const pair = [view.getFloat32(at, true), view.getFloat32(at + 4, true)] as const;
    pairs.push([fifth(pair[0]), fifth(pair[1])]);
  }
  return pairs;
}

const fifth = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
