import type { FastifyInstance } from 'fastify';
import { filterOf } from '../../shared/archive-filter.ts';
import { routes } from '../../shared/routes.ts';
import type { Database } from '../db/open.ts';
import { serve } from '../http/serve.ts';
import { calendarOf } from './calendar.ts';
import { dayShorts, type DayShortDeps } from './day-shorts.ts';
import { momentAt } from './moment.ts';
import { chosenClips, selectCaptures } from './selection.ts';

export interface FindRouteDeps extends DayShortDeps {
  db: Database;
}

/** Finding days and moments in the archive. */
export function findRoutes(app: FastifyInstance, deps: FindRouteDeps): void {
  const { db } = deps;
  serve(app, routes.getCalendar, ({ query }) =>
    calendarOf(db, { year: query.year, before: query.before, filter: filterOf(query) }, deps.carOf),
  );
  serve(app, routes.listDayShorts, async ({ query }) => ({
    days: await dayShorts(db, { days: query.days.split(','), filter: filterOf(query) }, deps),
  }));
  serve(app, routes.selectCaptures, async ({ query: { fromDay, toDay, from, to, ...fields } }) => ({
    captures: await selectCaptures(db, { fromDay, toDay, from, to, filter: filterOf(fields) }),
  }));
  serve(app, routes.lookAtClips, async ({ body }) => ({ captures: await chosenClips(db, body.clipIds) }));
  serve(app, routes.findMoment, async ({ query }) => ({ moment: await momentAt(db, query) }));
}
