import { z } from 'zod';

const count = z.number().int();

/** A line of a report: so many of one thing, and what became of them. */
export const adoptionLineSchema = z.object({
  /** `clips archived`, `clips skipped`, `place names`. */
  what: z.string(),
  count,
  note: z.string().nullable(),
});
export type AdoptionLine = z.infer<typeof adoptionLineSchema>;

/** What was taken over from the existing system. */
export const adoptionReportSchema = z.object({
  /** Its generation, as far as its tables and columns tell: `2.0`, `2.5`, `2.5 fork`, `after 2.5`. */
  generation: z.string(),
  /** Where the copy of the old state is kept, below `CONFIG_DIR`. */
  copy: z.string().nullable(),
  lines: z.array(adoptionLineSchema),
  /** Rows kept aside as they were, by reason. */
  aside: z.array(adoptionLineSchema),
  warnings: z.array(z.string()),
  tookMs: count,
});
export type AdoptionReport = z.infer<typeof adoptionReportSchema>;

export const adoptionSchema = adoptionReportSchema.extend({
  kind: z.enum(['v2_database', 'v2_settings', 'rebuild']),
  at: count,
});
export type Adoption = z.infer<typeof adoptionSchema>;

export const backupSchema = z.object({
  /** File name below `$CONFIG_DIR/backups`. */
  name: z.string(),
  at: count,
  bytes: count,
});
export type Backup = z.infer<typeof backupSchema>;

/** The inspection of every page of the database, in the background. */
export const integritySchema = z.object({
  state: z.enum(['not_yet', 'running', 'good', 'damaged']),
  at: count.nullable(),
  message: z.string().nullable(),
});
export type Integrity = z.infer<typeof integritySchema>;

/** A scan of the archive folder for clips that the ledger does not know. */
export const scanSchema = z.object({
  state: z.enum(['never', 'running', 'done', 'failed', 'stopped']),
  folders: count,
  files: count,
  /** Clips that were not in the ledger. */
  found: count,
  /** Archived clips whose files are not there any more, and folders that were not looked at for they had not changed. */
  missing: count.optional(),
  skippedFolders: count.optional(),
  startedAt: count.nullable(),
  finishedAt: count.nullable(),
  message: z.string().nullable(),
});
export type Scan = z.infer<typeof scanSchema>;

/** The health page: the program's own state. */
export const systemSchema = z.object({
  version: z.string(),
  startedAt: count,
  database: z.object({
    path: z.string(),
    bytes: count,
    /** Name of the last migration. */
    schema: z.string(),
    /** `wal`, or `delete` on a network file system. */
    journal: z.string(),
    integrity: integritySchema,
  }),
  backups: z.object({
    folder: z.string(),
    keep: count,
    list: z.array(backupSchema),
    running: z.boolean(),
    /** Why the last one failed; null when it did not. */
    error: z.string().nullable(),
  }),
  adoptions: z.array(adoptionSchema),
  scan: scanSchema,
});
export type System = z.infer<typeof systemSchema>;
