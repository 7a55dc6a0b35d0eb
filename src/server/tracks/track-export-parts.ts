import type { Fix } from './track-types.ts';

/** What a position of an export belongs to. */
export interface ExportClip {
  clipId: number;
  clipName: string;
  camera: string;
  /** IANA zone where it begins. */
  zone: string;
}

/** A journey, or what lies between two. */
export interface ExportTrack {
  /** Tells it from the one before. */
  key: string;
  name: string;
  camera: string;
  journeyId: number | null;
}

/** One position with what it belongs to. */
export interface ExportFix extends Fix {
  clip: ExportClip;
  track: ExportTrack;
}

/** A continuous stretch: at least one position, in the order of time, all of one track. */
export interface ExportPart {
  track: ExportTrack;
  fixes: ExportFix[];
}

/** Without a position for longer than this, nobody knows how the car went. */
const longestGapMs = 60_000;
/** One clip may begin while the one before still ends. */
const overlapMs = 10_000;

/** Cuts a run of positions into continuous stretches. */
export async function* partsOf(fixes: AsyncIterable<ExportFix>): AsyncGenerator<ExportPart> {
  let part: ExportPart | null = null;
  for await (const fix of fixes) {
    const next = part ? goesOn(part, fix) : 'ends';
    if (part && next === 'on') part.fixes.push(fix);
    if (next !== 'ends') continue;
    if (part) yield part;
    part = { track: fix.track, fixes: [fix] };
  }
  if (part) yield part;
}

/** `over`: the clip before has been there already. */
function goesOn({ track, fixes }: ExportPart, fix: ExportFix): 'on' | 'over' | 'ends' {
  const stepMs = fix.at - (fixes.at(-1)?.at ?? fix.at);
  if (track.key !== fix.track.key || stepMs > longestGapMs || stepMs < -overlapMs) return 'ends';
  return stepMs > 0 ? 'on' : 'over';
}
