import { z } from 'zod';
import { clipStateSchema, containerSchema, localDaySchema } from './clips.ts';

/** A clip of a recording that somebody chose: what is needed to say what can be done with it, and no more. */
export const chosenClipSchema = z.object({
  id: z.number().int(),
  state: clipStateSchema,
  container: containerSchema,
  kept: z.boolean(),
  locked: z.boolean(),
  /** In the archive; null while it is not there. */
  bytes: z.number().int().nullable(),
  durationMs: z.number().int().nullable(),
  note: z.string().optional(),
  tags: z.array(z.string()).optional(),
});
export type ChosenClip = z.infer<typeof chosenClipSchema>;

export const chosenCaptureSchema = z.object({
  id: z.number().int(),
  cameraId: z.number().int(),
  day: localDaySchema,
  startedAt: z.number().int(),
  clips: z.array(chosenClipSchema),
});
export type ChosenCapture = z.infer<typeof chosenCaptureSchema>;
