import { z } from 'zod';
import { captureSchema, localDaySchema } from './clips.ts';
import { markSchema, positionSchema, trackPointSchema } from './tracks.ts';

export const journeyTags = ['business', 'private'] as const;
export const journeyTagSchema = z.enum(journeyTags);
export type JourneyTag = z.infer<typeof journeyTagSchema>;

/** Where a name comes from: a place of the user's, a geocoder, the gazetteer of towns shipped with the program. */
export const placeNameSchema = z.object({
  name: z.string(),
  source: z.enum(['place', 'geocoder', 'gazetteer']),
  placeId: z.number().int().nullable(),
});
export type PlaceName = z.infer<typeof placeNameSchema>;

/** What of the footage of a span is here, still to come, or gone, in captures. */
export const completenessSchema = z.object({
  captures: z.number().int(),
  archived: z.number().int(),
  waiting: z.number().int(),
  lost: z.number().int(),
  /** Deleted here, by rule or by hand. */
  gone: z.number().int(),
});
export type Completeness = z.infer<typeof completenessSchema>;

const spanSchema = z.object({
  id: z.number().int(),
  /** The camera, of several in one car the first. */
  cameraId: z.number().int(),
  startedAt: z.number().int(),
  endedAt: z.number().int(),
  /** IANA zone where it began and where it ended: it is shown in these. */
  startZone: z.string(),
  endZone: z.string(),
  localDay: localDaySchema,
});

export const endSchema = z.object({ position: positionSchema, name: placeNameSchema.nullable() });

export const journeySchema = spanSchema.extend({
  /** Given by hand. */
  name: z.string().nullable(),
  note: z.string().nullable(),
  tag: journeyTagSchema.nullable(),
  /** Merged or split by hand. */
  isEdited: z.boolean(),
  from: endSchema,
  to: endSchema,
  distanceM: z.number(),
  movingMs: z.number(),
  /** Metres a second, without spikes. */
  topSpeedMps: z.number().nullable(),
  meanSpeedMps: z.number().nullable(),
  marks: z.array(markSchema),
  completeness: completenessSchema,
  /** At least a part of its line was read off the camera and is sparse. */
  isTriage: z.boolean(),
});
export type Journey = z.infer<typeof journeySchema>;

export const stopSchema = spanSchema.extend({
  at: endSchema,
  /** Its position is that of the last fix before it, or of the first after it. */
  isInferred: z.boolean(),
  /** Its end is not known yet: nothing came after it. */
  isOpen: z.boolean(),
  completeness: completenessSchema,
});
export type Stop = z.infer<typeof stopSchema>;

/**
 * A day in the order of time: journeys, stops, and captures of which nobody knows where they were. A span that lies on
 * two days is on both.
 */
export const dayItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('journey'), journey: journeySchema, captures: z.array(captureSchema) }),
  z.object({ kind: z.literal('stop'), stop: stopSchema, captures: z.array(captureSchema) }),
  z.object({
    kind: z.literal('unplaced'),
    cameraId: z.number().int(),
    startedAt: z.number().int(),
    endedAt: z.number().int(),
    captures: z.array(captureSchema),
  }),
]);
export type DayItem = z.infer<typeof dayItemSchema>;

export const dayJourneysSchema = z.object({
  day: localDaySchema,
  /** Positions are still being read, or journeys derived: more may come. */
  isPending: z.boolean(),
  /** The captures of this day, in the order of time; each is in one item, beside those of other days. */
  captureIds: z.array(z.number().int()),
  items: z.array(dayItemSchema),
});
export type DayJourneys = z.infer<typeof dayJourneysSchema>;

/** The line of a journey with all its points, and where it has none. */
export const journeyTrackSchema = z.object({
  journeyId: z.number().int(),
  /** Parts between which nothing is known. */
  parts: z.array(z.object({ clipId: z.number().int(), points: z.array(trackPointSchema) })),
});
export type JourneyTrack = z.infer<typeof journeyTrackSchema>;

export const journeyPatchSchema = z
  .object({
    name: z.string().trim().max(200).nullable(),
    note: z.string().max(10_000).nullable(),
    tag: journeyTagSchema.nullable(),
  })
  .partial()
  .strict();
export type JourneyPatch = z.infer<typeof journeyPatchSchema>;

/** Journeys of days, newest first, without their footage. */
export const dayRoutesSchema = z.object({
  day: localDaySchema,
  journeys: z.array(
    journeySchema
      .pick({
        id: true,
        cameraId: true,
        startedAt: true,
        endedAt: true,
        startZone: true,
        name: true,
        from: true,
        to: true,
        distanceM: true,
        completeness: true,
      })
      .extend({
        /** A rough line for a sketch: longitude and latitude, at most 60 points. */
        outline: z.array(z.tuple([z.number(), z.number()])),
      }),
  ),
});
export type DayRoutes = z.infer<typeof dayRoutesSchema>;
