import { z } from 'zod';
import { channelSchema, clipKinds, containerSchema, localDaySchema, localStartSchema } from './clips.ts';
import { dayRoutesSchema } from './journeys.ts';
import { clipMediaSchema } from './media.ts';
import { boxSchema } from './tracks.ts';

const count = z.number().int();

/** What the calendar and the list of days know of one day, over all cameras or of one. */
export const calendarDaySchema = z.object({
  day: localDaySchema,
  captures: count,
  /** Clips, by what became of them. */
  archived: count,
  wanted: count,
  lost: count,
  /** Files that are gone from the archive folder, and nobody deleted them here. */
  vanished: count,
  locked: count,
  parking: count,
  archivedBytes: count,
  /** Those that began on this day. */
  journeys: count,
  drivenMs: count,
  distanceM: z.number(),
});
export type CalendarDay = z.infer<typeof calendarDaySchema>;

export const calendarSchema = z.object({
  /** That have recordings, the newest first. */
  years: z.array(count),
  /** The one that was asked for, or else the newest; null without recordings. */
  year: count.nullable(),
  /** Days with something that passes the filter, the newest first. */
  days: z.array(calendarDaySchema),
  /** Days of the year before this one were not looked at yet: ask on from here. */
  nextBefore: localDaySchema.nullable(),
});
export type Calendar = z.infer<typeof calendarSchema>;

/** Stretches of a day in which something was recorded, on the clocks where the car was. */
export const dayBarSchema = z.object({
  /** Minutes since midnight. */
  fromMinute: z.number(),
  toMinute: z.number(),
  look: z.enum([...clipKinds, 'wanted', 'lost']),
});
export type DayBar = z.infer<typeof dayBarSchema>;

/** A clip as a small picture in a list of days. */
export const dayPictureSchema = z.object({
  id: count,
  captureId: count,
  journeyId: count.nullable(),
  channel: channelSchema,
  container: containerSchema,
  startedAt: count,
  zoneOffsetMinutes: count,
  media: clipMediaSchema
    .pick({ version: true, hasPicture: true, thumbnail: true, filmstrip: true, strip: true })
    .optional(),
});
export type DayPicture = z.infer<typeof dayPictureSchema>;

/** How many journeys a day in short tells with pictures; of the others their lines alone. */
export const journeysTold = 4;
/** How many pictures it tells of each, and of a day that is filtered. */
export const picturesOfJourney = 8;
export const picturesOfDay = 12;

const somePicturesSchema = z.object({
  captures: count,
  /** Evenly spread over them. */
  pictures: z.array(dayPictureSchema),
});

/** One day in short, for its row in the list. */
export const dayShortSchema = z.object({
  day: localDaySchema,
  /** When the first and the last recording that passes began, on the clocks where the car was. */
  firstLocalStart: localStartSchema,
  lastLocalStart: localStartSchema,
  bars: z.array(dayBarSchema),
  /** Captures that pass, by kind. */
  kinds: z.object({ normal: count, parking: count, event: count, unclassified: count }),
  /** Those that began on this day; none where recordings of a day are filtered. */
  journeys: z.array(dayRoutesSchema.shape.journeys.element.extend({ pictures: z.array(dayPictureSchema) })),
  /** What is in no journey: parked, standing, or nobody knows where. */
  others: somePicturesSchema,
  /** Where recordings of a day are filtered: those that pass. */
  found: somePicturesSchema.nullable(),
});
export type DayShort = z.infer<typeof dayShortSchema>;

/** The recording nearest to a time on the clocks where the car was. */
export const momentSchema = z.object({
  day: localDaySchema,
  captureId: count,
  cameraId: count,
  /** To show; null when nothing of it is in the archive. */
  clipId: count.nullable(),
  journeyId: count.nullable(),
  /** Of the recording, UTC milliseconds. */
  startedAt: count,
  zoneOffsetMinutes: count,
  /** The instant to show: the one that was asked for, or the edge of the recording that is nearest to it. */
  at: count,
  /** It was recording at that very time. */
  isWithin: z.boolean(),
});
export type Moment = z.infer<typeof momentSchema>;

/** Somewhere the car was, by its name. */
export const foundPlaceSchema = z.object({
  name: z.string(),
  source: z.enum(['place', 'geocoder', 'gazetteer']),
  placeId: count.nullable(),
  /** Where to look for passes. */
  box: boxSchema,
});
export type FoundPlace = z.infer<typeof foundPlaceSchema>;
