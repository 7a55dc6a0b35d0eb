import { z } from 'zod';
import { archiveFilterFields } from './archive-filter.ts';
import { localDaySchema } from './clips.ts';
import { chosenIds } from './notes.ts';
import { route } from './route.ts';
import { chosenCaptureSchema } from './select.ts';

const captures = z.object({ captures: z.array(chosenCaptureSchema) });

/** Choosing many recordings. */
export const selectRoutes = {
  selectCaptures: route({
    method: 'GET',
    path: '/api/captures',
    summary:
      'The recordings of a stretch of days that pass a filter, in short, in the order of time; at most 20,000 clips',
    query: z.object({
      /** Both included. */
      fromDay: localDaySchema,
      toDay: localDaySchema,
      /** Only those that begin within these instants, both included. */
      from: z.coerce.number().int().optional(),
      to: z.coerce.number().int().optional(),
      ...archiveFilterFields,
    }),
    response: captures,
  }),
  lookAtClips: route({
    method: 'POST',
    path: '/api/captures/look',
    summary: 'What has become of chosen clips, in short; those that are no more are left out',
    body: z.object({ clipIds: chosenIds }).strict(),
    response: captures,
  }),
} as const;
