import { z } from 'zod';

/**
 * What stands between the process's start and an open database. `attention`: a person must choose.
 * `ready`: everything else answers too.
 */
export const startupPhases = [
  'looking',
  'moving',
  'copying',
  'adopting',
  'upgrading',
  'restoring',
  'rebuilding',
  'opening',
  'attention',
  'ready',
] as const;
export type StartupPhase = (typeof startupPhases)[number];

/** `restore`: the newest good backup; `rebuild`: an empty database, filled from the recordings; `start_empty`: without the old one. */
export const startupChoiceIds = ['restore', 'rebuild', 'start_empty'] as const;
export type StartupChoiceId = (typeof startupChoiceIds)[number];

export const startupChoiceSchema = z.object({
  id: z.enum(startupChoiceIds),
  title: z.string(),
  /** What it keeps and what it loses. */
  help: z.string(),
});

/**
 * Who may use the page. `open`: it answers on this machine only and has no password; `set_up`: nobody has set it up
 * yet, and the code from the program's log is asked for; `setting_up`: the same, and this browser has shown the code;
 * `log_in`; `signed_in`; `locked`: it was set up, but its password cannot be read.
 */
export const accessStates = ['open', 'set_up', 'setting_up', 'log_in', 'signed_in', 'locked'] as const;
export type AccessState = (typeof accessStates)[number];

export const startupSchema = z.object({
  phase: z.enum(startupPhases),
  /** One or two sentences for a person. */
  message: z.string(),
  /** How far the phase is, in its own unit (rows, bytes). */
  progress: z.object({ done: z.number(), total: z.number() }).nullable(),
  since: z.number().int(),
  now: z.number().int(),
  choices: z.array(startupChoiceSchema),
  /** Whether a choice must be accompanied by the code from the program's log. */
  needsCode: z.boolean(),
  /** Null until the database is open. */
  access: z.enum(accessStates).nullable(),
});
export type Startup = z.infer<typeof startupSchema>;

export const startupChoiceInputSchema = z.object({
  choice: z.enum(startupChoiceIds),
  code: z.string().max(100).optional(),
});
