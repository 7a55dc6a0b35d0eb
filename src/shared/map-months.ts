import { z } from 'zod';

/** `2026-06`: what begins on a day of it, where it began. */
export const monthSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

/** What there is to draw on a map, month by month. */
export const mapMonthsSchema = z.object({
  /** Newest first; months without journeys or stops are left out. */
  months: z.array(
    z.object({
      month: monthSchema,
      /** Names its contents: `getMapMonth` with it may be kept for ever. */
      version: z.string(),
      journeys: z.number().int(),
      distanceM: z.number().int(),
    }),
  ),
});
export type MapMonths = z.infer<typeof mapMonthsSchema>;

const whole = z.array(z.number().int());

/**
 * Journeys and stops that begin in a month, in the order of time, as columns of one length each. Rough: lines are good
 * to some 50 m and for zooms up to 10 or so.
 */
export const mapMonthSchema = z.object({
  month: monthSchema,
  version: z.string(),
  /** IANA zones; `zone` is a place in them. */
  zones: z.array(z.string()),
  journeys: z.object({
    id: whole,
    /** The first camera of its car. */
    cameraId: whole,
    /** UTC milliseconds. */
    startedAt: whole,
    lengthMs: whole,
    distanceM: whole,
    zone: whole,
    /** 1: at least a part was read off the camera and is sparse. */
    isTriage: whole,
    /** As `encodeLine` makes them; empty where nothing is known. */
    line: z.array(z.string()),
  }),
  stops: z.object({
    id: whole,
    cameraId: whole,
    startedAt: whole,
    lengthMs: whole,
    /** Each as a line of one point. */
    position: z.array(z.string()),
  }),
});
export type MapMonth = z.infer<typeof mapMonthSchema>;
