import SqliteDatabase from 'better-sqlite3';

/** Generations of the existing system whose tables differ; the fork differs from 2.5 by what it writes. */
export const generations = ['2.0', '2.1', '2.5', '2.5 fork', 'after 2.5'] as const;
export type Generation = (typeof generations)[number];

/** A row as SQLite takes it; columns that the generation lacks are left out. */
export type V2Row = Record<string, unknown>;

export interface V2Options {
  generation?: Generation;
  journal?: 'wal' | 'delete';
}

const since = (generation: Generation, first: Generation): boolean =>
  generations.indexOf(generation) >= generations.indexOf(first);

const table = (name: string, ...columns: string[]) => `create table ${name} (${columns.join(', ')})`;

function schemaOf(generation: Generation): string[] {
  const extras = (first: Generation, ...columns: string[]) => (since(generation, first) ? columns : []);
  return [
    table(
      'clip_index',
      'id integer primary key autoincrement',
      'path text unique not null',
      'basename text',
      'group_name text',
      'timestamp integer',
      'camera text',
      'sequence integer',
      'event_type text',
      'size_bytes integer',
      'has_gpx integer',
      'duration_s real',
      'scanned_at integer',
      ...extras('2.1', 'gps_examined integer'),
      ...extras('2.5', 'locked integer default 0'),
    ),
    'create index idx_clip_ts on clip_index (timestamp)',
    'create index idx_clip_group on clip_index (group_name)',
    'create index idx_clip_basename on clip_index (basename)',
    table(
      'download_queue',
      'id integer primary key autoincrement',
      'filename text unique',
      'source_dir text',
      'remote_size integer',
      'recorded_at integer',
      'camera text',
      'event_type text',
      'state text',
      'priority integer default 0',
      'attempts integer default 0',
      'last_error text',
      'last_attempt_at integer',
      'enqueued_at integer',
      'started_at integer',
      'finished_at integer',
      'manual integer default 0',
      ...extras(
        '2.1',
        'triaged_at integer',
        'gps_points integer',
        'triage_attempts integer',
        'triage_last_attempt_at integer',
      ),
      ...extras(
        '2.5',
        'skip_reason text',
        'geofence_released_at integer',
        'locked integer default 0',
        'remote_complete integer',
      ),
      ...extras('after 2.5', 'requested_at integer'),
    ),
    'create index idx_queue_pick on download_queue (state, priority desc, enqueued_at asc)',
    table(
      'export_jobs',
      'id integer primary key autoincrement',
      'type text',
      'clip_ids text',
      'state text',
      'progress real',
      'output_path text',
      'error text',
      'created_at integer',
      'started_at integer',
      'finished_at integer',
      ...extras(
        '2.1',
        'clip_start integer',
        'clip_end integer',
        'output_size integer',
        'output_duration_s real',
      ),
    ),
    table(
      'derive_queue',
      'clip_id integer primary key',
      'priority integer',
      'state text',
      'attempts integer',
      'last_error text',
      'enqueued_at integer',
      'updated_at integer',
    ),
    'create index idx_derive on derive_queue (state, priority, clip_id desc)',
    'create table kv (key text primary key, value text)',
    'create table geocode_cache (lat_key real, lon_key real, label text, fetched_at integer, primary key (lat_key, lon_key))',
    table(
      'app_log',
      'id integer primary key autoincrement',
      'ts real',
      'levelno integer',
      'level text',
      'logger text',
      'message text',
      'exc_text text',
    ),
    'create index idx_log on app_log (levelno, id desc)',
  ];
}

/** A database of the existing system, written from the facts in its specification. */
export class V2Database {
  readonly sqlite: SqliteDatabase.Database;
  private readonly columns = new Map<string, Set<string>>();

  constructor(path: string, { generation = 'after 2.5', journal = 'wal' }: V2Options = {}) {
    this.sqlite = new SqliteDatabase(path);
    this.sqlite.pragma(`journal_mode = ${journal}`);
    this.sqlite.pragma('synchronous = off');
    for (const statement of schemaOf(generation)) this.sqlite.exec(statement);
  }

