import type { ExportTable } from '../schema.ts';
import { placeInArchive, type Roots } from './place-policy.ts';
import { countOf, durationMsOf, instantOf, textOf } from './value-policy.ts';
import type { V2Export } from './v2-rows.ts';
import { largestId } from './name-plan.ts';

export type AdoptedExport = Omit<ExportTable, 'id'> & { id: number };

/** The export, or why it is none. `unreadable`: what it was made of is kept as the text it was. */
export type ExportPlan = { row: AdoptedExport; unreadable: boolean } | { aside: string };

const states: Record<string, ExportTable['state']> = {
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  queued: 'interrupted',
  running: 'interrupted',
  paused: 'interrupted',
};

function stateOf(state: unknown): ExportTable['state'] | undefined {
  return typeof state === 'string' && Object.hasOwn(states, state) ? states[state] : undefined;
}

/** What becomes of an export; nothing of it is made again. */
export function planExport(job: V2Export, roots: Roots, now: number): ExportPlan {
  if (job.id < 1 || job.id > largestId) return { aside: 'its number makes no sense' };
  const state = stateOf(job.state);
  if (!state) return { aside: 'its state is not known' };
  const placed = textOf(job.outputPath) === null ? { path: null } : placeInArchive(job.outputPath, roots);
  // Without its file a finished export is nothing; the others have none anyway.
  if (state === 'done' && 'flaw' in placed) return { aside: placed.flaw };
  const type = textOf(job.type) ?? 'unknown';
  const { plan, unreadable } = readPlan(type, job.clipIds);
  const times = { started_at: instantOf(job.startedAt), finished_at: instantOf(job.finishedAt) };
  return {
    row: {
      id: job.id,
      kind: type,
      state,
      plan: JSON.stringify(plan),
      path: 'path' in placed ? placed.path : null,
      size_bytes: countOf(job.outputSize),
      duration_ms: durationMsOf(job.outputDurationS),
      from_at: instantOf(job.clipStart),
      to_at: instantOf(job.clipEnd),
      error: textOf(job.error),
      created_at: instantOf(job.createdAt) ?? times.started_at ?? times.finished_at ?? now,
      ...times,
      origin: 'adopted',
    },
    unreadable,
  };
}

/** A bare list of clip ids, an object around it, or the cutting list of a timeline. */
function readPlan(type: string, text: unknown): { plan: object; unreadable: boolean } {
  const value = parse(text);
  if (Array.isArray(value)) return { plan: { type, clipIds: value as unknown[] }, unreadable: false };
  if (typeof value !== 'object' || value === null) {
    return { plan: { type, text: typeof text === 'string' ? text : null }, unreadable: true };
  }
  const { clip_ids: clipIds, ...others } = value as Record<string, unknown>;
  if (Array.isArray(clipIds)) {
    return { plan: { ...others, type, clipIds: clipIds as unknown[] }, unreadable: false };
  }
  return { plan: { type, edl: value }, unreadable: false };
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
