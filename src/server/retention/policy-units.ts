import type { Protection, RetentionSettings } from '../../shared/retention.ts';
import type { ClipRow, Flag } from '../db/schema.ts';
import {
  cutoffOf,
  datedAt,
  firstProtection,
  isForEver,
  protectionOf,
  ruleFor,
  type RetentionRow,
  type Term,
} from './policy.ts';

/** A clip of the archive, as the ledger has it. */
export interface LedgerClip
  extends RetentionRow, Pick<ClipRow, 'id' | 'capture_id' | 'local_day' | 'size_bytes'> {
  in_use: Flag;
  /** Deleting it failed, and it is not time to try again. */
  has_failed: Flag;
}

/** A clip with what protects it by itself. */
export interface JudgedClip {
  clip: LedgerClip;
  protection: Protection | null;
}

/** Clips of one capture that stay equally long. */
export interface UnitPart {
  term: Term;
  clips: JudgedClip[];
}

/** Clips that go together or not at all. */
export interface Unit {
  /** Its first capture. */
  captureId: number;
  /** The newest date in its captures, by which units stand in order. */
  at: number;
  /** In the order of time. */
  parts: UnitPart[];
  clips: number;
  bytes: number;
  /** Of any clip of its captures. */
  protection: Protection | null;
}

/** What a rule makes of a unit: `stays` for it says nothing of it, or it protects it. */
export type Judgement = 'goes' | 'stays' | Protection;

/**
 * The units of captures that belong together (one of them, or a drive): their clips, but each clip under a rule that
 * names its channel by itself. `captures`: all clips in the archive of each.
 */
export function unitsOf(
  captures: readonly (readonly LedgerClip[])[],
  rules: RetentionSettings,
  now: number,
): Unit[] {
  const judged = captures
    .filter((clips) => clips.length > 0)
    .map((clips) => judgeCapture(clips, rules, now))
    .toSorted((a, b) => a.startedAt - b.startedAt || a.id - b.id);
  const together = judged.filter((capture) => capture.group !== null);
  const units = judged.flatMap((capture) =>
    capture.channels.map((part) => unitOf([part], [capture], capture.protection)),
  );
  if (together.length === 0) return units;
  const parts = together.flatMap(({ group }) => (group === null ? [] : [group]));
  // Also of clips that would go by themselves: who keeps one of them wants the whole.
  const protection = firstProtection(judged.map((capture) => capture.protection));
  return [unitOf(parts, together, protection), ...units];
}

interface JudgedCapture {
  id: number;
  startedAt: number;
  at: number;
  protection: Protection | null;
  group: UnitPart | null;
  channels: UnitPart[];
}

function judgeCapture(clips: readonly LedgerClip[], rules: RetentionSettings, now: number): JudgedCapture {
  const capture: JudgedCapture = {
    id: clips[0]?.capture_id ?? 0,
    startedAt: Infinity,
    at: -Infinity,
    protection: null,
    group: null,
    channels: [],
  };
  const protections: (Protection | null)[] = [];
  for (const clip of clips.toSorted((a, b) => a.id - b.id)) {
    const context = { rules, now, inUse: clip.in_use === 1, hasFailed: clip.has_failed === 1 };
    const protection = protectionOf(clip, context);
    protections.push(protection);
    addClip(capture, { clip, protection }, rules);
    capture.startedAt = Math.min(capture.startedAt, clip.started_at);
    capture.at = Math.max(capture.at, datedAt(clip));
  }
  capture.protection = firstProtection(protections);
  return capture;
}

/** Together they are under the rule that leaves them longest. */
function addClip(capture: JudgedCapture, one: JudgedClip, rules: RetentionSettings): void {
  const { camera_id: cameraId, kind, channel } = one.clip;
  const term = ruleFor({ cameraId, kind, channel }, rules);
  const { group } = capture;
  if (term.rule !== null && term.rule.channel !== null) capture.channels.push({ term, clips: [one] });
  else if (group === null) capture.group = { term, clips: [one] };
  else {
    group.clips.push(one);
    if (lengthOf(term) > lengthOf(group.term)) group.term = term;
  }
}

/** For ever is longer than without a limit: room is made of the latter. */
function lengthOf(term: Term): number {
  if (isForEver(term)) return Infinity;
  return term.days === 0 ? Number.MAX_SAFE_INTEGER : term.days;
}

function unitOf(parts: UnitPart[], captures: readonly JudgedCapture[], protection: Protection | null): Unit {
  let [clips, bytes, at] = [0, 0, -Infinity];
  for (const part of parts)
    for (const { clip } of part.clips) {
      clips++;
      bytes += clip.size_bytes ?? 0;
    }
  for (const capture of captures) at = Math.max(at, capture.at);
  return { captureId: captures[0]?.id ?? 0, at, parts, clips, bytes, protection };
}

export const compareUnits = (a: Unit, b: Unit): number => a.at - b.at || a.captureId - b.captureId;

/** By age: every part must be past its days. `isOver`: past them by what the file says, before anything protects it. */
export function judgeByAge(unit: Unit, now: number): { isOver: boolean; judgement: Judgement } {
  const isOver = unit.parts.every((part) => isPast(part, now, (clip) => clip.started_at));
  if (!isOver) return { isOver, judgement: 'stays' };
  if (unit.protection !== null) return { isOver, judgement: unit.protection };
  const isDue = unit.parts.every((part) => isPast(part, now, datedAt));
  return { isOver, judgement: isDue ? 'goes' : 'date' };
}

function isPast({ term, clips }: UnitPart, now: number, dateOf: (clip: LedgerClip) => number): boolean {
  const cutoff = cutoffOf(term, now);
  return cutoff !== null && clips.every(({ clip }) => dateOf(clip) < cutoff);
}

/** To make room: anything but what is there for ever. */
export function judgeForRoom(unit: Unit): Judgement {
  if (unit.parts.some(({ term }) => isForEver(term))) return 'stays';
  return unit.protection ?? 'goes';
}
