import { z } from 'zod';

/**
 * Why a request was refused; a closed union that scripts may rely on.
 * `unavailable`: the world is not ready (the archive volume is away), asking again later may succeed.
 */
export const errorCodes = [
  'invalid',
  'not_found',
  'conflict',
  'forbidden',
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
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
  internal: 500,
};