  /** Writes a row, of what its table has columns for. Its id. */
  add(table: string, row: V2Row): number {
    const columns = Object.keys(row).filter((column) => this.columnsOf(table).has(column));
    const places = columns.map(() => '?').join(', ');
    const insert = this.sqlite.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`);
    return Number(insert.run(columns.map((column) => row[column])).lastInsertRowid);
  }

  /** A file in the archive, with what its name says unless told otherwise. */
  addFile(name: string, row: V2Row = {}): number {
    const day = dayOf(name);
    return this.add('clip_index', {
      path: `/recordings/${day}/${name}`,
      basename: name,
      group_name: day,
      timestamp: secondsOf(name),
      camera: /\d([A-Z]+)\.\w+$/i.exec(name)?.[1]?.toUpperCase() ?? 'F',
      sequence: 1,
      event_type: 'normal',
      size_bytes: 100_000_000,
      has_gpx: 0,
      gps_examined: 0,
      locked: 0,
      duration_s: 60.04,
      scanned_at: 1_750_000_000,
      ...row,
    });
  }

  /** A file seen on the camera. */
  addQueued(name: string, row: V2Row = {}): number {
    return this.add('download_queue', {
      filename: name,
      source_dir: `/DCIM/Movie/${name}`,
      remote_size: 100_000_000,
      recorded_at: secondsOf(name),
      camera: 'F',
      event_type: 'normal',
      state: 'pending',
      enqueued_at: 1_740_000_000,
      ...row,
    });
  }

  close(): void {
    this.sqlite.close();
  }

  private columnsOf(table: string): Set<string> {
    const known = this.columns.get(table);
    if (known) return known;
    const names = this.sqlite.prepare('select name from pragma_table_info(?)').pluck().all(table) as string[];
    const columns = new Set(names);
    this.columns.set(table, columns);
    return columns;
  }
}

const dayOf = (name: string): string => {
  const digits = name.replaceAll('_', '');
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
};

function secondsOf(name: string): number {
  const digits = name.replaceAll('_', '');
  const time = [8, 10, 12].map((at) => digits.slice(at, at + 2)).join(':');
  const at = Date.parse(`${dayOf(name)}T${time}Z`);
  return Number.isNaN(at) ? 1_700_000_000 : at / 1000;
}

export interface BulkOrder {
  /** Files in the archive; each has a finished row in the queue. */
  files: number;
  /** Rows of the queue, those of the files among them. */
  queued: number;
}

const firstDay = Date.UTC(2019, 0, 1);

/** Name of the n-th clip: front and rear of one minute, then the next. */
export function bulkName(index: number): string {
  const at = new Date(firstDay + Math.floor(index / 2) * 60_000).toISOString();
  const day = `${at.slice(0, 4)}_${at.slice(5, 7)}${at.slice(8, 10)}`;
  const time = at.slice(11, 19).replaceAll(':', '');
  const kind = index % 20 < 4 ? 'P' : '';
  return `${day}_${time}_${String(index % 1_000_000).padStart(6, '0')}${kind}${index % 2 === 0 ? 'F' : 'R'}.MP4`;
}

/** Fills a database as years of use do: a long archive, deleted clips before it, some still waiting. */
export function fillV2(database: V2Database, { files, queued }: BulkOrder): void {
  const { sqlite } = database;
  const file = sqlite.prepare(
    'insert into clip_index (path, basename, group_name, timestamp, camera, sequence, event_type, size_bytes, has_gpx, locked, duration_s, scanned_at) values (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 60.0, ?)',
  );
  const row = sqlite.prepare(
    'insert into download_queue (filename, source_dir, remote_size, recorded_at, camera, event_type, state, attempts, enqueued_at, started_at, finished_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  sqlite.transaction(() => {
    for (let index = 0; index < queued; index++) {
      const name = bulkName(index);
      const at = Math.floor(firstDay / 1000) + Math.floor(index / 2) * 60;
      const kind = index % 20 < 4 ? 'parking' : 'normal';
      const folder = index % 50 === 0 ? 'A:\\DCIM\\Movie\\RO' : 'A:\\DCIM\\Movie';
      const size = 150_000_000 + index;
      const isFile = index >= queued - files - 1000 && index < queued - 1000;
      const state = index >= queued - 1000 ? 'pending' : 'done';
      row.run(
        name,
        `${folder}\\${name}`,
        size,
        at,
        'F',
        kind,
        state,
        1,
        at + 100,
        at + 200,
        state === 'done' ? at + 300 : null,
      );
      if (!isFile) continue;
      const day = `${name.slice(0, 4)}-${name.slice(5, 7)}-${name.slice(7, 9)}`;
      const letters = /([A-Z]+)\.MP4$/.exec(name)?.[1];
      const pin = index % 500 === 0 ? 1 : 0;
      file.run(
        `/recordings/${day}/${name}`,
        name,
        day,
        at,
        letters,
        index % 10_000,
        kind,
        size,
        pin,
        at + 400,
      );
    }
  })();
}
