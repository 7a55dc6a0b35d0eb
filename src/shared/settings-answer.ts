import { z } from 'zod';
import { settingsSchema } from './settings.ts';

/** Settings that are decided by the environment, and those whose new value counts from the next start on. */
export const settingsInForceSchema = z.object({
  environment: z.array(z.object({ key: z.string(), variable: z.string(), value: z.string() })),
  awaitsRestart: z.array(z.string()),
});
export type SettingsInForceView = z.infer<typeof settingsInForceSchema>;

export const settingsAnswerSchema = settingsInForceSchema.extend({
  settings: settingsSchema,
  /** They differ from the defaults. */
  changed: z.array(z.string()),
});
