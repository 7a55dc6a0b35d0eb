/** The address of the map page: what it shows, of which days and camera, and where passes are looked for. */
import type { Box } from '../../shared/tracks.ts';
import { localTimeIn } from '../format.ts';
import type { MapLook, MapWindow } from './map-types.ts';

export interface MapSearch {
  /** Latitude, longitude and zoom of what is in view. */
  at?: string;
  /** First and last day, `YYYY-MM-DD`. */
  from?: string;
  to?: string;
  camera?: number;
  /** Where the car drove most, instead of lines. */
  heat?: 1;
  /** The journey that is chosen. */
  journey?: number;
  /** West, south, east and north of where passes are looked for. */
  box?: string;
}

const isDay = (text: unknown): text is string =>
  typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** Reads the address; what makes no sense is left out. */
export function mapSearch(search: Record<string, unknown>): MapSearch {
  const { at, from, to, box } = search;
  const [camera, journey] = [Number(search['camera']), Number(search['journey'])];
  return {
    ...(typeof at === 'string' && lookOf(at) && { at }),
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
    ...(Number.isSafeInteger(camera) && camera > 0 && { camera }),
    ...(Number(search['heat']) === 1 && { heat: 1 as const }),
    ...(Number.isSafeInteger(journey) && journey > 0 && { journey }),
    ...(typeof box === 'string' && boxOf(box) && { box }),
  };
}

function numbersOf(text: string | undefined, count: number): number[] | null {
  const numbers = text?.split(',').map(Number) ?? [];
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : null;
}

const isWithin = (value: number, most: number) => Math.abs(value) <= most;

/** What is in view, of the words in the address. */
export function lookOf(text: string | undefined): MapLook | null {
  const [latitude = 91, longitude = 0, zoom = 0] = numbersOf(text, 3) ?? [];
  const isPlace = isWithin(latitude, 90) && isWithin(longitude, 180);
  return isPlace && zoom >= 0 && zoom <= 22 ? { latitude, longitude, zoom } : null;
}

export function boxOf(text: string | undefined): Box | null {
  const [west = 181, south = 0, east = 0, north = 0] = numbersOf(text, 4) ?? [];
  const isBox = isWithin(west, 180) && isWithin(east, 180) && isWithin(south, 90) && isWithin(north, 90);
  return isBox && south <= north ? { west, south, east, north } : null;
}

/** Five decimals are a metre. */
const metre = (degrees: number) => String(Number(degrees.toFixed(5)));

export const lookWords = ({ latitude, longitude, zoom }: MapLook): string =>
  [metre(latitude), metre(longitude), String(Number(zoom.toFixed(2)))].join(',');

export const boxWords = ({ west, south, east, north }: Box): string =>
  [west, south, east, north].map(metre).join(',');

/** The first instant of a day on the clocks of a zone. */
export function instantOfDay(day: string, zone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let instant = wanted;
  // Twice, for the first guess may lie beyond a change of the clocks.
  for (let round = 0; round < 2; round += 1) {
    instant += wanted - Date.parse(`${localTimeIn(instant, zone)}Z`);
  }
  return instant;
}

const dayMs = 86_400_000;
/** Longer than a day with 25 hours. */
const nextDay = (day: string) => new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);

/** From and to of the server's queries; both days are included. */
export function rangeOf({ from, to }: MapSearch, zone: string): { from?: number; to?: number } {
  return {
    ...(from !== undefined && { from: instantOfDay(from, zone) }),
    ...(to !== undefined && { to: instantOfDay(nextDay(to), zone) - 1 }),
  };
}

const tileDegrees = (zoom: number) => 360 / 2 ** Math.floor(zoom);

/**
 * What to ask the server for: the squares of the world that the window touches, so that a small move asks nothing.
 * The zoom is whole for the same reason.
 */
export function askedOf({ box, zoom }: MapWindow): Box & { zoom: number } {
  const step = tileDegrees(Math.min(16, Math.max(0, zoom)));
  const south = Math.max(-90, Math.floor(box.south / step) * step);
  const north = Math.min(90, Math.ceil(box.north / step) * step);
  const whole = Math.max(0, Math.min(22, Math.round(zoom)));
  const width = box.east >= box.west ? box.east - box.west : box.east - box.west + 360;
  const west = Math.floor(box.west / step) * step;
  const span = Math.ceil((box.west + width - west) / step) * step;
  if (span >= 360) return { west: -180, east: 180, south, north, zoom: whole };
  const east = west + span;
  return { west, east: east > 180 ? east - 360 : east, south, north, zoom: whole };
}
