/** Tables of the existing system, as far as it ever had them. */
export const v2Tables = [
  'clip_index',
  'download_queue',
  'export_jobs',
  'derive_queue',
  'kv',
  'geocode_cache',
  'app_log',
] as const;

/** What makes a database that of the existing system: nothing else has these columns together. */
const marks = {
  clip_index: ['id', 'path', 'basename'],
  download_queue: ['id', 'filename', 'source_dir', 'state'],
};

/** Columns by the generation that added them, the newest first; any of them tells. */
const additions: readonly { generation: string; table: string; columns: readonly string[] }[] = [
  { generation: 'after 2.5', table: 'download_queue', columns: ['requested_at'] },
  {
    generation: '2.5',
    table: 'download_queue',
    columns: ['geofence_released_at', 'locked', 'remote_complete', 'skip_reason'],
  },
  { generation: '2.5', table: 'clip_index', columns: ['locked'] },
  { generation: '2.1', table: 'clip_index', columns: ['gps_examined'] },
  {
    generation: '2.1',
    table: 'download_queue',
    columns: ['triaged_at', 'gps_points', 'triage_attempts', 'triage_last_attempt_at'],
  },
  {
    generation: '2.1',
    table: 'export_jobs',
    columns: ['clip_start', 'clip_end', 'output_size', 'output_duration_s'],
  },
];

/**
 * Generation of the existing system that wrote these tables (`2.0`, `2.1`, `2.5`, `after 2.5`), or null when they are
 * not its. The public fork of 2.5 has the same columns; only its rows tell it apart.
 */
export function v2Generation(tables: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  const isV2 = Object.entries(marks).every(([table, columns]) =>
    columns.every((column) => tables.get(table)?.has(column)),
  );
  // Once our own tables are there it is ours, whatever else lies in it.
  if (!isV2 || tables.has('kysely_migration')) return null;
  const newest = additions.find(({ table, columns }) =>
    columns.some((column) => tables.get(table)?.has(column)),
  );
  return newest?.generation ?? '2.0';
}
