import type { Mark } from '../../shared/tracks.ts';
import type { CarFix } from './journey-types.ts';
import { metresBetween } from './plane-policy.ts';

/** Estimates: from one position a second, what a phone in the car would call hard. */
const brakingMps2 = 3.4;
const accelerationMps2 = 3;
/** Stronger than tyres: not a change of the car's speed but of the receiver's mind. */
const impossibleMps2 = 12;
/** Two seconds, give or take: over one, the noise of two speeds is larger than what is looked for. */
const leastMs = 1500;
const mostMs = 3500;
/** What the positions say of the speed may be off by this much, or by a quarter. */
const slackMps = 3;
const slackShare = 0.25;
/** Below this, braking is parking. */
const leastSpeedMps = 5;
/** Marks of one kind closer than this are one. */
const oneMs = 6000;
const standMps = 0.7;
const standM = 20;
const standMs = 60_000;
const standGapMs = 10_000;
const mostOfAKind = 50;

/** Moments worth a look in a journey, in the order of time; `topFix` is its fastest moment. */
export function marksOf(fixes: readonly CarFix[], topFix: CarFix | null, topSpeedMps: number | null): Mark[] {
  const changes = changesOf(fixes);
  return [
    ...strongest(changes.filter(({ kind }) => kind === 'braking')),
    ...strongest(changes.filter(({ kind }) => kind === 'acceleration')),
    ...strongest(standsOf(fixes)),
    ...(topFix && topSpeedMps !== null && topSpeedMps > 0 ? [markAt(topFix, 'top_speed', topSpeedMps)] : []),
  ].toSorted((a, b) => a.at - b.at || a.kind.localeCompare(b.kind));
}

const markAt = ({ at, latitude, longitude }: CarFix, kind: Mark['kind'], value: number): Mark => ({
  kind,
  at,
  latitude,
  longitude,
  value: Math.round(value * 100) / 100,
});

const strongest = (marks: Mark[]): Mark[] =>
  marks.toSorted((a, b) => b.value - a.value || a.at - b.at).slice(0, mostOfAKind);

function changesOf(fixes: readonly CarFix[]): Mark[] {
  const marks: Mark[] = [];
  for (let index = 1; index + 1 < fixes.length; index++) {
    const mark = changeAt(fixes, index);
    if (!mark) continue;
    const last = marks.findLast((other) => other.kind === mark.kind);
    if (!last || mark.at - last.at > oneMs) marks.push(mark);
    else if (mark.value > last.value) Object.assign(last, mark);
  }
  return marks;
}

/** A fix with those before and after it, all with a speed, about a second apart. */
interface Three {
  before: CarFix;
  here: CarFix;
  after: CarFix;
  speeds: [number, number, number];
  ms: number;
}

function threeAt(fixes: readonly CarFix[], index: number): Three | null {
  const [before, here, after] = [fixes[index - 1], fixes[index], fixes[index + 1]];
  if (!before || !here || !after || here.isTriage) return null;
  const [v0, v1, v2] = [before.speedMps, here.speedMps, after.speedMps];
  const ms = after.at - before.at;
  if (v0 === null || v1 === null || v2 === null || ms < leastMs || ms > mostMs) return null;
  return { before, here, after, speeds: [v0, v1, v2], ms };
}

/** Hard braking or acceleration at a fix, if its neighbours and the positions bear it out. */
function changeAt(fixes: readonly CarFix[], index: number): Mark | null {
  const three = threeAt(fixes, index);
  if (!three) return null;
  const { here, speeds, ms } = three;
  const [v0, v1, v2] = speeds;
  const change = (v2 - v0) / (ms / 1000);
  const size = Math.abs(change);
  const kind = change < 0 ? 'braking' : 'acceleration';
  const least = kind === 'braking' ? brakingMps2 : accelerationMps2;
  if (size < least || size > impossibleMps2 || Math.max(v0, v2) < leastSpeedMps) return null;
  const isSteady = v1 <= Math.max(v0, v2) + 1 && v1 >= Math.min(v0, v2) - 1;
  const isTrue = isSteady && isKept(fixes[index + 2], v0, v2) && isBorneOut(three);
  return isTrue ? markAt(here, kind, size) : null;
}

/** The change is still there a second later. */
function isKept(next: CarFix | undefined, v0: number, v2: number): boolean {
  if (!next || next.speedMps === null) return true;
  return Math.abs(next.speedMps - v0) >= Math.abs(v2 - v0) / 2;
}

/** The way between the positions fits the speeds. */
function isBorneOut({ before, here, after, speeds: [v0, v1, v2], ms }: Three): boolean {
  const mean = (v0 + 2 * v1 + v2) / 4;
  const seen = (metresBetween(before, here) + metresBetween(here, after)) / (ms / 1000);
  return Math.abs(seen - mean) <= Math.max(slackMps, mean * slackShare);
}

/** Where the car stood for a minute and more. */
function standsOf(fixes: readonly CarFix[]): Mark[] {
  const marks: Mark[] = [];
  let first: CarFix | null = null;
  let last: CarFix | null = null;
  const end = () => {
    if (first && last && last.at - first.at >= standMs)
      marks.push(markAt(first, 'stop', (last.at - first.at) / 1000));
    first = last = null;
  };
  for (const fix of fixes) {
    const isStanding = fix.speedMps === null || fix.speedMps < standMps;
    const isHere = first !== null && metresBetween(first, fix) <= standM;
    if (first && last && (!isStanding || !isHere || fix.at - last.at > standGapMs)) end();
    if (!isStanding) continue;
    first ??= fix;
    last = fix;
  }
  end();
  return marks;
}
