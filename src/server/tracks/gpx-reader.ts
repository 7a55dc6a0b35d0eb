import { Parser } from 'htmlparser2';

/** Who wrote a GPX file: this program, the existing system, or anybody else. */
export type GpxWriter = 'ours' | 'v2' | 'foreign';

export interface GpxPoint {
  /** As it stands there, UTC milliseconds. */
  at: number;
  latitude: number;
  longitude: number;
  speedMps: number | null;
  courseDegrees: number | null;
}

/** What only this program writes into its files, so that the times in the camera's records can be had back. */
export interface GpxStamp {
  /** The start of the clip that the times were written for. */
  startedAt: number;
  /** The records' clock, less the times written. */
  clockMs: number;
  /** Of the parser the points were read with. */
  version: number;
}

export interface GpxReading {
  writer: GpxWriter;
  /** The root's own end was seen. */
  isWhole: boolean;
  points: GpxPoint[];
  /** Null but in a file of ours. */
  stamp: GpxStamp | null;
}

/** The creator this program writes, and the one the existing system wrote. */
export const ownCreator = 'viofosync';
export const v2Creator = 'Viofo GPS Extractor';

const maxPoints = 200_000;
const maxTextLength = 64;

/**
 * Reads a GPX 1.0 or 1.1 file, also one that is cut off or damaged: every point that is whole and makes sense counts.
 * Never throws. Speed and course stand in the point itself (1.0) or in an extension of it (1.1).
 */
export function readGpx(text: string): GpxReading {
  const reader = new GpxReader();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(localName(name), attributes),
      ontext: (data) => reader.text(data),
      onclosetag: (name, implied) => reader.close(localName(name), implied),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  return isStub(text) ? stub : reader.reading();
}

/** How files of the existing system and of this program begin, up to who wrote them. */
const beginnings = [
  `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.0"\n\tcreator="${v2Creator}"`,
  `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="${ownCreator}"`,
];
const stub: GpxReading = { writer: 'v2', isWhole: false, points: [], stamp: null };

/** A file that was never written, as after a power cut: nothing, zeros, or the first bytes. It says nothing of anybody's. */
function isStub(text: string): boolean {
  const written = text.replace(/[\0\s]+$/, '').replaceAll('\r\n', '\n');
  return beginnings.some((beginning) => beginning.startsWith(written));
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const fields = ['time', 'speed', 'course'] as const;
type Field = (typeof fields)[number];
const fieldOf = (name: string): Field | null => fields.find((field) => field === name) ?? null;

class GpxReader {
  readonly #points: GpxPoint[] = [];
  #writer: GpxWriter | null = null;
  #isWhole = false;
  #stamp: GpxStamp | null = null;
  #point: { attributes: Record<string, string>; texts: Map<Field, string> } | null = null;
  #field: Field | null = null;

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'gpx') this.#writer ??= writerOf(attributes['creator'] ?? '');
    else if (name === 'trkpt') this.#point = { attributes, texts: new Map() };
    else if (name === 'clip') this.#stamp ??= stampOf(attributes);
    this.#field = this.#point ? fieldOf(name) : null;
  }

  text(data: string): void {
    if (!this.#point || !this.#field) return;
    const before = this.#point.texts.get(this.#field) ?? '';
    if (before.length + data.length <= maxTextLength) this.#point.texts.set(this.#field, before + data);
  }

  /** An element that the end of the file closes is not whole. */
  close(name: string, isImplied: boolean): void {
    this.#field = null;
    if (name === 'gpx' && !isImplied) this.#isWhole = true;
    if (name !== 'trkpt') return;
    const point = this.#point && !isImplied ? pointOf(this.#point) : null;
    this.#point = null;
    if (point && this.#points.length < maxPoints) this.#points.push(point);
  }

  reading(): GpxReading {
    const writer = this.#writer ?? 'foreign';
    return {
      writer,
      isWhole: this.#isWhole,
      points: this.#points,
      stamp: writer === 'ours' ? this.#stamp : null,
    };
  }
}

function writerOf(creator: string): GpxWriter {
  if (creator === ownCreator) return 'ours';
  return creator === v2Creator ? 'v2' : 'foreign';
}

function pointOf(open: { attributes: Record<string, string>; texts: Map<Field, string> }): GpxPoint | null {
  const { attributes, texts } = open;
  const latitude = numberOf(attributes['lat']);
  const longitude = numberOf(attributes['lon']);
  const at = timeOf(texts.get('time'));
  if (latitude === null || longitude === null || at === null) return null;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return {
    at,
    latitude,
    longitude,
    speedMps: notNegative(numberOf(texts.get('speed'))),
    courseDegrees: notNegative(numberOf(texts.get('course'))),
  };
}

const notNegative = (value: number | null): number | null => (value !== null && value >= 0 ? value : null);

function numberOf(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (!/^[+-]?\d{1,20}(\.\d{0,40})?([eE][+-]?\d{1,3})?$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function timeOf(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  const at = timePattern.test(trimmed) ? Date.parse(trimmed) : NaN;
  return Number.isNaN(at) ? null : at;
}

function stampOf(attributes: Record<string, string>): GpxStamp | null {
  const startedAt = timeOf(attributes['start']);
  const clockMs = numberOf(attributes['clock']);
  const version = numberOf(attributes['parser']);
  return startedAt === null || clockMs === null || version === null ? null : { startedAt, clockMs, version };
}
