import type SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import type { ClipState, StateReason } from '../../../shared/clips.ts';
import type { AdoptionLine } from '../../../shared/system.ts';
import { compiler } from '../compiler.ts';
import type { AdoptedClip } from './clip-plan.ts';
import { prepareInsert, type Sqlite } from './statements.ts';
import type { V2Table } from './v2-reader.ts';

/** What the tables are called for a person. */
const tableWords: Partial<Record<V2Table, string>> = {
  clip_index: 'index of the archive',
  download_queue: 'download queue',
  export_jobs: 'exports',
  geocode_cache: 'place names',
  kv: 'small facts',
};

/** What is counted, in the order in which it is told. */
const lineOrder = [
  'clips in the archive',
  'clips waiting',
  'failed downloads',
  'clips skipped by hand',
  'clips skipped by a place',
  'clips skipped by age',
  'clips that were deleted',
  'lost clips',
  'kept clips (pins)',
  'clips locked on the camera',
  'clips let out of a rule by place',
  'clips asked for first',
  'exports',
  'place names',
  'pause of the sync',
  'lines of the old log',
  'old jobs for thumbnails',
] as const;
export type Counted = (typeof lineOrder)[number];

const notes: Partial<Record<Counted, string>> = {
  'clips that were deleted': 'never fetched again',
  'lines of the old log': 'in the kept copy only',
  'old jobs for thumbnails': 'in the kept copy only',
};

const lineOfState: Partial<Record<ClipState, Counted>> = {
  archived: 'clips in the archive',
  waiting: 'clips waiting',
  failed: 'failed downloads',
  expired: 'clips that were deleted',
  lost: 'lost clips',
};

const lineOfSkip: Partial<Record<StateReason, Counted>> = {
  user: 'clips skipped by hand',
  place: 'clips skipped by a place',
  retention: 'clips skipped by age',
};

/** Counts what was taken over, and keeps the rows that were not. */
export class ReportWriter {
  readonly warnings: string[] = [];
  private readonly sqlite: Sqlite;
  private readonly counts = new Map<Counted, number>();
  private readonly reasons = new Map<string, AdoptionLine>();
  private readonly readers = new Map<V2Table, SqliteDatabase.Statement>();
  private readonly insertAside: ReturnType<typeof asideInsert>;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
    this.insertAside = asideInsert(sqlite);
  }

  count(what: Counted, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  countClip(clip: AdoptedClip): void {
    const line = clip.state === 'skipped' ? lineOfSkip[clip.state_reason ?? 'user'] : lineOfState[clip.state];
    if (line) this.count(line);
    if (clip.kept === 1) this.count('kept clips (pins)');
    if (clip.locked === 1) this.count('clips locked on the camera');
    if (clip.place_released_at !== null) this.count('clips let out of a rule by place');
  }

  /** Keeps a row that is known by its id, whole or the columns named. */
  asideById(
    table: V2Table,
    id: number,
    { reason, columns }: { reason: string; columns?: readonly string[] | undefined },
  ): void {
    const row = (this.rowOf(table).get(id) as Record<string, unknown> | undefined) ?? { id };
    const kept = columns
      ? Object.fromEntries(columns.filter((name) => name in row).map((name) => [name, row[name]]))
      : row;
    this.aside(table, kept, { id: String(id), reason });
  }

  private rowOf(table: V2Table): SqliteDatabase.Statement {
    const known = this.readers.get(table);
    if (known) return known;
    const query = sql`select * from ${sql.table(table)} where id = ${0}`.compile(compiler);
    const reader = this.sqlite.prepare(query.sql).safeIntegers();
    this.readers.set(table, reader);
    return reader;
  }

  aside(
    table: V2Table,
    row: Readonly<Record<string, unknown>>,
    { id, reason }: { id: string | null; reason: string },
  ): void {
    this.insertAside({ source: table, source_id: id, reason, data: JSON.stringify(row, plainValue) });
    const key = `${table} ${reason}`;
    const line = this.reasons.get(key) ?? { what: reason, count: 0, note: tableWords[table] ?? table };
    this.reasons.set(key, { ...line, count: line.count + 1 });
  }

  lines(): AdoptionLine[] {
    return lineOrder.flatMap((what) => {
      const count = this.counts.get(what) ?? 0;
      return count === 0 ? [] : [{ what, count, note: notes[what] ?? null }];
    });
  }

  asideLines(): AdoptionLine[] {
    return [...this.reasons.values()].toSorted((a, b) => b.count - a.count);
  }
}

const asideInsert = (sqlite: Sqlite) =>
  prepareInsert(sqlite, 'adopted', ['source', 'source_id', 'reason', 'data']);

/** What JSON has no form for; run before any `toJSON`, which a Buffer has. */
function plainValue(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  if (Buffer.isBuffer(original)) return { base64: original.toString('base64') };
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}
