import { zoneAt } from '../lib/zone-at.ts';
import { among } from '../db/bulk.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';
import { CapturePlacer } from './capture-placer.ts';
import { cropSpans, type EdgeStop, type ShownSpan } from './crop-policy.ts';
import type { JourneySpan, Span, StopSpan } from './journey-types.ts';
import { localDayAt } from './local-day.ts';
import { matchByOverlap } from './match-policy.ts';
import { journeyRow, stopRow, type JourneyValues, type StopValues } from './row-policy.ts';
import { journeysIn, stopsIn, type JourneyRow, type StopRow } from './span-rows.ts';
import type { Stretch } from './stretch-reader.ts';
import { changedSpans, type Window } from './window-policy.ts';

const ends = { zoneAt, localDayAt };
const wholeWorld = { west: -180, east: 180 };

/** What writing a stretch changed. */
export interface Written {
  localDays: Set<string>;
  /** New or changed stops, whose place is to be looked for. */
  stopIds: number[];
}

/** Puts a derived stretch in the place of the rows that are there, in the caller's transaction. */
export async function writeStretch(trx: Db, stretch: Stretch): Promise<Written> {
  const { car } = stretch;
  const old = { journeys: await journeysIn(trx, car, stretch), stops: await stopsIn(trx, car, stretch) };
  const edges = {
    left: edgeOf(old.stops.find((row) => row.started_at < stretch.from && row.ended_at >= stretch.from)),
    right: edgeOf(old.stops.findLast((row) => row.started_at <= stretch.to && row.ended_at > stretch.to)),
  };
  const shown = stretch.spans.map((span, index) => ({ span, window: stretch.windows[index] ?? span }));
  const cropped = cropSpans(shown, stretch, edges);
  const work = new Work(trx, stretch);
  await work.writeJourneys(old.journeys, cropped);
  await work.writeStops(old.stops, cropped);
  const spans = [...changedSpans(work.before, work.after), stretch.due];
  const days = await new CapturePlacer(trx, car).place(spans, work.gone);
  for (const day of days) work.localDays.add(day);
  return { localDays: work.localDays, stopIds: work.stopIds };
}

function edgeOf(row: StopRow | undefined): EdgeStop | null {
  if (!row) return null;
  return {
    id: row.id,
    from: row.started_at,
    to: row.ended_at,
    latitude: row.latitude,
    longitude: row.longitude,
    isInferred: row.is_inferred === 1,
    isOpen: row.is_open === 1,
  };
}

const isJourney = (shown: ShownSpan): shown is ShownSpan & { span: JourneySpan } =>
  shown.span.kind === 'journey';
const isStop = (shown: ShownSpan): shown is ShownSpan & { span: StopSpan } => shown.span.kind === 'stop';
const known = (row: JourneyRow | StopRow) => ({ id: row.id, from: row.started_at, to: row.ended_at });

/** One writing. */
class Work {
  readonly before: Window[] = [];
  readonly after: Window[] = [];
  readonly localDays = new Set<string>();
  readonly stopIds: number[] = [];
  readonly gone: { journeyIds: number[]; stopIds: number[] } = { journeyIds: [], stopIds: [] };
  private readonly trx: Db;
  private readonly stretch: Stretch;

  constructor(trx: Db, stretch: Stretch) {
    this.trx = trx;
    this.stretch = stretch;
  }

  async writeJourneys(old: readonly JourneyRow[], shown: readonly ShownSpan[]): Promise<void> {
    const { car, fixes, edits } = this.stretch;
    const journeys = shown.filter(isJourney);
    const rows = journeys.map(({ span, window }) =>
      journeyRow({ cameraId: car.id, span, window, fixes, edits }, ends),
    );
    const inside = old.filter((row) => row.started_at < this.stretch.to && row.ended_at > this.stretch.from);
    const ids = matchByOverlap(
      inside.map(known),
      journeys.map(({ span }) => span),
    );
    for (const row of inside) this.before.push(journeyWindow(row, row.id));
    for (const [index, values] of rows.entries()) {
      const id = ids[index] ?? null;
      const row = inside.find((other) => other.id === id);
      const written = row ? await this.changeJourney(row, values) : await this.insertJourney(values);
      this.after.push(journeyWindow(values, written));
    }
    this.gone.journeyIds.push(...inside.map(({ id }) => id).filter((id) => !ids.includes(id)));
    for (const row of inside) if (this.gone.journeyIds.includes(row.id)) this.touch(row);
    await this.remove('journey', this.gone.journeyIds);
    await this.askBeyond(inside, rows);
  }

  private async insertJourney(values: JourneyValues): Promise<number> {
    this.touch(values);
    const { id } = await this.trx
      .insertInto('journey')
      .values(values)
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.boxJourney(id, values);
    return id;
  }

  private async changeJourney(row: JourneyRow, values: JourneyValues): Promise<number> {
    if (isSame(row, values)) return row.id;
    this.touch(row);
    this.touch(values);
    await this.trx.updateTable('journey').set(values).where('id', '=', row.id).execute();
    await this.trx.deleteFrom('journey_box').where('journey_id', '=', row.id).execute();
    await this.boxJourney(row.id, values);
    return row.id;
  }

