import type { CardEntry, VirtualCard } from '../simulator/card.ts';
import type { Channel, ClipSource } from '../simulator/clip-source.ts';
import { between, seededRandom } from '../simulator/random.ts';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';

/** One clip of the benchmark's card; the same for the same number, in every process. */
export interface BenchClip {
  startedLocal: Date;
  channel: Channel;
  kind: 'normal' | 'parking' | 'event';
  seed: number;
  sizeBytes: number;
}

const about = 15_000_000;
const spread = 1_000_000;
const clipSeconds = 60;

/** A drive of front and rear clips of about 15 MB, a minute each, some of them parking and some locked. */
export function benchClips(count: number): BenchClip[] {
  const random = seededRandom(count);
  const firstStart = localTime(2026, 6, 28, 8);
  return Array.from({ length: count }, (_, index) => {
    const capture = Math.floor(index / 2);
    return {
      startedLocal: addSeconds(firstStart, capture * clipSeconds),
      channel: index % 2 === 0 ? 'front' : 'rear',
      kind: kindOf(capture),
      seed: index + 1,
      sizeBytes: between(random, about - spread, about + spread),
    };
  });
}

/** So that each of the camera's three folders has some. */
function kindOf(capture: number): BenchClip['kind'] {
  if (capture % 9 === 4) return 'parking';
  return capture % 15 === 7 ? 'event' : 'normal';
}

export function sourceOf(clip: BenchClip): ClipSource {
  const { startedLocal } = clip;
  return tinyMp4Source(clip.seed, clip.sizeBytes, { durationSeconds: clipSeconds, startedLocal });
}

/** Puts the clips on a card; the entries tell the names that the camera gave them. */
export function fillCard(card: VirtualCard, clips: readonly BenchClip[]): CardEntry[] {
  return clips.map((clip) =>
    card.addClip({
      startedLocal: clip.startedLocal,
      channel: clip.channel,
      kind: clip.kind,
      durationSeconds: clipSeconds,
      source: sourceOf(clip),
    }),
  );
}
