import { z } from 'zod';

/** Degrees, WGS 84; south and west negative. */
export const latitudeSchema = z.number().min(-90).max(90);
export const longitudeSchema = z.number().min(-180).max(180);
export const positionSchema = z.object({ latitude: latitudeSchema, longitude: longitudeSchema });
export type Position = z.infer<typeof positionSchema>;

/** A box may cross the antimeridian: then `west` is greater than `east`. */
export const boxSchema = z.object({
  west: longitudeSchema,
  south: latitudeSchema,
  east: longitudeSchema,
  north: latitudeSchema,
});
export type Box = z.infer<typeof boxSchema>;

/**
 * Where a track was read: the archived clip, the clip while it is still on the camera (sparse), the GPX file beside
 * the clip.
 */
export const trackSources = ['file', 'triage', 'sidecar'] as const;
export type TrackSource = (typeof trackSources)[number];

/** Guesses from one position a second; `top_speed` is the fastest moment of a journey. */
export const markKinds = ['braking', 'acceleration', 'stop', 'top_speed'] as const;
export const markSchema = positionSchema.extend({
  kind: z.enum(markKinds),
  at: z.number().int(),
  /** Metres a second squared of braking and acceleration, metres a second of speed, seconds of a stop. */
  value: z.number(),
});
export type Mark = z.infer<typeof markSchema>;

/**
 * A point as an array, for there are many: UTC milliseconds, longitude, latitude, metres a second or null, degrees from
 * north or null.
 */
export const trackPointSchema = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
]);
export type TrackPoint = z.infer<typeof trackPointSchema>;

export const exportFormats = ['gpx', 'kml', 'geojson', 'csv'] as const;
export const exportFormatSchema = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** What the positions of a clip are, and what was left out of them. */
export const clipTrackSchema = z.object({
  clipId: z.number().int(),
  source: z.enum(trackSources),
  /** Records read, those with a fix, those left out as wrong. */
  samples: z.number().int(),
  fixes: z.number().int(),
  dropped: z.number().int(),
  distanceM: z.number(),
  points: z.array(trackPointSchema),
});
export type ClipTrack = z.infer<typeof clipTrackSchema>;

const lineSchema = z.object({
  type: z.literal('LineString'),
  coordinates: z.array(z.tuple([z.number(), z.number()])),
});
const pointSchema = z.object({ type: z.literal('Point'), coordinates: z.tuple([z.number(), z.number()]) });
const multiLineSchema = z.object({
  type: z.literal('MultiLineString'),
  coordinates: z.array(z.array(z.tuple([z.number(), z.number()]))),
});

/** Lines of journeys and points of stops, simplified for the zoom they are shown at. */
export const routeMapSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      geometry: z.union([lineSchema, multiLineSchema, pointSchema]),
      properties: z.object({
        kind: z.enum(['journey', 'stop']),
        /** Of the journey or stop. */
        id: z.number().int(),
        cameraId: z.number().int(),
        startedAt: z.number().int(),
        endedAt: z.number().int(),
        /** Not yet in the archive: read off the camera. */
        isTriage: z.boolean(),
      }),
    }),
  ),
});
export type RouteMap = z.infer<typeof routeMapSchema>;

/** Once past a place: from when to when, how fast and where to. */
export const passSchema = z.object({
  cameraId: z.number().int(),
  journeyId: z.number().int().nullable(),
  clipId: z.number().int(),
  /** Milliseconds from the start of the clip. */
  offsetMs: z.number().int(),
  at: z.number().int(),
  leftAt: z.number().int(),
  /** IANA zone where it is. */
  zone: z.string(),
  speedMps: z.number().nullable(),
  courseDegrees: z.number().nullable(),
  position: positionSchema,
  archived: z.boolean(),
});
export type Pass = z.infer<typeof passSchema>;
