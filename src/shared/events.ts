import { z } from 'zod';
import { transferSchema } from './cameras.ts';
import { logNewsSchema } from './log.ts';

/** What happened, as past facts with ids and small facts; browsers get them over the live channel. */
export const eventSchemas = {
  'camera.changed': z.object({ cameraId: z.number().int() }),
  'sync.changed': z.object({}),
  'transfer.progressed': transferSchema,
  'clip.archived': z.object({ clipId: z.number().int(), cameraId: z.number().int(), localDay: z.string() }),
  /** Pictures, proxies or repairs of clips were made, on these days. */
  'media.made': z.object({ clipIds: z.array(z.number().int()), localDays: z.array(z.string()) }),
  /** What makes them began, went on or ended; encoders were tested. */
  'media.changed': z.object({}),
  /** An import was planned, went on or ended. */
  'import.changed': z.object({ importId: z.number().int() }),
  /** Positions of clips were read, journeys derived anew, or instants worked out, on these days. */
  'journeys.changed': z.object({ localDays: z.array(z.string()) }),
  /** Places, or what is known of their names. */
  'places.changed': z.object({}),
  /** Somebody marked moments between these instants, or changed or took away what was marked. */
  'marks.changed': z.object({ from: z.number().int(), to: z.number().int() }),
  /** What is known of a camera's clock. */
  'clock.changed': z.object({ cameraId: z.number().int() }),
  /** States of many clips changed at once (a listing, a hold, a retry). */
  'clips.changed': z.object({ cameraId: z.number().int(), localDays: z.array(z.string()) }),
  /** A visit began, ended, or brought something. */
  'visit.changed': z.object({ cameraId: z.number().int(), visitId: z.number().int() }),
  'archive.changed': z.object({}),
  /** A sweep began, went on or ended; something went to the trash, came back or is gone for good. */
  'retention.changed': z.object({}),
  /** What uses the disk was measured anew. */
  'storage.changed': z.object({}),
  'problems.changed': z.object({}),
  /** A backup, a check of the database or a scan began, went on or ended. */
  'system.changed': z.object({}),
  /** Somebody logged in, or sessions were ended. */
  'sessions.changed': z.object({}),
  'settings.changed': z.object({ keys: z.array(z.string()) }),
  /** Lines of the log; sent only to browsers that have said that they look at it. */
  'log.written': logNewsSchema,
} as const;

export type EventName = keyof typeof eventSchemas;
export type Events = { [K in EventName]: z.infer<(typeof eventSchemas)[K]> };

export const eventNames = Object.keys(eventSchemas) as EventName[];

/** One message of the live channel `/api/live` (WebSocket, server to browser). */
export type LiveMessage = { [K in EventName]: { event: K; payload: Events[K] } }[EventName];
