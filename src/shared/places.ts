import { z } from 'zod';
import { latitudeSchema, longitudeSchema, positionSchema } from './tracks.ts';

const nameSchema = z.string().trim().min(1, 'Give the place a name.').max(100);
/** Less than 20 m is finer than a dashcam's positions. */
const radiusSchema = z.number().min(20).max(5000);

export const placeSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  latitude: latitudeSchema,
  longitude: longitudeSchema,
  radiusM: z.number(),
  isHome: z.boolean(),
  /** Clips made while parked here stay on the card, but for locked ones and events. */
  skipParked: z.boolean(),
  /** Cut out of what is shared. */
  isHidden: z.boolean(),
  stops: z.number().int(),
  lastStopAt: z.number().int().nullable(),
});
export type Place = z.infer<typeof placeSchema>;

export const placeInputSchema = z
  .object({
    name: nameSchema,
    latitude: latitudeSchema,
    longitude: longitudeSchema,
    radiusM: radiusSchema.default(75),
    isHome: z.boolean().default(false),
    skipParked: z.boolean().default(false),
    isHidden: z.boolean().default(false),
  })
  .strict();
export type PlaceInput = z.infer<typeof placeInputSchema>;

export const placePatchSchema = z
  .object({
    name: nameSchema,
    latitude: latitudeSchema,
    longitude: longitudeSchema,
    radiusM: radiusSchema,
    isHome: z.boolean(),
    skipParked: z.boolean(),
    isHidden: z.boolean(),
  })
  .partial()
  .strict();
export type PlacePatch = z.infer<typeof placePatchSchema>;

/** Somewhere the car often stops that has no name yet. */
export const placeSuggestionSchema = positionSchema.extend({
  radiusM: z.number(),
  stops: z.number().int(),
  parkedMs: z.number(),
  lastStopAt: z.number().int(),
  /** What is known of it: the gazetteer's or the geocoder's name. */
  name: z.string().nullable(),
  /** It is where most nights are spent. */
  isLikelyHome: z.boolean(),
});
export type PlaceSuggestion = z.infer<typeof placeSuggestionSchema>;

/** Whom the names of towns are from; shown wherever such a name may stand. */
export const gazetteerCredit = {
  text: 'Names of towns: GeoNames, CC BY 4.0',
  url: 'https://www.geonames.org',
} as const;
