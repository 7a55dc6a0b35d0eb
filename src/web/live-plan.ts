import './zod-setup.ts';
import type { QueryKey } from '@tanstack/react-query';
import { z } from 'zod';
import { eventSchemas, type EventName, type LiveMessage } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';

const message = <K extends EventName>(event: K) =>
  z.object({ event: z.literal(event), payload: eventSchemas[event] });
const liveMessageSchema = z.discriminatedUnion('event', [
  message('camera.changed'),
  message('sync.changed'),
  message('transfer.progressed'),
  message('clip.archived'),
  message('clips.changed'),
  message('journeys.changed'),
  message('places.changed'),
  message('clock.changed'),
  message('visit.changed'),
  message('archive.changed'),
  message('retention.changed'),
  message('storage.changed'),
  message('problems.changed'),
  message('system.changed'),
  message('settings.changed'),
]);

/** Reads one message of the live channel; null when it is not one we know. */
export function parseLiveMessage(text: string): LiveMessage | null {
  return liveMessageSchema.safeParse(readJson(text)).data ?? null;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const status = keyOf(routes.getStatus);
const queue = keyOf(routes.getQueue);
/** The pages of what is fetched in turn; what is held, failed or skipped changes with `clips.changed` alone. */
const waiting = keyOf(routes.getQueue, { query: { state: 'waiting' } });
const days = keyOf(routes.listDays);
const coverage = keyOf(routes.listCoverage);

const routesOfDays = keyOf(routes.listDayRoutes);
const journey = keyOf(routes.getJourney);

const affected: Record<EventName, readonly QueryKey[]> = {
  'transfer.progressed': [],
  'camera.changed': [status, keyOf(routes.listCameras)],
  'sync.changed': [status, waiting],
  'clip.archived': [status, waiting, days, coverage, journey],
  'clips.changed': [status, queue, days, coverage, journey],
  'visit.changed': [status, keyOf(routes.listVisits)],
  'journeys.changed': [
    days,
    routesOfDays,
    keyOf(routes.getDayMap),
    journey,
    keyOf(routes.getJourneyTrack),
    keyOf(routes.getMap),
    keyOf(routes.getMapExtent),
    keyOf(routes.findPasses),
  ],
  'places.changed': [keyOf(routes.listPlaces), routesOfDays, keyOf(routes.getDayJourneys), journey],
  'clock.changed': [keyOf(routes.getCameraClock)],
  'archive.changed': [status, days],
  'retention.changed': [
    keyOf(routes.getRetention),
    keyOf(routes.listTrash),
    keyOf(routes.listAudit),
    keyOf(routes.getStorage),
  ],
  'storage.changed': [keyOf(routes.getStorage)],
  'problems.changed': [status],
  'system.changed': [keyOf(routes.getSystem)],
  'settings.changed': [status, keyOf(routes.getSettings), keyOf(routes.getStorage)],
};

/** The queries whose answers an event has made old. */
export function queriesAffected(message: LiveMessage): QueryKey[] {
  return [
    ...affected[message.event],
    ...daysOf(message).flatMap((day) => [
      keyOf(routes.getDay, { params: { day } }),
      keyOf(routes.getDayJourneys, { params: { day } }),
    ]),
  ];
}

function daysOf({ event, payload }: LiveMessage): readonly string[] {
  if (event === 'clip.archived') return [payload.localDay];
  return event === 'clips.changed' || event === 'journeys.changed' ? payload.localDays : [];
}

/** Answers that may be many pages, or cost the server a count over many clips. */
const heavy = new Set<unknown>([
  routes.listDays.path,
  routes.listCoverage.path,
  routes.listVisits.path,
  routes.listTrash.path,
  routes.listAudit.path,
  routes.getStorage.path,
  routes.getDayJourneys.path,
  routes.listDayRoutes.path,
  routes.getMap.path,
  routes.findPasses.path,
  routes.getJourneyTrack.path,
]);

/** Shortest time between two refetches: half a second, for heavy answers two. */
export function refetchGapMs(key: QueryKey): number {
  return heavy.has(key[0]) ? 2_000 : 500;
}

/** Time before the next attempt to connect: half a second, doubling to 15 s, spread by `random` in [0, 1). */
export function reconnectDelayMs(attempt: number, random: number): number {
  return Math.min(15_000, 500 * 2 ** attempt) * (0.75 + random / 2);
}
