import type { FastifyInstance } from 'fastify';
import { filterOf, isFiltering, narrowItems, type ArchiveFilter } from '../../shared/archive-filter.ts';
import type { Events } from '../../shared/events.ts';
import type { DayJourneys, Journey, JourneyTrack } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Database } from '../db/open.ts';
import { serve } from '../http/serve.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { carsOf } from './activity-reader.ts';
import { dayJourneys, type DayJourneysDeps } from './day-journeys.ts';
import type { JourneyDue } from './journey-due.ts';
import { JourneyEdits } from './journey-edits.ts';
import { journeyFixes, JourneyLines } from './journey-lines.ts';
import type { JourneyService } from './journey-service.ts';
import type { CarFix } from './journey-types.ts';
import { journeyViews, routesOfDays, type Names } from './journey-views.ts';
import { splitUnseen } from './line-policy.ts';
import { boxMap, dayMap, journeyDays, mapExtent } from './map-views.ts';
import { monthRoutes } from './month-routes.ts';
import type { JourneyRow } from './span-rows.ts';

export interface JourneyRouteDeps {
  db: Database;
  clock: Clock;
  events: EventBus<Events>;
  settings: () => Settings;
  service: Pick<JourneyService, 'deriveNow'>;
  due: JourneyDue;
  names: Names;
  captureViews: DayJourneysDeps['captureViews'];
}

/** Journeys, stops, and what they look like on a map. */
export function journeyRoutes(app: FastifyInstance, deps: JourneyRouteDeps): void {
  const { db, names } = deps;
  const sessionGapMs = () => deps.settings().sessionGapSeconds * 1000;
  serve(app, routes.getDayJourneys, async ({ params, query }) =>
    narrowed(await dayJourneys({ ...deps, sessionGapMs }, params.day), filterOf(query)),
  );
  serve(app, routes.listDayRoutes, async ({ query }) => {
    const days = await journeyDays(db, query);
    const isMore = query.after === undefined && days.length === query.limit;
    return {
      days: await routesOfDays(db, { days, names }),
      nextBefore: isMore ? (days.at(-1) ?? null) : null,
    };
  });
  mapRoutes(app, db);
  editRoutes(app, deps);
}

/** A day with what passes a filter alone. */
function narrowed(day: DayJourneys, filter: ArchiveFilter): DayJourneys {
  if (!isFiltering(filter)) return day;
  const items = narrowItems(day.items, filter);
  const left = new Set(items.flatMap(({ captures }) => captures.map(({ id }) => id)));
  return { ...day, items, captureIds: day.captureIds.filter((id) => left.has(id)) };
}

function mapRoutes(app: FastifyInstance, db: Database): void {
  const lines = new JourneyLines(db);
  serve(app, routes.getDayMap, ({ params, query }) => dayMap(db, lines, { ...params, ...query }));
  serve(app, routes.getMap, ({ query }) => boxMap(db, lines, query));
  serve(app, routes.getMapExtent, async () => ({ box: await mapExtent(db) }));
  monthRoutes(app, db);
}

function editRoutes(app: FastifyInstance, deps: JourneyRouteDeps): void {
  const { db } = deps;
  const edits = new JourneyEdits(deps);
  const views = (rows: readonly JourneyRow[]) => journeyViews(db, rows, deps.names);
  const view = async (row: JourneyRow): Promise<Journey> => {
    const [journey] = await views([row]);
    if (!journey) throw new Error('a row has a view');
    return journey;
  };
  serve(app, routes.getJourney, async ({ params, query }) => view(await edits.found(params.id, query.at)));
  serve(app, routes.updateJourney, async ({ params, body }) => view(await edits.describe(params.id, body)));
  serve(app, routes.mergeJourneys, async ({ body }) => view(await edits.merge(body.journeyIds)));
  serve(app, routes.splitJourney, async ({ params, body }) => ({
    journeys: await views(await edits.split(params.id, body.at)),
  }));
  serve(app, routes.undoJourneyEdits, async ({ params }) => ({
    journeys: await views(await edits.undo(params.id)),
  }));
  serve(app, routes.getJourneyTrack, async ({ params }): Promise<JourneyTrack> => {
    const row = await edits.required(params.id);
    const car = (await carsOf(db)).get(row.camera_id) ?? { id: row.camera_id, cameraIds: [row.camera_id] };
    return { journeyId: row.id, parts: partsOf(await journeyFixes(db, row, car)) };
  });
}

/** The points of each clip, in parts between which nothing is known. */
function partsOf(fixes: readonly CarFix[]): JourneyTrack['parts'] {
  const parts: JourneyTrack['parts'] = [];
  for (const known of splitUnseen(fixes)) {
    let isNew = true;
    for (const { at, longitude, latitude, speedMps, courseDegrees, clipId } of known) {
      const part = parts.at(-1);
      const point: JourneyTrack['parts'][number]['points'][number] = [
        at,
        longitude,
        latitude,
        speedMps,
        courseDegrees,
      ];
      if (part && !isNew && part.clipId === clipId) part.points.push(point);
      else parts.push({ clipId, points: [point] });
      isNew = false;
    }
  }
  return parts;
}
