import { z } from 'zod';
import { archiveFilterFields } from './archive-filter.ts';
import { localDaySchema, localStartSchema } from './clips.ts';
import { calendarSchema, dayShortSchema, foundPlaceSchema, momentSchema } from './find.ts';
import { route } from './route.ts';

/** Finding something in the archive: by day, by time, by place. */
export const findRoutes = {
  getCalendar: route({
    method: 'GET',
    path: '/api/calendar',
    summary: 'The days of a year that have recordings, with what each holds; filtered ones perhaps in parts',
    query: z.object({
      year: z.coerce.number().int().min(1970).max(9999).optional(),
      /** Only days of the year before this one. */
      before: localDaySchema.optional(),
      ...archiveFilterFields,
    }),
    response: calendarSchema,
  }),
  listDayShorts: route({
    method: 'GET',
    path: '/api/archive/days',
    summary: 'Some days in short: journeys with pictures, kinds, when something was recorded',
    query: z.object({
      /** With commas between them. */
      days: z.string().regex(/^\d{4}-\d{2}-\d{2}(?:,\d{4}-\d{2}-\d{2}){0,30}$/),
      ...archiveFilterFields,
    }),
    response: z.object({ days: z.array(dayShortSchema) }),
  }),
  findMoment: route({
    method: 'GET',
    path: '/api/moment',
    summary:
      'The recording nearest to a time on the clocks where the car was; of the nearest day when that one has none',
    query: z.object({
      local: localStartSchema,
      cameraId: z.coerce.number().int().positive().optional(),
    }),
    response: z.object({ moment: momentSchema.nullable() }),
  }),
  searchPlaces: route({
    method: 'GET',
    path: '/api/places/search',
    summary: 'Places where the car was, by the beginning of a word of their names',
    query: z.object({
      q: z.string().trim().min(2).max(100),
      limit: z.coerce.number().int().min(1).max(20).default(6),
    }),
    response: z.object({ places: z.array(foundPlaceSchema) }),
  }),
} as const;
