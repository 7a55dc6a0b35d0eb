import { z } from 'zod';
import { isRealLocalTime } from '../../shared/clip-name.ts';
import type { ClipRow } from '../db/schema.ts';
import { messageOf } from '../lib/errors.ts';
import { tagsIn } from '../lib/tags-policy.ts';
import { fileNameOf, isLockedPlace, recordedName } from './place-policy.ts';

/** What only the ledger knows of a clip: its bytes, its name and its place do not tell. */
export interface SidecarFacts {
  /** The name the camera gave, where the file is named otherwise. */
  name: string | null;
  kept: boolean;
  keptAt: number | null;
  locked: boolean;
  note: string | null;
  /** Words that people gave to it. */
  tags: readonly string[];
  /** Where it is not simply the name's time in the zone of the settings. */
  time: SidecarTime | null;
}

export interface SidecarTime {
  localStart: string;
  /** Milliseconds since 1970, UTC. */
  startedAt: number;
  offsetMinutes: number;
  source: ClipRow['time_source'];
}

/**
 * What a file at a sidecar's place is. `broken`: ours, but damaged or of a newer version; `foreign`: another
 * program's. Neither is ever changed.
 */
export type SidecarReading =
  | {
      kind: 'ours';
      facts: SidecarFacts;
      /** The length of the file it was written for; null where it does not say. */
      bytes: number | null;
      rest: Record<string, unknown>;
    }
  | { kind: 'broken'; reason: string }
  | { kind: 'foreign' };

const version = 1;
const instant = z.iso.datetime().transform((text) => Date.parse(text));
const knownSchema = z.object({
  viofosync: z.literal(version),
  bytes: z.number().int().nonnegative().optional(),
  name: z.string().min(1).max(1000).optional(),
  kept: z.boolean().optional(),
  keptAt: instant.optional(),
  locked: z.boolean().optional(),
  note: z.string().max(100_000).optional(),
  tags: z.array(z.string().min(1).max(1000)).max(1000).optional(),
  time: z
    .object({
      localStart: z.string().refine(isLocalTime, 'not a local time'),
      startedAt: instant,
      offsetMinutes: z.number().int(),
      source: z.enum(['gps', 'camera_offset', 'setting', 'file']),
    })
    .optional(),
});

/** `2026-06-28T13:34:16`, of a day and an hour that there are. */
export function isLocalTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && isRealLocalTime(text);
}

/**
 * Where a clip's sidecar may be, in the order of writing. The second is for clips beside which another program
 * keeps a file of the first name (photo services name theirs so).
 */
export function sidecarPlaces(clipPath: string): [usual: string, other: string] {
  return [`${clipPath}.json`, `${clipPath}.viofosync.json`];
}

/** What is to be said of a clip now. */
export function factsOf(
  row: Pick<
    ClipRow,
    | 'name'
    | 'path'
    | 'kept'
    | 'kept_at'
    | 'locked'
    | 'note'
    | 'tags'
    | 'time_source'
    | 'local_start'
    | 'started_at'
    | 'zone_offset_min'
  >,
): SidecarFacts {
  const path = row.path ?? '';
  const fileName = fileNameOf(path);
  // Our number and the case of the letters are understood without being told.
  const isNamedSo = recordedName(fileName) === recordedName(row.name);
  return {
    name: isNamedSo ? null : row.name,
    kept: row.kept === 1,
    keptAt: row.kept === 1 ? row.kept_at : null,
    locked: row.locked === 1 && !isLockedPlace(path),
    note: row.note,
    tags: tagsIn(row.tags),
    time:
      row.time_source === 'setting' || isToldByVideo(row)
        ? null
        : {
            localStart: row.local_start,
            startedAt: row.started_at,
            offsetMinutes: row.zone_offset_min,
            source: row.time_source,
          },
  };
}

/**
 * The video tells its own fixes, and with them its instant, as long as its name is right: what the clock of the camera
 * was wrong by is told, for that is hard to find out again.
 */
function isToldByVideo(
  row: Pick<ClipRow, 'time_source' | 'local_start' | 'started_at' | 'zone_offset_min'>,
): boolean {
  const named = Date.parse(`${row.local_start}Z`) - row.zone_offset_min * 60_000;
  return row.time_source === 'gps' && row.started_at === named;
}

/** Reads a file at a sidecar's place. Unknown fields are kept for writing; a wrong known one makes it `broken`. */
export function decodeSidecar(text: string): SidecarReading {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { kind: 'broken', reason: messageOf(error) };
  }
  if (typeof data !== 'object' || data === null || !('viofosync' in data)) return { kind: 'foreign' };
  const parsed = knownSchema.safeParse(data);
  if (!parsed.success) return { kind: 'broken', reason: messageOf(z.prettifyError(parsed.error)) };
  const known = new Set(Object.keys(knownSchema.shape));
  return {
    kind: 'ours',
    facts: factsIn(parsed.data),
    bytes: parsed.data.bytes ?? null,
    rest: Object.fromEntries(Object.entries(data).filter(([key]) => !known.has(key))),
  };
}

const factsIn = ({
  name,
  kept,
  keptAt,
  locked,
  note,
  tags,
  time,
}: z.output<typeof knownSchema>): SidecarFacts => ({
  name: name ?? null,
  kept: kept ?? false,
  keptAt: keptAt ?? null,
  locked: locked ?? false,
  note: note ?? null,
  tags: tags ?? [],
  time: time ?? null,
});

/**
 * Whether a sidecar is of a file of this length: one that stayed behind when its clip was moved says nothing of another
 * that came into its place.
 */
export const isSidecarOf = ({ bytes }: { bytes: number | null }, sizeBytes: number): boolean =>
  bytes === null || bytes === sizeBytes;

/**
 * The text of a sidecar; null when there is nothing to say. `rest`: fields of others that stay; `bytes`: the length of
 * its clip's file.
 */
export function encodeSidecar(
  facts: SidecarFacts,
  rest: Record<string, unknown> = {},
  bytes: number | null = null,
): string | null {
  const told = toldOf(facts);
  const isOfFile = bytes !== null && Object.keys(told).length > 0;
  const said = { ...(isOfFile && { bytes }), ...told, ...rest };
  if (Object.keys(said).length === 0) return null;
  return `${JSON.stringify({ viofosync: version, ...said }, null, 2)}\n`;
}

function toldOf(facts: SidecarFacts): Record<string, unknown> {
  return {
    ...(facts.name !== null && { name: facts.name }),
    ...(facts.kept && { kept: true }),
    ...(facts.keptAt !== null && { keptAt: new Date(facts.keptAt).toISOString() }),
    ...(facts.locked && { locked: true }),
    ...(facts.note !== null && { note: facts.note }),
    ...(facts.tags.length > 0 && { tags: facts.tags }),
    ...(facts.time && {
      time: { ...facts.time, startedAt: new Date(facts.time.startedAt).toISOString() },
    }),
  };
}
