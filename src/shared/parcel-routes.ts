import { z } from 'zod';
import { chosenIds } from './notes.ts';
import { route } from './route.ts';

export const parcelInputSchema = z
  .object({
    clipIds: chosenIds,
    /** The files as the camera wrote them, in a zip, perhaps with a GPX file for each day; or the positions alone. */
    what: z.enum(['originals', 'originals_and_gpx', 'gpx']),
  })
  .strict();
export type ParcelInput = z.infer<typeof parcelInputSchema>;

export const parcelSchema = z.object({
  /** For `getParcel`, within two minutes, by the same browser. */
  ticket: z.string(),
  /** Originals in it. */
  files: z.number().int(),
  /** Of all of it; null when nobody knows. */
  bytes: z.number().int().nullable(),
  /** Chosen clips that are not in it, for they are not in the archive, or not to be found there. */
  missing: z.number().int(),
});
export type Parcel = z.infer<typeof parcelSchema>;

/** Originals of many clips in one file, made while it is sent. */
export const parcelRoutes = {
  orderParcel: route({
    method: 'POST',
    path: '/api/parcels',
    summary: 'Make a file of chosen clips ready to be fetched; nothing deletes them until it was',
    body: parcelInputSchema,
    response: parcelSchema,
  }),
  getParcel: route({
    method: 'GET',
    path: '/api/parcels/:ticket',
    summary: 'The file that was made ready, once: a zip of originals, or a GPX file',
    params: z.object({ ticket: z.string().regex(/^[\w-]{16,64}$/) }),
    produces: 'application/zip',
  }),
} as const;
