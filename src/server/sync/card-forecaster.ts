import { cardForecastSchema, type CardForecast } from '../../shared/cameras.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { forecastCard, type CardFile, type CardOutlook } from './card-forecast.ts';

export interface CardForecasterDeps {
  db: Database;
  clock: Clock;
}

/** A forecast that is still true is written again this often, so that its time does not look old. */
const freshEnoughMs = 10 * 60_000;

/** Works out after each listing how soon the card overwrites what waits on it, and keeps the result with the camera. */
export class CardForecaster {
  private readonly deps: CardForecasterDeps;

  constructor(deps: CardForecasterDeps) {
    this.deps = deps;
  }

  /**
   * `freeBytes` of the microSD card, null when the camera does not tell. Costs one read of what the card holds;
   * writes only what is new.
   */
  async update(cameraId: number, freeBytes: number | null): Promise<CardOutlook> {
    const { db, clock } = this.deps;
    const files = await this.filesOf(cameraId);
    const outlook = forecastCard({ files, freeBytes, now: clock.now() });
    const { forecast: before } = await db
      .selectFrom('camera')
      .select('forecast')
      .where('id', '=', cameraId)
      .executeTakeFirstOrThrow();
    if (isNews(readForecast(before), outlook.forecast))
      await db
        .updateTable('camera')
        .set({ forecast: JSON.stringify(outlook.forecast) })
        .where('id', '=', cameraId)
        .execute();
    return outlook;
  }

  private async filesOf(cameraId: number): Promise<CardFile[]> {
    const rows = await this.deps.db
      .selectFrom('clip')
      .select([
        'id',
        'capture_id',
        'remote_volume',
        'state',
        'kind',
        'container',
        'locked',
        'started_at',
        'local_start',
        'remote_size_bytes',
        'size_bytes',
        'duration_ms',
      ])
      .where('camera_id', '=', cameraId)
      .where('remote_gone_at', 'is', null)
      .where('remote_seen_at', 'is not', null)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      captureId: row.capture_id,
      volume: row.remote_volume,
      state: row.state,
      kind: row.kind,
      container: row.container,
      locked: row.locked === 1,
      startedAt: row.started_at,
      localStart: row.local_start,
      bytes: row.remote_size_bytes ?? row.size_bytes ?? 0,
      durationMs: row.duration_ms,
    }));
  }
}

/** A camera row's forecast; null before the first listing, or when an older version wrote another form. */
export function readForecast(json: string | null): CardForecast | null {
  if (json === null) return null;
  const parsed = cardForecastSchema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}

function isNews(before: CardForecast | null, now: CardForecast): boolean {
  if (before === null || Math.abs(now.at - before.at) >= freshEnoughMs) return true;
  return JSON.stringify({ ...before, at: 0 }) !== JSON.stringify({ ...now, at: 0 });
}
