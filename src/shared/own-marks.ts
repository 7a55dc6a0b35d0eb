import { z } from 'zod';

/** Letters in the words of a mark. */
export const mostMarkText = 500;

/** One line: what is copied into files and names has no hidden signs in it. */
const textSchema = z
  .string()
  .trim()
  .max(mostMarkText)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'Write it in one line, without control characters.');

const earliest = Date.UTC(1980, 0, 1);
const latest = Date.UTC(2100, 0, 1);
/** Clocks of cameras are wrong by decades, not by centuries. */
const instantSchema = z
  .number()
  .int()
  .min(earliest, 'No camera recorded anything before 1980.')
  .lt(latest, 'This lies after the year 2100.');

/** A moment that somebody marked. */
export const ownMarkSchema = z.object({
  id: z.number().int(),
  /** Whose footage was looked at; null when that camera is gone, or was not known. */
  cameraId: z.number().int().nullable(),
  /** UTC milliseconds. */
  at: z.number().int(),
  /** May be empty. */
  text: z.string(),
  createdAt: z.number().int(),
});
export type OwnMark = z.infer<typeof ownMarkSchema>;

export const ownMarkInputSchema = z
  .object({
    at: instantSchema,
    cameraId: z.number().int().positive().nullable().default(null),
    text: textSchema.default(''),
  })
  .strict();
export type OwnMarkInput = z.infer<typeof ownMarkInputSchema>;

export const ownMarkPatchSchema = z.object({ at: instantSchema, text: textSchema }).partial().strict();
export type OwnMarkPatch = z.infer<typeof ownMarkPatchSchema>;
