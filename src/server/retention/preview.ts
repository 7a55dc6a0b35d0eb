import { sql } from 'kysely';
import type { Confirmation, Obstacle, PlannedClip, Preview } from '../../shared/retention.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { PlannedDeletion, SweepPlan } from './retention-types.ts';

const clipsShown = 200;

/** What a person is shown of a clip that would go. */
export type ShownRow = Pick<ClipRow, 'id' | 'name' | 'channel' | 'kind' | 'local_start'>;

export interface PreviewInput {
  plan: SweepPlan;
  /** Of the clips that are shown; one that is not there any more is left out. */
  rows: readonly ShownRow[];
  /** How many clips each day of the plan has in the archive. */
  archivedOn: ReadonlyMap<string, number>;
  obstacle: Obstacle | null;
  confirmation: Confirmation | null;
}

export function previewOf({ plan, rows, archivedOn, obstacle, confirmation }: PreviewInput): Preview {
  const { deletions } = plan;
  const amount = (key: 'clips' | 'bytes') => plan.byAge[key] + plan.byDisk[key] + plan.byQuota[key];
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return {
    obstacle,
    confirmation,
    total: { clips: amount('clips'), bytes: amount('bytes') },
    byAge: plan.byAge,
    byDisk: plan.byDisk,
    byQuota: plan.byQuota,
    archive: plan.archive,
    oldestDay: plan.oldestDay,
    oldestKeptDay: plan.oldestKeptDay,
    partialDrives: plan.partialDrives,
    protected: plan.protected,
    shortfall: plan.shortfall,
    days: daysOf(deletions, archivedOn),
    clips: deletions.slice(0, clipsShown).flatMap((deletion) => {
      const row = rowOf.get(deletion.clipId);
      return row ? [shown(deletion, row)] : [];
    }),
  };
}

function shown({ clipId, cameraId, bytes, why }: PlannedDeletion, row: ShownRow): PlannedClip {
  const { name, channel, kind, local_start: localStart } = row;
  return { clipId, cameraId, name, channel, kind, localStart, bytes, why };
}

function daysOf(
  deletions: readonly PlannedDeletion[],
  archivedOn: ReadonlyMap<string, number>,
): Preview['days'] {
  const days = new Map<string, Preview['days'][number]>();
  for (const { localDay, bytes } of deletions) {
    const day = days.get(localDay) ?? { day: localDay, clips: 0, bytes: 0, stays: 0 };
    days.set(localDay, day);
    day.clips++;
    day.bytes += bytes;
    day.stays = Math.max((archivedOn.get(localDay) ?? 0) - day.clips, 0);
  }
  return [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

/** The preview of a plan, with what the page needs beside it. Two look-ups by key. */
export async function buildPreview(
  db: Db,
  input: Omit<PreviewInput, 'rows' | 'archivedOn'>,
): Promise<Preview> {
  const { deletions } = input.plan;
  const ids = deletions.slice(0, clipsShown).map((deletion) => deletion.clipId);
  const rows = await db
    .selectFrom('clip')
    .select(['id', 'name', 'channel', 'kind', 'local_start'])
    .where(among('id', ids))
    .execute();
  const days = await db
    .selectFrom('day')
    .select(['local_day', sql<number>`sum(archived)`.as('archived')])
    .where(among('local_day', [...new Set(deletions.map((deletion) => deletion.localDay))]))
    .groupBy('local_day')
    .execute();
  const archivedOn = new Map(days.map(({ local_day, archived }) => [local_day, archived]));
  return previewOf({ ...input, rows, archivedOn });
}
