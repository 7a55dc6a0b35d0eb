import { z } from 'zod';
import { gpsClockSchema } from '../../shared/clock.ts';
import type { ClockBook } from './clock-book-policy.ts';

const fixSchema = z.object({
  wallMs: z.number().int(),
  offsetMs: z.number().int(),
  jumpMs: z.number().int().nullable(),
  zone: z.string(),
});

const bookSchema = z.object({
  eras: z.array(
    z.object({
      firmware: z.string().nullable(),
      since: z.number().int(),
      clock: gpsClockSchema,
      fixes: z.array(fixSchema),
    }),
  ),
  jobs: z.array(
    z.object({
      from: z.string().nullable(),
      to: z.string().nullable(),
      afresh: z.boolean(),
      // Where it does not tell, it begins anew.
      downTo: z.object({ localStart: z.string(), id: z.number().int() }).nullable().default(null),
    }),
  ),
});

/** A book of another version, or a damaged one, is an empty one: clips fill it again. */
export function readBook(text: string | null): ClockBook {
  const empty = { eras: [], jobs: [] };
  if (text === null) return empty;
  try {
    return bookSchema.safeParse(JSON.parse(text)).data ?? empty;
  } catch {
    return empty;
  }
}
