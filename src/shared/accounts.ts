import { z } from 'zod';

export const minPasswordLength = 10;

export const newPasswordSchema = z
  .string()
  .min(minPasswordLength, `A password needs at least ${minPasswordLength} characters.`)
  .max(1024, 'A password has at most 1024 characters.');

/** A password as it is typed to log in: any length, for older ones were shorter. */
export const passwordSchema = z.string().min(1, 'Type the password.').max(1024);

export const logInInputSchema = z.object({ password: passwordSchema });
export const setUpInputSchema = z.object({
  /** From the program's log, or `VIOFOSYNC_SETUP_CODE`. */
  code: z.string().min(1, "Type the code from the program's log.").max(100),
  password: newPasswordSchema,
});
export const changePasswordInputSchema = z.object({ current: passwordSchema, password: newPasswordSchema });

/** Where somebody is logged in. */
export const accountSessionSchema = z.object({
  /** Names it; nobody can log in with it. */
  id: z.string(),
  /** Where its log-in came from. */
  address: z.string().nullable(),
  /** What its browser calls itself. */
  agent: z.string().nullable(),
  createdAt: z.number().int(),
  /** To the minute. */
  lastSeenAt: z.number().int(),
  /** When it is over if it is not used again. */
  endsAt: z.number().int(),
  /** It is that of whoever asks. */
  isThis: z.boolean(),
  /** False: it could not be written down, and ends with the program. */
  isLasting: z.boolean(),
});
export type AccountSession = z.infer<typeof accountSessionSchema>;

/** As `AccountSession.id` has it. */
export const accountSessionIdSchema = z.string().regex(/^[\da-f]{16}$/);
