import { z } from 'zod';
import { containerSchema, channelSchema, clipKindSchema, localStartSchema } from './clips.ts';

const size = z.number().int();

export const importKinds = ['folder', 'upload'] as const;
export type ImportKind = (typeof importKinds)[number];

/**
 * `planning`: looking what is there; `ready`: nothing was changed yet, a person decides; `running` goes on by itself
 * after a restart; `paused`: by a person, or because its source is not there: goes on when told.
 */
export const importStates = [
  'planning',
  'ready',
  'running',
  'paused',
  'done',
  'cancelled',
  'failed',
] as const;
export type ImportState = (typeof importStates)[number];

/**
 * What a file is to the archive. `wanted`: the ledger waits for it from a camera, and this will be it; `known`: the
 * same bytes are here (by name and size, then by content); `skipped`: the user said so, or deleted it; `too_old`: a
 * rule would delete it; `too_big`: there is no room; `other`: not a video or photo that anybody understands;
 * `companion`: a GPX file that is uploaded with its clip.
 */
export const importVerdicts = [
  'new',
  'wanted',
  'unclassified',
  'known',
  'skipped',
  'too_old',
  'too_big',
  'empty',
  'other',
  'unreadable',
  'companion',
] as const;
export const importVerdictSchema = z.enum(importVerdicts);
export type ImportVerdict = z.infer<typeof importVerdictSchema>;

/** `coming`: its bytes are on their way; `left`: left alone, its verdict says why. */
export const importItemStates = ['planned', 'coming', 'done', 'left', 'failed'] as const;
export type ImportItemState = (typeof importItemStates)[number];

export const importOptionsSchema = z
  .object({
    /** The source's files are deleted once their copies are verified. Never for what is mounted read-only. */
    move: z.boolean().default(false),
    /** Also what a retention rule would delete; it is pinned then. */
    includeOld: z.boolean().default(false),
    /** Also what the user once said to skip. */
    includeSkipped: z.boolean().default(false),
    /** Also videos whose names nobody understands. */
    includeUnclassified: z.boolean().default(true),
  })
  .strict();
export type ImportOptions = z.output<typeof importOptionsSchema>;
/** What is left out stays as it was: a default within `.partial()` would still be applied. */
export const importOptionsPatchSchema = z
  .object({
    move: z.boolean().optional(),
    includeOld: z.boolean().optional(),
    includeSkipped: z.boolean().optional(),
    includeUnclassified: z.boolean().optional(),
  })
  .strict();
export type ImportOptionsPatch = z.output<typeof importOptionsPatchSchema>;

export const importCountSchema = z.object({ verdict: importVerdictSchema, files: size, bytes: z.number() });
export type ImportCount = z.infer<typeof importCountSchema>;

export const importSchema = z.object({
  id: size,
  kind: z.enum(importKinds),
  source: z.string(),
  cameraId: size.nullable(),
  options: importOptionsSchema,
  state: z.enum(importStates),
  /** What went wrong or what it waits for, in words. */
  message: z.string().nullable(),
  /** What the dry run found. */
  counts: z.array(importCountSchema),
  /** `all`: of what is to come in, with what came in and what failed; `left`: files that are left alone, besides. */
  files: z.object({ all: size, done: size, failed: size, left: size }),
  /** Of what is to come in, and of what has. */
  bytes: z.object({ all: z.number(), done: z.number() }),
  /** Of a folder, over the last half minute; null while nothing comes in. An upload is measured by who sends it. */
  bytesPerSecond: z.number().nullable(),
  /** Free on the recordings volume, as it was last seen. */
  freeBytes: z.number().nullable(),
  /** The source is on the archive's own file system, or cannot be written. */
  isSameVolume: z.boolean(),
  isReadOnly: z.boolean(),
  createdAt: size,
  startedAt: size.nullable(),
  endedAt: size.nullable(),
});
export type Import = z.infer<typeof importSchema>;

export const importItemSchema = z.object({
  id: size,
  path: z.string(),
  name: z.string(),
  bytes: z.number(),
  receivedBytes: z.number(),
  verdict: importVerdictSchema,
  state: z.enum(importItemStates),
  localStart: localStartSchema.nullable(),
  channel: channelSchema.nullable(),
  kind: clipKindSchema.nullable(),
  container: containerSchema.nullable(),
  clipId: size.nullable(),
  message: z.string().nullable(),
});
export type ImportItem = z.infer<typeof importItemSchema>;

/** Where an import may look: folders of this machine that the person who runs it made known. */
export const importSourceSchema = z.object({
  path: z.string(),
  /** What it is called to people: `Import folder`, `Card at /media/DASHCAM`. */
  label: z.string(),
  state: z.enum(['there', 'empty', 'missing', 'unreadable']),
  isReadOnly: z.boolean(),
});
export type ImportSource = z.infer<typeof importSourceSchema>;

export const uploadFileSchema = z
  .object({
    /** As the browser knows it below the folder that was dropped: `DCIM/Movie/RO/2026_0628_133416_0001F.MP4`. */
    path: z.string().min(1).max(4000),
    bytes: z.number().int().min(0).max(1_099_511_627_776),
    modifiedAt: size.nullable(),
  })
  .strict();
export type UploadFile = z.infer<typeof uploadFileSchema>;
/** Files told of at once, and bytes of a piece at most. */
export const maxUploadFiles = 500;
export const maxPieceBytes = 8 * 1024 * 1024;
