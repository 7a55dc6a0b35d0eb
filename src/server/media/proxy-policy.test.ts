import { expect, test } from 'vitest';
import {
  askedMs,
  holdsWish,
  mostProxyBytes,
  proxyNeed,
  ruleWishAt,
  takeProxies,
  usualProxyBytes,
  type ProxyCandidate,
  type ProxyFacts,
  type ProxyNeed,
} from './proxy-policy.ts';

const facts: ProxyFacts = {
  container: 'mp4',
  codecs: 'avc1.640028,mp4a.40.2',
  video_codec: 'avc1',
  audio_codec: 'mp4a',
  width: 1920,
  height: 1080,
  size_bytes: 120_000_000,
  media_duration_ms: 60_000,
  duration_ms: null,
};

test.each<[what: string, change: Partial<ProxyFacts>, need: ProxyNeed]>([
  ['plain H.264 with AAC', {}, 'none'],
  ['H.264 without sound', { codecs: 'avc1.4d0028', audio_codec: null }, 'none'],
  ['HEVC', { codecs: 'hvc1.1.6.L153.B0,mp4a.40.2', video_codec: 'hvc1' }, 'unplayable'],
  ['HEVC with its settings in the stream', { codecs: 'hev1.1.6.L153.B0' }, 'unplayable'],
  ['HEVC of an archive whose codecs nobody has read', { codecs: null, video_codec: 'hvc1' }, 'unplayable'],
  ['H.264 of such an archive', { codecs: null }, 'none'],
  ['H.264 with ten bits', { codecs: 'avc1.6e0028,mp4a.40.2' }, 'unplayable'],
  ['H.264 without its colours thinned out', { codecs: 'avc1.7a0028,mp4a.40.2' }, 'unplayable'],
  ['Motion JPEG', { codecs: 'jpeg', video_codec: 'jpeg' }, 'unplayable'],
  ['plain sound (PCM)', { codecs: 'avc1.640028', audio_codec: 'sowt' }, 'unplayable'],
  ['sound of the telephone', { codecs: 'avc1.640028,ulaw', audio_codec: 'ulaw' }, 'unplayable'],
  ['a transport stream', { container: 'ts', codecs: null, video_codec: null }, 'unplayable'],
  ['a QuickTime film', { container: 'mov' }, 'unplayable'],
  ['a photo', { container: 'jpg', codecs: null, video_codec: null }, 'none'],
  ['4K', { width: 3840, height: 2160 }, 'large'],
  ['2560x1440', { width: 2560, height: 1440 }, 'none'],
  ['more than 24 Mbit/s', { size_bytes: 190_000_000 }, 'large'],
  ['much in a moment says nothing', { size_bytes: 190_000_000, media_duration_ms: 500 }, 'none'],
  ['an unknown length says nothing', { size_bytes: 190_000_000, media_duration_ms: null }, 'none'],
  ['what nobody has looked into', { codecs: null, video_codec: null, audio_codec: null }, 'unknown'],
])('%s: a browser needs a small copy: %o', (_what, change, need) => {
  expect(proxyNeed({ ...facts, ...change })).toBe(need);
});

test('a small copy is about a twentieth of a clip, and has an end also when a length is told wrongly', () => {
  expect(usualProxyBytes(60_000)).toBeLessThan(180_000_000 / 20);
  expect(mostProxyBytes(0)).toBeGreaterThan(usualProxyBytes(600_000));
  expect(mostProxyBytes(3_600_000)).toBeGreaterThan(usualProxyBytes(3_600_000));
  expect(mostProxyBytes(3_600_000)).toBeLessThan(2e9);
});

const hevc = (id: number, change: Partial<ProxyCandidate> = {}): ProxyCandidate => ({
  ...facts,
  codecs: 'hvc1.1.6.L153.B0,mp4a.40.2',
  id,
  started_at: 1e12 - id * 60_000,
  kind: 'normal',
  locked: 0,
  kept: 0,
  media_due: 0,
  repair: null,
  proxy_wanted_at: null,
  proxy_state: null,
  proxy_bytes: null,
  ...change,
});
const plenty = 1e12;

test.each<[what: string, change: Partial<ProxyCandidate>, isWanted: boolean]>([
  ['one that browsers cannot play', {}, true],
  ['one that they can', { codecs: facts.codecs }, false],
  ['one that is large', { codecs: facts.codecs, width: 3840, height: 2160 }, true],
  ['one that has a small copy', { proxy_state: 'ready', proxy_bytes: 100 }, false],
  ['one of which none could be made', { proxy_state: 'failed' }, false],
  ['one that nobody has looked into', { media_due: 1 }, false],
  ['one that is to be repaired first', { repair: 'due' }, false],
  ['one that was repaired', { repair: 'repaired' }, true],
  ['one of a parked car', { kind: 'parking' }, false],
  ['one of a parked car that somebody keeps', { kind: 'parking', kept: 1 }, true],
  ['one of a parked car that the camera locked', { kind: 'parking', locked: 1 }, true],
])('by rule, %s gets a small copy: %o', (_what, change, isWanted) => {
  expect(takeProxies([hevc(1, change)], plenty).wanted).toEqual(isWanted ? [1] : []);
});

test('the room goes to the first, and what they have already takes of it', () => {
  const each = usualProxyBytes(60_000);
  const clips = [hevc(1), hevc(2, { proxy_state: 'ready', proxy_bytes: each }), hevc(3), hevc(4)];
  expect(takeProxies(clips, 3 * each)).toEqual({ wanted: [1, 3], leftBytes: 0 });
  expect(takeProxies(clips, 2.5 * each)).toEqual({ wanted: [1], leftBytes: 0 });
  expect(takeProxies(clips, 0)).toEqual({ wanted: [], leftBytes: 0 });
});

test('a clip that was gone through before is not counted twice', () => {
  const seen = new Set<number>();
  expect(takeProxies([hevc(1), hevc(2)], plenty, seen).wanted).toEqual([1, 2]);
  expect(takeProxies([hevc(2), hevc(3)], plenty, seen).wanted).toEqual([3]);
});

test.each<[what: string, wish: object, choice: 'auto' | 'asked' | 'off', holds: boolean]>([
  ['of a person', {}, 'auto', true],
  ['of a person, with nothing made by rule', {}, 'asked', true],
  ['of a person, with small copies switched off', {}, 'off', false],
  ['by rule, in the plan', { id: 7, at: 1000 }, 'auto', true],
  ['by rule, not in the plan any more', { at: 1000 }, 'auto', false],
  ['of a clip that is there no more', { state: 'expired' }, 'auto', false],
  ['that was fulfilled', { made: 'ready' }, 'auto', false],
])('a wish %s holds', (_what, wish, choice, ...holds) => {
  const whole = { id: 1, at: 2000, started_at: 1000, state: 'archived', made: null, ...wish };
  expect([holdsWish(whole, { choice, planned: new Set([7]) })]).toEqual(holds);
});

test('nobody seems to wait for what a rule wishes, however new the recording is', () => {
  expect(ruleWishAt(1000, 1e12)).toBe(1000);
  expect(ruleWishAt(1e12 - 5, 1e12)).toBe(1e12 - askedMs);
});
