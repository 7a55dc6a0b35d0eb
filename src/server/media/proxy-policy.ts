import type { Container } from '../../shared/clips.ts';

/** What decides whether a clip gets a small copy, and how large that would be. */
export interface ProxyFacts {
  container: Container;
  codecs: string | null;
  video_codec: string | null;
  audio_codec: string | null;
  width: number | null;
  height: number | null;
  size_bytes: number | null;
  media_duration_ms: number | null;
  duration_ms: number | null;
}

/** `unknown`: nobody has looked into it yet. */
export type ProxyNeed = 'unplayable' | 'large' | 'none' | 'unknown';

/** More of both is too much for a phone, or for the way to it. */
const largePixels = 2560 * 1440;
const largeBitsPerSecond = 24_000_000;

/** What every browser decodes: 8-bit H.264 (4:2:0), the open codecs, AAC and what came before and after it. */
const videoOfBrowsers = /^(avc1|avc3|h264|av01|vp09|vp9)(\.|$)/i;
const raisedH264 = /^avc[13]\.(6e|7a|f4|2c)/i;
const audioOfBrowsers = /^(mp4a|aac|mp3|\.mp3|opus|flac)(\.|$)/i;

/** Whether browsers need a small copy of a clip: they cannot play it, or it is too large for a phone. */
export function proxyNeed(clip: ProxyFacts): ProxyNeed {
  if (clip.container === 'jpg') return 'none';
  if (clip.container !== 'mp4') return 'unplayable';
  const [video = clip.video_codec, audio = clip.audio_codec] = codecsOf(clip);
  if (video === null) return 'unknown';
  const playsVideo = videoOfBrowsers.test(video) && !raisedH264.test(video);
  if (!playsVideo || (audio !== null && !audioOfBrowsers.test(audio))) return 'unplayable';
  return isLarge(clip) ? 'large' : 'none';
}

/** Video, then audio, as a browser is asked about them: sound that has no name there is missing. */
const codecsOf = ({ codecs }: ProxyFacts): (string | undefined)[] =>
  (codecs ?? '').split(',').flatMap((codec) => codec.trim() || []);

function isLarge(clip: ProxyFacts): boolean {
  if ((clip.width ?? 0) * (clip.height ?? 0) > largePixels) return true;
  const ms = clip.media_duration_ms ?? clip.duration_ms;
  if (ms === null || ms < 1000 || clip.size_bytes === null) return false;
  return (clip.size_bytes * 8000) / ms > largeBitsPerSecond;
}

/** What a second of a small copy usually takes, and what it takes at the most. */
const usualBytesPerSecond = 130_000;
const mostBytesPerSecond = 260_000;
const unknownMs = 60_000;
const headBytes = 4_000_000;

export const clipMsOf = (clip: Pick<ProxyFacts, 'media_duration_ms' | 'duration_ms'>): number =>
  clip.media_duration_ms ?? clip.duration_ms ?? unknownMs;

export const usualProxyBytes = (ms: number): number => Math.ceil((ms / 1000) * usualBytesPerSecond);

/** One that grows beyond this is something else than a small copy. A duration may be told wrongly: never too little. */
export const mostProxyBytes = (ms: number): number =>
  headBytes + Math.ceil((Math.max(ms, 10 * unknownMs) / 1000) * mostBytesPerSecond);

/** One that might get a small copy by itself. */
export interface ProxyCandidate extends ProxyFacts {
  id: number;
  started_at: number;
  kind: string;
  locked: number;
  kept: number;
  /** Whether its facts are still to be read (1). */
  media_due: number;
  repair: string | null;
  proxy_wanted_at: number | null;
  /** Of its small copy: how it came out, where somebody tried. */
  proxy_state: string | null;
  proxy_bytes: number | null;
}

/** What is made ahead: the clips that have none yet, and what of the room is left. */
export interface ProxyTaking {
  wanted: number[];
  leftBytes: number;
}

/**
 * Goes through clips in the order in which they matter, until the room is spent. Those that have a small copy take of
 * it too: what was made for the newest is not made again and again. `seen` are those that have their place already.
 */
export function takeProxies(
  candidates: readonly ProxyCandidate[],
  leftBytes: number,
  seen: Set<number> = new Set(),
): ProxyTaking {
  const wanted: number[] = [];
  let left = leftBytes;
  for (const clip of candidates) {
    if (left <= 0) break;
    if (seen.has(clip.id) || !deserves(clip)) continue;
    const bytes = clip.proxy_bytes ?? usualProxyBytes(clipMsOf(clip));
    if (bytes > left) return { wanted, leftBytes: 0 };
    seen.add(clip.id);
    left -= bytes;
    if (clip.proxy_state === null) wanted.push(clip.id);
  }
  return { wanted, leftBytes: left };
}

/** What nobody parked is looked at: a car that stands is filmed for hours. */
function deserves(clip: ProxyCandidate): boolean {
  if (clip.media_due === 1 || clip.repair === 'due' || clip.proxy_state === 'failed') return false;
  if (clip.kind === 'parking' && clip.kept === 0 && clip.locked === 0) return false;
  const need = proxyNeed(clip);
  return need === 'unplayable' || need === 'large';
}

/** A wish of this age is no longer waited for: it goes on in the background, before all that nobody wished. */
export const askedMs = 15 * 60_000;

/** When a wish by rule dates from: its clip's start, and never so late that somebody would seem to wait for it. */
export const ruleWishAt = (startedAt: number, now: number): number => Math.min(startedAt, now - askedMs);

/** A wish as it stands in the ledger. */
export interface ProxyWish {
  id: number;
  at: number;
  started_at: number;
  state: string;
  /** `ready` when it was fulfilled. */
  made: string | null;
}

/**
 * Whether a wish is still one. Those by rule, which are no younger than the recording, hold while the rule wants them;
 * those of people until somebody switches small copies off.
 */
export function holdsWish(
  wish: ProxyWish,
  now: { choice: 'auto' | 'asked' | 'off'; planned: ReadonlySet<number> },
): boolean {
  if (wish.state !== 'archived' || wish.made === 'ready' || now.choice === 'off') return false;
  const isByRule = wish.at <= wish.started_at;
  return !isByRule || now.planned.has(wish.id);
}
