import { z } from 'zod';
import { ownMarkInputSchema, ownMarkPatchSchema, ownMarkSchema } from './own-marks.ts';
import { route } from './route.ts';

const id = z.coerce.number().int().positive();
const idParams = z.object({ id });
/** An empty one is none: `Number('')` would be the year 1970. */
const instant = z.preprocess(
  (value) => (value === '' ? Number.NaN : value),
  z.coerce.number({ error: 'Give a number here.' }).int(),
);

/** Moments that people marked. */
export const markRoutes = {
  listMarks: route({
    method: 'GET',
    path: '/api/marks',
    summary: 'The moments that people marked within a span (UTC milliseconds), in the order of time',
    query: z.object({
      from: instant,
      to: instant,
      /** Those of this camera, and those of none. */
      cameraId: id.optional(),
    }),
    response: z.object({
      marks: z.array(ownMarkSchema),
      /** There are more than are listed. */
      isPartial: z.boolean(),
    }),
  }),
  addMark: route({
    method: 'POST',
    path: '/api/marks',
    summary: 'Mark a moment; the same mark twice is one',
    body: ownMarkInputSchema,
    response: ownMarkSchema,
  }),
  updateMark: route({
    method: 'PATCH',
    path: '/api/marks/:id',
    summary: 'Change the words or the moment of a mark',
    params: idParams,
    body: ownMarkPatchSchema,
    response: ownMarkSchema,
  }),
  removeMark: route({
    method: 'DELETE',
    path: '/api/marks/:id',
    summary: 'Take a mark away',
    params: idParams,
  }),
} as const;
