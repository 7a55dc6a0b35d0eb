/** What was recorded, laid on the clock of the player. Pure. */
import { channels, type Capture, type Clip } from '../../shared/clips.ts';
import type { Footage, Lane, Segment } from './player-types.ts';
import { lapsesOf, stretchOf, type Lapses } from './time-lapse-plan.ts';

export interface FootageSpan {
  startZone: string;
  endZone: string;
  /** Nothing before and after this is played; without it, all there is. */
  from?: number;
  to?: number;
}

/** Taken for the length of a recording of which nobody knows it. */
const assumedMs = 60_000;
/** Names and lengths are rounded: two recordings so far apart follow each other. */
export const seamMs = 3000;
/** Ends of lenses of one moment that are so near to each other are one end. */
const evenMs = 500;
/** What is left of a recording beside another that is shown in its stead; less is not worth a change. */
const sliverMs = 1000;

/**
 * Captures as lanes, one a lens, on the instants that they were recorded at. Photos are left out. Where recordings of
 * one lens overlap, the later one is shown, and one with a file before one without.
 */
export function planFootage(captures: readonly Capture[], span: FootageSpan): Footage {
  const pieces = evenEnds(piecesOf(captures));
  const lanes = [...groupBy(pieces, ({ clip }) => `${clip.cameraId}-${clip.channel}`)]
    .map(([key, own]) => laneOf(key, own, span))
    .filter(({ segments }) => segments.length > 0)
    .toSorted(byCameraAndChannel);
  const ends = lanes.flatMap(({ segments }) => segments);
  const from = span.from ?? Math.min(...ends.map((each) => each.from));
  const to = span.to ?? Math.max(...ends.map((each) => each.to));
  const isEmpty = ends.length === 0 && (span.from === undefined || span.to === undefined);
  return {
    startZone: span.startZone,
    endZone: span.endZone,
    ...(isEmpty ? { from: 0, to: 0 } : { from, to: Math.max(from, to) }),
    lanes,
  };
}

/** A whole recording on the clock. */
type Piece = Pick<Segment, 'clip' | 'capture' | 'from' | 'to' | 'stretch' | 'hasFile'>;

function piecesOf(captures: readonly Capture[]): Piece[] {
  const byCamera = groupBy(captures, ({ cameraId }) => cameraId);
  return [...byCamera.values()].flatMap((own) => {
    const ordered = own.toSorted((one, other) => one.startedAt - other.startedAt || one.id - other.id);
    const lapses = lapsesOf(ordered);
    return ordered.flatMap((capture, index) =>
      capturePieces(capture, { next: ordered[index + 1]?.startedAt ?? null, lapses }),
    );
  });
}

interface Around {
  /** When the camera's next capture began; null: none is known. */
  next: number | null;
  lapses: Lapses;
}

function capturePieces(capture: Capture, { next, lapses }: Around): Piece[] {
  const clips = capture.clips.filter(({ container }) => container !== 'jpg');
  const longest = Math.max(0, ...clips.map((clip) => clip.durationMs ?? 0));
  return clips.map((clip) => {
    const stretch = stretchOf(capture, lapses);
    const known = (clip.durationMs ?? 0) > 0 ? (clip.durationMs ?? 0) : longest;
    const length = (known || assumedMs) * stretch;
    const end = capture.startedAt + length;
    const isGuess = (clip.durationMs ?? 0) <= 0 && next !== null && next > capture.startedAt;
    return {
      clip,
      capture,
      from: capture.startedAt,
      to: isGuess ? Math.min(end, next) : end,
      stretch,
      hasFile: hasFile(clip),
    };
  });
}

/** What is damaged may play up to its damage, unless nothing in it could be read. */
function hasFile({ state, media }: Clip): boolean {
  if (state !== 'archived') return false;
  return !(media?.health === 'damaged' && media.codecs === null && !media.repairWaits);
}

/**
 * Lenses of one moment end together where another moment follows at once: the clock then goes from one to the next
 * without a stretch in which only some of them have a picture.
 */
function evenEnds(pieces: readonly Piece[]): Piece[] {
  const starts = pieces.map(({ capture, from }) => ({ cameraId: capture.cameraId, from }));
  const startsOf = new Map(
    [...groupBy(starts, ({ cameraId }) => cameraId)].map(([camera, own]) => [
      camera,
      own.map(({ from }) => from).toSorted((one, other) => one - other),
    ]),
  );
  return [...groupBy(pieces, ({ capture }) => capture.id).values()].flatMap((moment) => {
    const played = moment.filter((piece) => piece.hasFile);
    const first = Math.min(...played.map(({ to }) => to));
    const isFollowed = startsOf
      .get(moment[0]?.capture.cameraId ?? 0)
      ?.some((from) => from > first - seamMs && from <= first + seamMs && from > (moment[0]?.from ?? 0));
    if (!isFollowed) return moment;
    return moment.map((piece) =>
      piece.hasFile && piece.to - first <= evenMs ? { ...piece, to: first } : piece,
    );
  });
}

function laneOf(
  key: string,
  pieces: readonly Piece[],
  { from = -Infinity, to = Infinity }: FootageSpan,
): Lane {
  const segments = withoutOverlap(pieces)
    .filter((segment) => segment.to > from && segment.from < to)
    .map((segment) => cut(segment, Math.max(segment.from, from), Math.min(segment.to, to)));
  const [first] = pieces;
  return { key, cameraId: first?.clip.cameraId ?? 0, channel: first?.clip.channel ?? 'other', segments };
}

function cut(segment: Segment, from: number, to: number): Segment {
  return { ...segment, from, to, offsetMs: segment.offsetMs + (from - segment.from) / segment.stretch };
}

/** What is shown at each instant, without a piece too short to be seen. */
function withoutOverlap(pieces: readonly Piece[]): Segment[] {
  const ordered = pieces
    .filter((each) => each.to > each.from)
    .toSorted((one, other) => one.from - other.from);
  const edges = [...new Set(ordered.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  const segments: Segment[] = [];
  let begun = 0;
  let open: Piece[] = [];
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1];
    if (to === undefined) break;
    open = open.filter((piece) => piece.to > from);
    for (let piece = ordered[begun]; piece && piece.from <= from; piece = ordered[begun]) {
      open.push(piece);
      begun += 1;
    }
    const shown = open.toSorted(byWorth)[0];
    if (shown) extend(segments, shown, { from, to });
  }
  return segments.filter((each) => each.to - each.from >= sliverMs || isWhole(each));
}

function extend(segments: Segment[], piece: Piece, { from, to }: { from: number; to: number }): void {
  const last = segments.at(-1);
  if (last?.clip === piece.clip && last.to === from) last.to = to;
  else segments.push(cut({ ...piece, offsetMs: 0 }, from, to));
}

const isWhole = ({ from, capture, offsetMs }: Segment): boolean =>
  from === capture.startedAt && offsetMs === 0;

/** One with a file first, then the one that began last. */
function byWorth(one: Piece, other: Piece): number {
  return Number(other.hasFile) - Number(one.hasFile) || other.from - one.from || other.clip.id - one.clip.id;
}

function byCameraAndChannel(one: Lane, other: Lane): number {
  return one.cameraId - other.cameraId || channels.indexOf(one.channel) - channels.indexOf(other.channel);
}

function groupBy<T, K>(all: readonly T[], keyOf: (each: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}
