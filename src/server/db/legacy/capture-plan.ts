import { channels, clipKinds, type Channel, type ClipKind } from '../../../shared/clips.ts';

/** As in archive/capture-repository.ts, whose rule this is; a test holds the two together. */
export const captureToleranceMs = 2000;

/** What decides the captures of many clips; numbers only, for there may be half a million. */
export class ClipTimes {
  count = 0;
  readonly ids: Float64Array;
  readonly startedAt: Float64Array;
  readonly offsets: Int16Array;
  readonly channels: Uint8Array;
  readonly kinds: Uint8Array;
  readonly locked: Uint8Array;

  constructor(capacity: number) {
    this.ids = new Float64Array(capacity);
    this.startedAt = new Float64Array(capacity);
    this.offsets = new Int16Array(capacity);
    this.channels = new Uint8Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.locked = new Uint8Array(capacity);
  }

  add(clip: {
    id: number;
    startedAt: number;
    offsetMinutes: number;
    channel: Channel;
    kind: ClipKind;
    locked: boolean;
  }): void {
    const index = this.count++;
    this.ids[index] = clip.id;
    this.startedAt[index] = clip.startedAt;
    this.offsets[index] = clip.offsetMinutes;
    this.channels[index] = channels.indexOf(clip.channel);
    this.kinds[index] = clipKinds.indexOf(clip.kind);
    this.locked[index] = clip.locked ? 1 : 0;
  }
}

const unclassified = clipKinds.indexOf('unclassified');

export interface CapturePlan {
  /** Number of the capture of each clip, in the order in which the clips were added. */
  captureOf: Uint32Array;
  /** For each capture the clip it is named after, the first in time. */
  leaders: Uint32Array;
}

/**
 * Groups clips into captures: at most one of each channel, all within 2 s of the first, each to the nearest. One sweep
 * over the clips in the order of time; cost: their number, also when all begin in the same second.
 */
export function planCaptures(clips: ClipTimes): CapturePlan {
  const captureOf = new Uint32Array(clips.count);
  const leaders = new Uint32Array(clips.count);
  const open = new OpenCaptures();
  let made = 0;
  for (const clip of inOrderOfTime(clips)) {
    const startedAt = clips.startedAt[clip] ?? 0;
    const channel = clips.channels[clip] ?? 0;
    // Of unknown name: its time may still change, so that it has its capture to itself.
    const isAlone = clips.kinds[clip] === unclassified;
    const found = isAlone ? undefined : open.take(channel, startedAt);
    captureOf[clip] = found ?? made;
    if (found !== undefined) continue;
    leaders[made] = clip;
    if (!isAlone) open.add(channel, startedAt, made);
    made++;
  }
  return { captureOf, leaders: leaders.slice(0, made) };
}

/** Those of one moment in the order in which they were added. */
function inOrderOfTime(clips: ClipTimes): Uint32Array {
  const { startedAt } = clips;
  return new Uint32Array(clips.count)
    .map((_, index) => index)
    .toSorted((a, b) => (startedAt[a] ?? 0) - (startedAt[b] ?? 0) || a - b);
}

/** Captures that began at one moment and lack a channel; the first made is the first to be completed. */
interface OpenGroup {
  startedAt: number;
  captures: number[];
  next: number;
}

/** For each channel the captures of the last two seconds that have no clip of it, the latest on top. */
class OpenCaptures {
  private readonly byChannel: OpenGroup[][] = channels.map(() => []);
  private newest = -Infinity;

  take(channel: number, startedAt: number): number | undefined {
    const groups = this.byChannel[channel] ?? [];
    const group = groups.at(-1);
    if (!group || startedAt - group.startedAt > captureToleranceMs) return undefined;
    const capture = group.captures[group.next++];
    if (group.next === group.captures.length) groups.pop();
    return capture;
  }

  add(channel: number, startedAt: number, capture: number): void {
    const isLater = startedAt - this.newest > captureToleranceMs;
    this.newest = startedAt;
    for (const [other, groups] of this.byChannel.entries()) {
      if (isLater) groups.length = 0;
      if (other === channel) continue;
      const group = groups.at(-1);
      if (group?.startedAt === startedAt) group.captures.push(capture);
      else groups.push({ startedAt, captures: [capture], next: 0 });
    }
  }
}
