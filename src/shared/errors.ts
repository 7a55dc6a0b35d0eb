import { z } from 'zod';

/**
 * Why a request was refused; a closed union that scripts may rely on.
 * `unavailable`: the world is not ready (the archive volume is away), asking again later may succeed.
 * `starting`: the database is not open yet; `GET /api/startup` says what is going on.
 * `unauthenticated`: log in first; `slow_down`: too many attempts.
 */
export const errorCodes = [
  'invalid',
  'not_found',
  'conflict',
  'unauthenticated',
  'forbidden',
  'slow_down',
  'starting',
  'unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The body of every answer with a status of 400 or above. */
export const errorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    /** One line for each wrong field of the request, where there are several. */
    details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBody>;

export const httpStatusOf: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  slow_down: 429,
  starting: 503,
  unavailable: 503,
  internal: 500,
};
