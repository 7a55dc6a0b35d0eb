/** Columns that are read, by what they are called here. SQLite keeps any type in any column: all values are unknown. */
export const indexColumns = {
  id: 'id',
  path: 'path',
  basename: 'basename',
  timestamp: 'timestamp',
  camera: 'camera',
  sequence: 'sequence',
  eventType: 'event_type',
  sizeBytes: 'size_bytes',
  hasGpx: 'has_gpx',
  locked: 'locked',
  durationS: 'duration_s',
  scannedAt: 'scanned_at',
} as const;

export const queueColumns = {
  id: 'id',
  filename: 'filename',
  sourceDir: 'source_dir',
  remoteSize: 'remote_size',
  recordedAt: 'recorded_at',
  camera: 'camera',
  eventType: 'event_type',
  state: 'state',
  priority: 'priority',
  attempts: 'attempts',
  lastError: 'last_error',
  lastAttemptAt: 'last_attempt_at',
  enqueuedAt: 'enqueued_at',
  finishedAt: 'finished_at',
  manual: 'manual',
  skipReason: 'skip_reason',
  releasedAt: 'geofence_released_at',
  locked: 'locked',
  triagedAt: 'triaged_at',
  requestedAt: 'requested_at',
} as const;

export const exportColumns = {
  id: 'id',
  type: 'type',
  clipIds: 'clip_ids',
  state: 'state',
  outputPath: 'output_path',
  error: 'error',
  createdAt: 'created_at',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
  clipStart: 'clip_start',
  clipEnd: 'clip_end',
  outputSize: 'output_size',
  outputDurationS: 'output_duration_s',
} as const;

export const placeColumns = {
  latKey: 'lat_key',
  lonKey: 'lon_key',
  label: 'label',
  fetchedAt: 'fetched_at',
} as const;

export const kvColumns = { key: 'key', value: 'value' } as const;

type RowOf<Columns> = { [Key in keyof Columns]: unknown };

/** A file in the archive. A column that its generation lacks is null. */
export type V2Index = RowOf<Omit<typeof indexColumns, 'id'>> & { id: number };
/** A file that was ever seen on the camera or imported. */
export type V2Queue = RowOf<Omit<typeof queueColumns, 'id'>> & { id: number };
export type V2Export = RowOf<Omit<typeof exportColumns, 'id'>> & { id: number };
export type V2Place = RowOf<typeof placeColumns>;
export type V2Kv = RowOf<typeof kvColumns>;
