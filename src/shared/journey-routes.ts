import { z } from 'zod';
import { archiveFilterFields } from './archive-filter.ts';
import {
  cameraClockPatchSchema,
  cameraClockSchema,
  clockShiftInputSchema,
  shiftedClockSchema,
} from './clock.ts';
import { localDaySchema } from './clips.ts';
import {
  dayJourneysSchema,
  dayRoutesSchema,
  journeyPatchSchema,
  journeySchema,
  journeyTrackSchema,
} from './journeys.ts';
import { placeInputSchema, placePatchSchema, placeSchema, placeSuggestionSchema } from './places.ts';
import { route } from './route.ts';
import {
  clipTrackSchema,
  exportFormatSchema,
  latitudeSchema,
  longitudeSchema,
  passSchema,
  routeMapSchema,
} from './tracks.ts';

const id = z.coerce.number().int().positive();
const idParams = z.object({ id });
/** A number in the address. An empty one is none: `Number('')` would be the equator, or the year 1970. */
const given = z.coerce.number({ error: 'Give a number here.' });
const number = z.preprocess((value) => (value === '' ? Number.NaN : value), given);
const zoom = number.pipe(z.number().min(0).max(22)).default(14);
const instant = number.pipe(z.number().int());
const boxQuery = {
  west: number.pipe(longitudeSchema),
  south: number.pipe(latitudeSchema),
  east: number.pipe(longitudeSchema),
  north: number.pipe(latitudeSchema),
};

