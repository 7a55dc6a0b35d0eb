/** What of a lens is here, locked or missing, as bars on the strip. Pure. */
import { seamMs } from '../footage-plan.ts';
import type { Lane, Segment } from '../player-types.ts';
import { indexFrom, type Span } from '../segment-plan.ts';
import { xOf, type Scale } from './strip-plan.ts';

/** `kept`: pinned here; `locked`: write-protected on the camera. */
export type Pin = 'kept' | 'locked' | null;

/** A stretch of one look. */
export interface Piece extends Span {
  /** There is a file to play. */
  isHere: boolean;
  pin: Pin;
  /** Why there is none, in words; null where there is one. */
  cause: string | null;
}

export type CauseOf = (segment: Segment) => string;

/** Recordings that follow each other and look alike are one. */
export function piecesOf({ segments }: Pick<Lane, 'segments'>, causeOf: CauseOf): Piece[] {
  const pieces: Piece[] = [];
  for (const segment of segments) {
    const piece = pieceOf(segment, causeOf);
    const last = pieces.at(-1);
    if (last && isAlike(last, piece) && piece.from - last.to <= seamMs) last.to = piece.to;
    else pieces.push(piece);
  }
  return pieces;
}

function pieceOf(segment: Segment, causeOf: CauseOf): Piece {
  const { from, to, hasFile, clip } = segment;
  const pin = clip.kept ? 'kept' : clip.locked ? 'locked' : null;
  return { from, to, isHere: hasFile, pin, cause: hasFile ? null : causeOf(segment) };
}

const isAlike = (one: Piece, other: Piece): boolean =>
  one.isHere === other.isHere && one.pin === other.pin && one.cause === other.cause;

/** Part of a piece that is seen, in pixels. */
export interface Bar {
  x: number;
  width: number;
  piece: Piece;
}

/** Narrower than this nothing is seen. */
const leastPx = 1.5;
/** Bars nearer to each other than this are drawn as one where they look alike. */
const seamPx = 1;

/** The bars within the view: none begins before it or ends after it. */
export function barsOf(pieces: readonly Piece[], scale: Scale): Bar[] {
  const bars: Bar[] = [];
  for (const piece of pieces) {
    if (piece.to <= scale.from || piece.from >= scale.to) continue;
    const begin = Math.max(0, xOf(scale, piece.from));
    const end = Math.min(scale.width, xOf(scale, piece.to));
    const last = bars.at(-1);
    const isOne = last && isAlike(last.piece, piece) && begin - (last.x + last.width) < seamPx;
    if (isOne) last.width = end - last.x;
    else bars.push(atLeast({ x: begin, width: end - begin, piece }, scale.width));
  }
  return bars;
}

function atLeast(bar: Bar, width: number): Bar {
  const wide = Math.min(width, Math.max(leastPx, bar.width));
  return { ...bar, width: wide, x: Math.max(0, Math.min(bar.x, width - wide)) };
}

/** The piece at an instant; null where nothing was recorded. */
export function pieceAt(pieces: readonly Piece[], at: number): Piece | null {
  return pieces.find(({ from, to }) => from <= at && at < to) ?? null;
}

/** Stretches in which nothing of a lens is here: those that are missing, and those that nobody recorded. */
export function gapsOf(pieces: readonly Piece[], bounds: Span): (Span & { cause: string | null })[] {
  const gaps: (Span & { cause: string | null })[] = [];
  let end = bounds.from;
  for (const { from, to, isHere, cause } of pieces) {
    if (from - end > seamMs) gaps.push({ from: end, to: from, cause: null });
    if (!isHere) gaps.push({ from, to, cause });
    end = Math.max(end, to);
  }
  if (bounds.to - end > seamMs) gaps.push({ from: end, to: bounds.to, cause: null });
  return gaps;
}

/** The tile of a filmstrip nearest to an instant: which recording it is of, and how far into its file. */
export function segmentNear({ segments }: Pick<Lane, 'segments'>, at: number): Segment | null {
  const segment = segments[indexFrom(segments, at)];
  if (segment && segment.from <= at) return segment;
  const before = segments[indexFrom(segments, at) - 1];
  return before && at - before.to <= seamMs ? before : null;
}
