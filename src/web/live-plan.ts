import type { QueryKey } from '@tanstack/react-query';
import type { EventName, LiveMessage } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';

const status = keyOf(routes.getStatus);
const queue = keyOf(routes.getQueue);
/** The pages of what is fetched in turn; what is held, failed or skipped changes with `clips.changed` alone. */
const waiting = keyOf(routes.getQueue, { query: { state: 'waiting' } });
const days = keyOf(routes.listDays);
const calendar = keyOf(routes.getCalendar);
const shorts = keyOf(routes.listDayShorts);
const jobs = keyOf(routes.listJobs);
const coverage = keyOf(routes.listCoverage);

const routesOfDays = keyOf(routes.listDayRoutes);
const journey = keyOf(routes.getJourney);

const affected: Record<EventName, readonly QueryKey[]> = {
  'transfer.progressed': [],
  'camera.changed': [status, keyOf(routes.listCameras)],
  'sync.changed': [status, waiting, jobs],
  'clip.archived': [status, waiting, days, coverage, journey],
  'clips.changed': [status, queue, days, coverage, journey],
  'visit.changed': [status, keyOf(routes.listVisits)],
  // Its clips are read by themselves (live-clips.ts).
  'media.made': [],
  'media.changed': [keyOf(routes.getMediaStatus), jobs],
  'import.changed': [keyOf(routes.listImports), keyOf(routes.getImport), keyOf(routes.listImportItems), jobs],
  'journeys.changed': [
    days,
    routesOfDays,
    keyOf(routes.getDayMap),
    journey,
    keyOf(routes.getJourneyTrack),
    keyOf(routes.getMap),
    keyOf(routes.getMapExtent),
    keyOf(routes.listMapMonths),
    jobs,
    keyOf(routes.findPasses),
  ],
  'places.changed': [keyOf(routes.listPlaces), shorts, routesOfDays, keyOf(routes.getDayJourneys), journey],
  'marks.changed': [keyOf(routes.listMarks)],
  'clock.changed': [keyOf(routes.getCameraClock)],
  'archive.changed': [status, days, calendar, shorts],
  'retention.changed': [
    keyOf(routes.getRetention),
    keyOf(routes.listTrash),
    keyOf(routes.listAudit),
    keyOf(routes.getStorage),
    jobs,
  ],
  'storage.changed': [keyOf(routes.getStorage), jobs],
  'problems.changed': [status],
  'system.changed': [keyOf(routes.getSystem), keyOf(routes.getRefile), keyOf(routes.getArchiveCheck), jobs],
  'sessions.changed': [keyOf(routes.listSessions)],
  'settings.changed': [status, keyOf(routes.getSettings), keyOf(routes.getStorage)],
  // Its page hears it itself (log/use-log.ts).
  'log.written': [],
};

/** The queries whose answers an event has made old. */
export function queriesAffected(message: LiveMessage): QueryKey[] {
  return [
    ...affected[message.event],
    ...daysOf(message).flatMap((day) => [
      keyOf(routes.getDay, { params: { day } }),
      keyOf(routes.getDayJourneys, { params: { day } }),
    ]),
    ...calendarOf(message),
    ...shortsOf(message).map((day) => keyOf(routes.listDayShorts, { day })),
  ];
}

/** The years that an event is about; the newest is read by that name (archive/use-calendar.ts). */
function calendarOf(message: LiveMessage): QueryKey[] {
  const years = new Set(daysOf(message).map((day) => Number(day.slice(0, 4))));
  return years.size === 0 ? [] : ['newest', ...years].map((year) => keyOf(routes.getCalendar, { year }));
}

/** Days whose rows in the list it changes: their pictures too. */
function shortsOf(message: LiveMessage): readonly string[] {
  return message.event === 'media.made' ? message.payload.localDays : daysOf(message);
}

function daysOf({ event, payload }: LiveMessage): readonly string[] {
  if (event === 'clip.archived') return [payload.localDay];
  const isOfDays = event === 'clips.changed' || event === 'journeys.changed';
  return isOfDays ? payload.localDays : [];
}

/** Answers that may be many pages, or cost the server a count over many clips. */
const heavy = new Set<unknown>([
  routes.listDays.path,
  routes.getCalendar.path,
  routes.listDayShorts.path,
  routes.listCoverage.path,
  routes.listVisits.path,
  routes.listTrash.path,
  routes.listAudit.path,
  routes.getStorage.path,
  routes.listJobs.path,
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