/** Where the car was: tracks, journeys, places, and the clocks that say when. */
export const journeyRoutes = {
  getClipTrack: route({
    method: 'GET',
    path: '/api/clips/:id/track',
    summary: 'The positions of one clip',
    params: idParams,
    response: clipTrackSchema,
  }),
  getDayJourneys: route({
    method: 'GET',
    path: '/api/days/:day/journeys',
    summary:
      'The journeys and stops of a day with their captures, and the captures without a place, in the order of time',
    params: z.object({ day: localDaySchema }),
    query: z.object(archiveFilterFields),
    mayLackQuery: true,
    response: dayJourneysSchema,
  }),
  getDayMap: route({
    method: 'GET',
    path: '/api/days/:day/map',
    summary: 'Lines and stops of a day as GeoJSON, simplified for a zoom',
    params: z.object({ day: localDaySchema }),
    query: z.object({ zoom }),
    response: routeMapSchema,
  }),
  listDayRoutes: route({
    method: 'GET',
    path: '/api/journeys/days',
    summary: 'The journeys of days in short, newest day first',
    query: z.object({
      before: localDaySchema.optional(),
      after: localDaySchema.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    }),
    response: z.object({ days: z.array(dayRoutesSchema), nextBefore: localDaySchema.nullable() }),
  }),
  getMap: route({
    method: 'GET',
    path: '/api/map',
    summary:
      'The newest journeys within a box as GeoJSON, simplified for a zoom; `isPartial` when there are more',
    query: z.object({
      ...boxQuery,
      zoom,
      /** UTC milliseconds. */
      from: instant.optional(),
      to: instant.optional(),
      cameraId: id.optional(),
    }),
    response: routeMapSchema.extend({ isPartial: z.boolean(), journeys: z.number().int() }),
  }),
  getMapExtent: route({
    method: 'GET',
    path: '/api/map/extent',
    summary: 'The box around the journeys of the last weeks; null when there are none',
    response: z.object({
      box: z
        .object({
          west: longitudeSchema,
          south: latitudeSchema,
          east: longitudeSchema,
          north: latitudeSchema,
        })
        .nullable(),
    }),
  }),
  findPasses: route({
    method: 'GET',
    path: '/api/map/passes',
    summary:
      'Every time the car passed a box, newest first: when, how fast, where to, and the second of which clip',
    query: z.object({
      ...boxQuery,
      cameraId: id.optional(),
      from: instant.optional(),
      /** Passes before this instant: `nextBefore` of the page before. */
      before: instant.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ passes: z.array(passSchema), nextBefore: z.number().int().nullable() }),
  }),
  getJourney: route({
    method: 'GET',
    path: '/api/journeys/:id',
    summary:
      'One journey; with an instant (UTC milliseconds) of one that is gone, merged or derived anew, the one it is in now',
    params: idParams,
    query: z.object({ at: instant.optional() }),
    response: journeySchema,
  }),
  updateJourney: route({
    method: 'PATCH',
    path: '/api/journeys/:id',
    summary: 'Name, note or tag a journey; null takes it away',
    params: idParams,
    body: journeyPatchSchema,
    response: journeySchema,
  }),
  mergeJourneys: route({
    method: 'POST',
    path: '/api/journeys/merge',
    summary: 'Make one journey of several of one car that follow each other, with the stops between',
    body: z.object({ journeyIds: z.array(z.number().int().positive()).min(2).max(50) }),
    response: journeySchema,
  }),
  splitJourney: route({
    method: 'POST',
    path: '/api/journeys/:id/split',
    summary: 'Make two journeys of one at an instant within it',
    params: idParams,
    body: z.object({ at: z.number().int() }),
    response: z.object({ journeys: z.array(journeySchema) }),
  }),
  undoJourneyEdits: route({
    method: 'POST',
    path: '/api/journeys/:id/undo-edits',
    summary: 'Take back what was merged or split by hand within a journey; names, notes and tags stay',
    params: idParams,
    response: z.object({ journeys: z.array(journeySchema) }),
  }),
  getJourneyTrack: route({
    method: 'GET',
    path: '/api/journeys/:id/track',
    summary: 'All points of a journey',
    params: idParams,
    response: journeyTrackSchema,
  }),
  exportDayTrack: route({
    method: 'GET',
    path: '/api/days/:day/track-file',
    summary: 'The tracks of a day as a file: GPX, KML, GeoJSON or CSV',
    params: z.object({ day: localDaySchema }),
    query: z.object({ format: exportFormatSchema.default('gpx') }),
    produces: 'application/octet-stream',
  }),
  exportJourneyTrack: route({
    method: 'GET',
    path: '/api/journeys/:id/track-file',
    summary: 'The track of a journey as a file: GPX, KML, GeoJSON or CSV',
    params: idParams,
    query: z.object({ format: exportFormatSchema.default('gpx') }),
    produces: 'application/octet-stream',
  }),
  exportTracks: route({
    method: 'GET',
    path: '/api/tracks/file',
    summary: 'The tracks of clips or journeys, by their ids with commas, as a file',
    query: z.object({
      clipIds: z
        .string()
        .regex(/^\d+(,\d+){0,999}$/)
        .optional(),
      journeyIds: z
        .string()
        .regex(/^\d+(,\d+){0,199}$/)
        .optional(),
      format: exportFormatSchema.default('gpx'),
    }),
    produces: 'application/octet-stream',
  }),
  listPlaces: route({
    method: 'GET',
    path: '/api/places',
    summary: 'Named places, and somewhere the car often stops that has no name yet',
    response: z.object({ places: z.array(placeSchema), suggestions: z.array(placeSuggestionSchema) }),
  }),
  addPlace: route({
    method: 'POST',
    path: '/api/places',
    summary: 'Name a place',
    body: placeInputSchema,
    response: placeSchema,
  }),
  updatePlace: route({
    method: 'PATCH',
    path: '/api/places/:id',
    summary: 'Change a place',
    params: idParams,
    body: placePatchSchema,
    response: placeSchema,
  }),
  removePlace: route({
    method: 'DELETE',
    path: '/api/places/:id',
    summary: 'Forget a place; clips it kept on the card are wanted again',
    params: idParams,
  }),
  getCameraClock: route({
    method: 'GET',
    path: '/api/cameras/:id/clock',
    summary: "What a camera's clock and its GPS records say, and how the instants of its clips are known",
    params: idParams,
    response: cameraClockSchema,
  }),
  updateCameraClock: route({
    method: 'PATCH',
    path: '/api/cameras/:id/clock',
    summary:
      'Say what the clock of the GPS records is, or in which zone the names are; instants are worked out anew',
    params: idParams,
    body: cameraClockPatchSchema,
    response: cameraClockSchema,
  }),
  addClockShift: route({
    method: 'POST',
    path: '/api/cameras/:id/clock/shifts',
    summary: "The camera's clock was wrong from then to then: shift its clips; files are not touched",
    params: idParams,
    body: clockShiftInputSchema,
    response: shiftedClockSchema,
  }),
  removeClockShift: route({
    method: 'DELETE',
    path: '/api/cameras/:id/clock/shifts/:shiftId',
    summary: 'Take back a shift',
    params: z.object({ id, shiftId: id }),
  }),
} as const;
