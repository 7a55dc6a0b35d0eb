import { z } from 'zod';
import { layoutSchema } from './settings.ts';

const size = z.number().int();

/** Another layout of the archive's folders: what would move, or what is being moved. */
export const refileSchema = z.object({
  state: z.enum(['never', 'running', 'done', 'stopped', 'failed']),
  layout: layoutSchema,
  /** Clips that lie elsewhere than this layout puts them; while it runs: that did when it began. */
  clips: size,
  moved: size,
  /** Left where they are: in use, changed, or their file is away. */
  left: size,
  message: z.string().nullable(),
  startedAt: size.nullable(),
  finishedAt: size.nullable(),
});
export type Refile = z.infer<typeof refileSchema>;

export const refilePreviewSchema = z.object({
  layout: layoutSchema,
  clips: size,
  bytes: z.number(),
  /** Clips that are where this layout puts them already. */
  inPlace: size,
  newFolders: size,
  examples: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type RefilePreview = z.infer<typeof refilePreviewSchema>;

/** `rotten`: its checksum is another one; `length`: it is longer or shorter than it was; the disk cannot read it. */
export const checkFaultKinds = ['rotten', 'length', 'unreadable'] as const;

/** The reading again of archived files: whether their bytes are those that were once stored. */
export const archiveCheckSchema = z.object({
  /** `stopped`: by a person, before it was through; it goes on where it was. */
  state: z.enum(['off', 'idle', 'running', 'paused', 'stopped']),
  /** Why it is paused, in words. */
  message: z.string().nullable(),
  /** Of the last check; it has ended, or goes on. */
  startedAt: size.nullable(),
  endedAt: size.nullable(),
  /** Clips, and those of them whose bytes were read again since that check began. */
  clips: size,
  checked: size,
  checkedBytes: z.number(),
  /** Came in since it began, verified on their way: it does not read them. */
  arrived: size,
  /** Ever read again, and the oldest of these readings. */
  everChecked: size,
  oldestCheckAt: size.nullable(),
  /** Never read again, but verified as they came in. */
  onlyOnArrival: size,
  /** Without a checksum: theirs is taken down when they are first read. */
  unknown: size,
  /** Files that are not as they were stored, as far as shown, and how many there are. */
  bad: z.array(
    z.object({ clipId: size, path: z.string(), kind: z.enum(checkFaultKinds), message: z.string() }),
  ),
  badCount: size,
});
export type ArchiveCheck = z.infer<typeof archiveCheckSchema>;