  private async boxJourney(id: number, row: JourneyValues): Promise<void> {
    const { west, east, south, north, started_at, camera_id } = row;
    const across = west > east ? wholeWorld : { west, east };
    const values = { journey_id: id, ...across, south, north, started_at, camera_id };
    await this.trx.insertInto('journey_box').values(values).execute();
  }

  async writeStops(old: readonly StopRow[], shown: readonly ShownSpan[]): Promise<void> {
    const stops = shown.filter(isStop);
    const rows = stops.map(({ span }) => stopRow(this.stretch.car.id, span, ends));
    const isReplaced = (row: StopRow) =>
      isWithin(row, this.stretch) ||
      stops.some(({ span }) => span.from === row.started_at || span.to === row.ended_at);
    const inside = old.filter(isReplaced);
    const ids = matchByOverlap(
      inside.map(known),
      stops.map(({ span }) => span),
    );
    for (const row of inside) this.before.push(stopWindow(row, row.id));
    for (const [index, values] of rows.entries()) {
      const row = inside.find((other) => other.id === (ids[index] ?? null));
      const id = row ? await this.changeStop(row, values) : await this.insertStop(values);
      this.after.push(stopWindow(values, id));
    }
    this.gone.stopIds.push(...inside.map(({ id }) => id).filter((id) => !ids.includes(id)));
    for (const row of inside) if (this.gone.stopIds.includes(row.id)) this.touch(row);
    await this.remove('stop', this.gone.stopIds);
    await this.askBeyond(inside, rows);
  }

  private async insertStop(values: StopValues): Promise<number> {
    this.touch(values);
    const { id } = await this.trx.insertInto('stop').values(values).returning('id').executeTakeFirstOrThrow();
    await this.boxStop(id, values);
    return id;
  }

  private async changeStop(row: StopRow, values: StopValues): Promise<number> {
    if (isSame(row, values)) return row.id;
    this.touch(row);
    this.touch(values);
    await this.trx.updateTable('stop').set(values).where('id', '=', row.id).execute();
    await this.trx.deleteFrom('stop_box').where('stop_id', '=', row.id).execute();
    await this.boxStop(row.id, values);
    return row.id;
  }

  private async boxStop(id: number, row: StopValues): Promise<void> {
    const { latitude, longitude, started_at, camera_id } = row;
    const point = { west: longitude, east: longitude, south: latitude, north: latitude };
    await this.trx
      .insertInto('stop_box')
      .values({ stop_id: id, ...point, started_at, camera_id })
      .execute();
    this.stopIds.push(id);
  }

  /** A row that reached beyond the stretch and is not gone on with: what lies there is to be derived too. */
  private async askBeyond(
    old: readonly (JourneyRow | StopRow)[],
    rows: readonly (JourneyValues | StopValues)[],
  ): Promise<void> {
    const { from, to, isForced, car } = this.stretch;
    if (isForced) return;
    const beyond: Span[] = [];
    for (const { started_at, ended_at } of old) {
      if (started_at < from && !rows.some((row) => row.started_at === started_at))
        beyond.push({ from: started_at, to: from });
      if (ended_at > to && !rows.some((row) => row.ended_at === ended_at))
        beyond.push({ from: to, to: ended_at });
    }
    await addJourneyDue(this.trx, car.id, beyond);
  }

  private async remove(table: 'journey' | 'stop', ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    if (table === 'journey')
      await this.trx.deleteFrom('journey_box').where(among('journey_id', ids)).execute();
    else await this.trx.deleteFrom('stop_box').where(among('stop_id', ids)).execute();
    await this.trx.deleteFrom(table).where(among('id', ids)).execute();
  }

  private touch({ local_day, last_local_day }: { local_day: string; last_local_day: string }): void {
    this.localDays.add(local_day);
    this.localDays.add(last_local_day);
  }
}

/** Whether any of a stop's time, or its only moment, lies in a span. */
const isWithin = (row: StopRow, { from, to }: Span): boolean =>
  row.started_at < to && (row.ended_at > from || (row.started_at === row.ended_at && row.started_at >= from));

const journeyWindow = (row: Pick<JourneyRow, 'shown_from' | 'shown_to'>, id: number): Window => ({
  kind: 'journey',
  id,
  from: row.shown_from,
  to: row.shown_to,
});

const stopWindow = (row: Pick<StopRow, 'started_at' | 'ended_at'>, id: number): Window => ({
  kind: 'stop',
  id,
  from: row.started_at,
  to: row.ended_at,
});

/** What a journey's line looks like is in its version. */
function isSame(
  row: Readonly<Record<string, unknown>> | JourneyRow | StopRow,
  values: JourneyValues | StopValues,
): boolean {
  const now: Readonly<Record<string, unknown>> = { ...row };
  return Object.entries(values).every(([column, value]) => column === 'outline' || now[column] === value);
}
