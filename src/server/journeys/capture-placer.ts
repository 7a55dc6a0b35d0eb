import { sql } from 'kysely';
import { among, updateRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { Car } from './activity-reader.ts';
import type { Span } from './journey-types.ts';
import { union } from './merge-policy.ts';
import { journeysIn, stopsIn } from './span-rows.ts';
import { maxCaptureMs, windowOf, type Window } from './window-policy.ts';

const rowsPerStatement = 1000;
/** Windows of journeys reach beyond their time by the padding, which is bounded. */
const paddingReachMs = 60 * 60_000;

/** Says of captures in which journey or stop they lie. */
export class CapturePlacer {
  private readonly trx: Db;
  private readonly car: Car;

  constructor(trx: Db, car: Car) {
    this.trx = trx;
    this.car = car;
  }

  /** Places the captures of these spans; those of journeys and stops that are gone are nowhere. Returns their days. */
  async place(
    spans: readonly Span[],
    gone: { journeyIds: readonly number[]; stopIds: readonly number[] },
  ): Promise<Set<string>> {
    const days = new Set<string>();
    await this.release(gone);
    for (const span of union(spans, maxCaptureMs)) {
      const windows = await this.windowsIn(span);
      for (const day of await this.placeSpan(span, windows)) days.add(day);
    }
    return days;
  }

  private async release({
    journeyIds,
    stopIds,
  }: {
    journeyIds: readonly number[];
    stopIds: readonly number[];
  }): Promise<void> {
    const { trx } = this;
    if (journeyIds.length > 0)
      await trx
        .updateTable('capture')
        .set({ journey_id: null })
        .where(among('journey_id', journeyIds))
        .execute();
    if (stopIds.length > 0)
      await trx.updateTable('capture').set({ stop_id: null }).where(among('stop_id', stopIds)).execute();
  }

  private async windowsIn({ from, to }: Span): Promise<Window[]> {
    const wide = { from: from - paddingReachMs, to: to + paddingReachMs };
    const journeys = await journeysIn(this.trx, this.car, wide);
    const stops = await stopsIn(this.trx, this.car, wide);
    return [
      ...journeys.map((row): Window => ({
        kind: 'journey',
        id: row.id,
        from: row.shown_from,
        to: row.shown_to,
      })),
      ...stops.map((row): Window => ({ kind: 'stop', id: row.id, from: row.started_at, to: row.ended_at })),
    ].toSorted((a, b) => a.from - b.from);
  }

  private async placeSpan({ from, to }: Span, windows: readonly Window[]): Promise<string[]> {
    const captures = await this.trx
      .selectFrom('capture')
      .select(['id', 'started_at', 'kind', 'local_day', 'journey_id', 'stop_id'])
      .select(
        sql<number>`coalesce((select max(clip.duration_ms) from clip where clip.capture_id = capture.id), 60000)`.as(
          'ms',
        ),
      )
      .where('camera_id', 'in', this.car.cameraIds)
      .where('started_at', '>=', from - maxCaptureMs)
      .where('started_at', '<=', to)
      .execute();
    const changed = captures.flatMap((capture) => {
      const { id, started_at: at } = capture;
      const window = windowOf(
        { from: at, to: at + capture.ms, isParked: capture.kind === 'parking' },
        windows,
      );
      const journey_id = window?.kind === 'journey' ? window.id : null;
      const stop_id = window?.kind === 'stop' ? window.id : null;
      const isAsItWas = journey_id === capture.journey_id && stop_id === capture.stop_id;
      return isAsItWas ? [] : [{ id, journey_id, stop_id, day: capture.local_day }];
    });
    for (const some of chunks(changed, rowsPerStatement))
      await updateRows(this.trx, 'capture', ['journey_id', 'stop_id'], some);
    return changed.map(({ day }) => day);
  }
}
