import { compiler } from '../compiler.ts';
import type { Adoption } from './adoption.ts';
import { raiseSequence } from './clip-writer.ts';
import { planExport, type AdoptedExport } from './export-plan.ts';
import { planGeocode } from './geocode-plan.ts';
import { largestId } from './name-plan.ts';
import { prepareInsert, run } from './statements.ts';
import { isMarked, numberOf } from './value-policy.ts';
import { exportColumns, kvColumns, placeColumns, type V2Export } from './v2-rows.ts';

/** Takes over the exports, with their ids. */
export function adoptExports({ sqlite, reader, roots, report, options }: Adoption): void {
  if (!reader.has('export_jobs')) return;
  const insert = prepareInsert(sqlite, 'export', exportRowColumns);
  const taken = new Set<string>();
  let unreadable = 0;
  // Ids of a primary key are integers.
  for (const job of reader.rows('export_jobs', exportColumns) as V2Export[]) {
    const plan = planExport(job, roots, options.now);
    const reason = 'aside' in plan ? plan.aside : twiceOf(plan.row, taken);
    if (reason !== null || 'aside' in plan) {
      report.asideById('export_jobs', job.id, { reason: reason ?? '' });
      continue;
    }
    insert(plan.row);
    report.count('exports');
    if (plan.unreadable) unreadable++;
  }
  raiseSequence(sqlite, 'export', Math.min(reader.highestId('export_jobs'), largestId));
  if (unreadable > 0) {
    report.warnings.push(
      `${unreadable} exports do not say what they were made of in a form that can be read`,
    );
  }
}

function twiceOf({ path }: AdoptedExport, taken: Set<string>): string | null {
  if (path === null) return null;
  if (taken.has(path)) return 'it is the same file a second time';
  taken.add(path);
  return null;
}

const exportRowColumns = [
  'id',
  'kind',
  'state',
  'plan',
  'path',
  'size_bytes',
  'duration_ms',
  'from_at',
  'to_at',
  'error',
  'created_at',
  'started_at',
  'finished_at',
  'origin',
] as const;

/** Takes over the names of places. */
export function adoptPlaces({ sqlite, reader, report, options }: Adoption): void {
  const insert = prepareInsert(sqlite, 'geocode', ['lat_e3', 'lon_e3', 'label', 'source', 'fetched_at']);
  const taken = new Set<string>();
  for (const place of reader.rows('geocode_cache', placeColumns)) {
    const plan = planGeocode(place, options.now);
    const key = typeof plan === 'string' ? '' : `${plan.lat_e3} ${plan.lon_e3}`;
    const reason =
      typeof plan === 'string' ? plan : taken.has(key) ? 'it is the same place a second time' : null;
    if (typeof plan === 'string' || reason !== null) {
      report.aside('geocode_cache', place, { id: null, reason: reason ?? '' });
      continue;
    }
    taken.add(key);
    insert(plan);
    report.count('place names');
  }
}

/** Takes over whether the sync is paused, the one small fact that we know. */
export function adoptKv({ sqlite, reader, report }: Adoption): void {
  for (const row of reader.rows('kv', kvColumns)) {
    const paused = row.key === 'sync_paused' ? numberOf(row.value) : null;
    if (paused === 1) {
      const fact = { key: 'sync.paused', value: '1' };
      run(
        sqlite,
        compiler
          .insertInto('app_state')
          .values(fact)
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
      );
      report.count('pause of the sync');
    } else if (paused !== 0) {
      const id = isMarked(row.key) ? String(row.key) : null;
      report.aside('kv', row, { id, reason: 'nobody knows what it is for' });
    }
  }
}

/** What nothing is made of: it stays in the kept copy. */
export function countLeftovers({ reader, report }: Adoption): void {
  report.count('lines of the old log', reader.count('app_log'));
  report.count('old jobs for thumbnails', reader.count('derive_queue'));
}
