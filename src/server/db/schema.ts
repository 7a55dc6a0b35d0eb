import type { Generated, Insertable, Selectable, Updateable } from 'kysely';
import type { Connection, FetchRule } from '../../shared/queue.ts';
import type { AuditAction, SweepCause, SweepOutcome } from '../../shared/retention.ts';
import type { Channel, ClipKind, ClipState, Container, StateReason } from '../../shared/clips.ts';
import type { GpsClock, TimeConfidence } from '../../shared/clock.ts';
import type {
  ClockShiftTable,
  JourneyBoxTable,
  JourneyDueTable,
  JourneyEditTable,
  JourneyMonthTable,
  JourneyTable,
  PlaceTable,
  StopBoxTable,
  StopTable,
  TrackBoxTable,
  TrackTable,
  TriageTable,
} from './schema-journeys.ts';
import type {
  ArtifactTable,
  FolderTable,
  ImportItemTable,
  ImportTable,
  RefileTable,
} from './schema-media.ts';
import type { ClipTagTable, MarkTable } from './schema-notes.ts';

/** 0 or 1: booleans are integers, so that every dialect stores them alike. */
export type Flag = 0 | 1;

/** The tables; what they mean and what is always true of them is in docs/data-model.md. Times are UTC milliseconds. */
export interface Schema {
  camera: CameraTable;
  capture: CaptureTable;
  clip: ClipTable;
  day: DayTable;
  day_channel: DayChannelTable;
  day_usage: DayUsageTable;
  clip_use: ClipUseTable;
  removal: RemovalTable;
  trash: TrashTable;
  sweep: SweepTable;
  audit: AuditTable;
  part: PartTable;
  listing: ListingTable;
  visit: VisitTable;
  problem: ProblemTable;
  app_state: AppStateTable;
  adoption: AdoptionTable;
  adopted: AdoptedTable;
  geocode: GeocodeTable;
  track: TrackTable;
  track_box: TrackBoxTable;
  triage: TriageTable;
  clock_shift: ClockShiftTable;
  journey: JourneyTable;
  journey_box: JourneyBoxTable;
  stop: StopTable;
  stop_box: StopBoxTable;
  journey_edit: JourneyEditTable;
  journey_due: JourneyDueTable;
  journey_month: JourneyMonthTable;
  place: PlaceTable;
  artifact: ArtifactTable;
  folder: FolderTable;
  refile: RefileTable;
  import: ImportTable;
  import_item: ImportItemTable;
  export: ExportTable;
  clip_tag: ClipTagTable;
  mark: MarkTable;
  user: UserTable;
  session: SessionTable;
}

export interface CameraTable {
  id: Generated<number>;
  name: string;
  address: string;
  alternative_address: string | null;
  /** Folder below the archive root that this camera's clips go to; empty for the first camera. */
  archive_folder: string;
  enabled: Flag;
  model: string | null;
  firmware: string | null;
  last_contact_at: number | null;
  last_archived_at: number | null;
  created_at: number;
  /** What is fetched over its main and its alternative address. */
  main_rule: Generated<FetchRule>;
  alternative_rule: Generated<FetchRule>;
  /** Transfers at one time. */
  parallel: Generated<number>;
  /** `aa:bb:cc:dd:ee:ff`, of the neighbour table; null when it was never seen there. */
  wifi_mac: Generated<string | null>;
  /** As the camera tells itself. */
  bluetooth_mac: Generated<string | null>;
  /** The user said: whatever answers is this camera. */
  accepted_at: Generated<number | null>;
  /** JSON of `CardForecast` in shared/cameras.ts, as of the last listing. */
  forecast: Generated<string | null>;
  /** The owner's name for the car: cameras of one share its journeys. Null: a car of its own. */
  vehicle: Generated<string | null>;
  /** What the time in its GPS records is, as its clips say; what was set by hand goes before it. */
  gps_clock: Generated<GpsClock>;
  gps_clock_set: Generated<'utc' | 'local' | null>;
  /** JSON: the last clips that spoke for or against it; read by `time/` only. */
  gps_clock_evidence: Generated<string | null>;
  /** IANA zone or `UTC+02:00` of its names, set by hand; null is the installation's. */
  zone: Generated<string | null>;
  /** The instants of all its captures are to be worked out anew. */
  clock_due: Generated<Flag>;
  /** Whether tracks are read off the card over its main and its alternative address. */
  main_triage: Generated<Flag>;
  alternative_triage: Generated<Flag>;
}

export interface CaptureTable {
  id: Generated<number>;
  camera_id: number;
  started_at: number;
  local_start: string;
  local_day: string;
  kind: ClipKind;
  locked: Flag;
  time_confidence: Generated<TimeConfidence>;
  /** The journey or the stop in whose time it lies; neither where nobody knows. */
  journey_id: Generated<number | null>;
  stop_id: Generated<number | null>;
}

export interface ClipTable {
  id: Generated<number>;
  camera_id: number;
  capture_id: number;
  name: string;
  /** Counts up when a name comes again with other contents (a formatted card, a reset clock). */
  generation: number;
  channel: Channel;
  kind: ClipKind;
  sequence: number | null;
  container: Container;
  local_start: string;
  started_at: number;
  zone_offset_min: number;
  time_source: 'gps' | 'camera_offset' | 'setting' | 'file';
  local_day: string;
  duration_ms: number | null;
  media_duration_ms: number | null;
  locked: Flag;
  kept: Flag;
  kept_at: number | null;
  note: string | null;
  state: ClipState;
  state_reason: StateReason | null;
  state_at: number;
  /** Asked-for order, lower first; null is by the rules. */
  rank: number | null;
  attempts: number;
  next_attempt_at: number | null;
  last_error: string | null;
  remote_volume: string;
  remote_path: string | null;
  remote_size_bytes: number | null;
  remote_size_exact: Flag;
  remote_timecode: number | null;
  remote_ended_local: string | null;
  remote_seen_at: number | null;
  /** When size or timecode last differed between two listings. */
  remote_changed_at: number | null;
  remote_gone_at: number | null;
  remote_deleted_at: number | null;
  path: string | null;
  size_bytes: number | null;
  mtime_ms: number | null;
  sha256: string | null;
  verified_at: number | null;
  archived_at: number | null;
  origin: 'sync' | 'import' | 'adopted' | 'found';
  video_codec: string | null;
  audio_codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  complete: Flag | null;
  /** The user let this clip out of a rule by place: no such rule ever skips it again. */
  place_released_at: number | null;
  /** Whether a GPX file lies beside the clip; null when nobody has looked. */
  gpx_sidecar: Flag | null;
  /** What only we know of the clip (kept, note, locked) is still to be written beside it. */
  sidecar_due: Generated<Flag>;
  /**
   * To be deleted on the camera: by rule, by hand, or by hand though it is locked there; null when not, or when a
   * listing has confirmed it. While `remote_deleted_at` is set the camera has said yes; while `delete_error` is, it
   * was given up and the problem of its camera counts it.
   */
  delete_due: Generated<'rule' | 'hand' | 'hand_locked' | null>;
  /** How often the camera was told to delete it. */
  delete_tries: Generated<number>;
  /** Why it was not deleted there, in words. */
  delete_error: Generated<string | null>;
  /** Its positions are to be read, once it is archived. */
  track_due: Generated<Flag>;
  /** Why they could not be read, in words. */
  track_error: Generated<string | null>;
  /** 1: its file is to be read for media facts, then pictures are to be made; 2: pictures only; 0: nothing. */
  media_due: Generated<0 | 1 | 2>;
  /** Why its media facts could not be read, in words. */
  media_error: Generated<string | null>;
  /** What a browser is asked about: `avc1.640033,mp4a.40.2` (RFC 6381). */
  codecs: Generated<string | null>;
  /** Where in the file the camera's own JPEG of it lies. */
  picture_offset: Generated<number | null>;
  picture_bytes: Generated<number | null>;
  /** Somebody asked for a proxy, or a rule does: when. The latest is made first. */
  proxy_wanted_at: Generated<number | null>;
  /** When its bytes were last read again and were right. */
  checked_at: Generated<number | null>;
  /** What was wrong when they were last read again, in words. */
  check_error: Generated<string | null>;
  /** Of one that is cut or broken: a repair is due, was made (`artifact`), or is not possible. */
  repair: Generated<'due' | 'repaired' | 'impossible' | null>;
  repair_note: Generated<string | null>;
  /** Its hash is in the manifest of its day, so that it outlives the database. */
  hash_noted: Generated<Flag>;
  /** JSON: words that people gave to it, in order; null for none. `clip_tag` follows. */
  tags: Generated<string | null>;
}

export interface DayTable {
  local_day: string;
  camera_id: number;
  captures: number;
  archived: number;
  wanted: number;
  lost: number;
  locked: number;
  parking: number;
  archived_bytes: number;
  first_local_start: string;
  last_local_start: string;
}

/** Videos of one channel on one day, by what became of them; captures are those that have a clip of the channel. */
export interface DayChannelTable {
  local_day: string;
  camera_id: number;
  channel: Channel;
  archived: number;
  /** Waiting or in transfer. */
  waiting: number;
  held: number;
  failed: number;
  skipped: number;
  lost: number;
  /** Expired, deleted or missing. */
  gone: number;
  listed: number;
  captures: number;
}

/** What the archive holds of one day, camera, kind and channel; locked ones are those that are not kept too. */
export interface DayUsageTable {
  local_day: string;
  camera_id: number;
  kind: ClipKind;
  channel: Channel;
  clips: number;
  bytes: number;
  kept_clips: number;
  kept_bytes: number;
  locked_clips: number;
  locked_bytes: number;
}

/** Somebody needs the clip's file for a while (`export:12`): no rule deletes it, and a hand has to insist. */
export interface ClipUseTable {
  clip_id: number;
  holder: string;
}

/**
 * What is about to happen to a clip's file, written before it is touched, gone when the ledger says what became of it.
 * One that stays with an `error` could not be carried out, and is tried again at `next_at`.
 */
export interface RemovalTable {
  clip_id: number;
  /** Into the trash, deleted at once, out of the trash again, out of the trash for good. */
  action: 'trash' | 'delete' | 'restore' | 'purge';
  /** Its place in the archive, below the archive root. */
  path: string;
  /** Its place in the trash, below the archive root; null for `delete`. */
  trash_path: string | null;
  /** JSON of `DeletionWhy` in shared/retention.ts. */
  why: string;
  sweep_id: number | null;
  ordered_at: number;
  tries: number;
  next_at: number | null;
  error: string | null;
  /** `EACCES` and the like, or `changed`. */
  error_code: string | null;
}

/** A clip's file that lies in the trash; its row is `expired` or `deleted`. */
export interface TrashTable {
  clip_id: number;
  audit_id: number;
  path: string;
  trash_path: string;
  bytes: number;
  why: string;
  trashed_at: number;
}

/** One run of what deletes by rule; the last 200 that did anything. */
export interface SweepTable {
  id: Generated<number>;
  cause: SweepCause;
  began_at: number;
  ended_at: number | null;
  outcome: SweepOutcome | null;
  /** Why it ended early. */
  message: string | null;
  by_age: Generated<number>;
  by_disk: Generated<number>;
  by_quota: Generated<number>;
  protected: Generated<number>;
  failed: Generated<number>;
  missing: Generated<number>;
  freed_bytes: Generated<number>;
  trashed_bytes: Generated<number>;
}

/** One row for each deletion, whoever decided it; `gone_at`: its bytes are gone, `restored_at`: they are back. */
export interface AuditTable {
  id: Generated<number>;
  at: number;
  action: AuditAction;
  clip_id: number;
  camera_id: number;
  name: string;
  channel: Channel;
  kind: ClipKind;
  local_start: string;
  kept: Flag;
  locked: Flag;
  bytes: number;
  path: string;
  why: string;
  sweep_id: number | null;
  gone_at: number | null;
  restored_at: number | null;
}

export interface PartTable {
  clip_id: number;
  /** Where the finished clip will be, below the archive root; the bytes so far are in `<path>.part`. */
  path: string;
  total_bytes: number | null;
  remote_timecode: number | null;
  /** Bytes known to be on the disk itself, and the boot in which they were written. */
  durable_bytes: number;
  boot_id: string;
  /** Of the whole file, once all bytes are there. */
  sha256: string | null;
  updated_at: number;
}

export interface ListingTable {
  id: Generated<number>;
  camera_id: number;
  at: number;
  complete: Flag;
  clips: number;
  photos: number;
  cost_ms: number;
  /** JSON array of lines. */
  notes: string;
}

export interface VisitTable {
  id: Generated<number>;
  camera_id: number;
  address: string;
  from_at: number;
  to_at: number | null;
  bytes: number;
  clips: number;
  end_reason: string | null;
  connection: Generated<Connection>;
  /** Time in which bytes came in. */
  transfer_ms: Generated<number>;
  /** Bytes a second, the best half minute. */
  best_rate: Generated<number | null>;
  failed: Generated<number>;
  /** When these counts were written. */
  seen_at: Generated<number | null>;
  /** JSON: `{ day, clips }[]`, newest first. */
  brought: Generated<string>;
}

export interface ProblemTable {
  id: Generated<number>;
  key: string;
  severity: 'warning' | 'error';
  message: string;
  advice: string | null;
  camera_id: number | null;
  since: number;
  ended_at: number | null;
}

export interface AppStateTable {
  key: string;
  value: string;
}

/** What was taken over at once, and how it went; shown on the health page. */
export interface AdoptionTable {
  id: Generated<number>;
  at: number;
  kind: 'v2_database' | 'v2_settings' | 'rebuild';
  /** JSON of `AdoptionReport` in shared/system.ts. */
  report: string;
}

/** Rows of the existing system that found no home, as they were, with the reason. */
export interface AdoptedTable {
  id: Generated<number>;
  /** Its table. */
  source: string;
  source_id: string | null;
  reason: string;
  /** The row as JSON. */
  data: string;
}

/** Names of positions, by thousandths of a degree; an empty label: nothing is known there. */
export interface GeocodeTable {
  lat_e3: number;
  lon_e3: number;
  label: string;
  source: string;
  fetched_at: number;
  language: Generated<string>;
}

export interface ExportTable {
  id: Generated<number>;
  kind: string;
  state: 'done' | 'failed' | 'cancelled' | 'interrupted';
  /** JSON: what it was made of. */
  plan: string;
  /** Below the archive root, with `/`. */
  path: string | null;
  size_bytes: number | null;
  duration_ms: number | null;
  /** Span of the footage it shows. */
  from_at: number | null;
  to_at: number | null;
  error: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  origin: 'adopted' | 'made';
}

export interface UserTable {
  id: Generated<number>;
  name: string;
  role: 'owner';
  /** In PHC or bcrypt form; the prefix tells which. */
  password_hash: string;
  password_changed_at: number;
  created_at: number;
  last_login_at: number | null;
}

export interface SessionTable {
  /** SHA-256 of the token in the browser's cookie, as hex. */
  token_hash: string;
  user_id: number;
  created_at: number;
  last_seen_at: number;
  address: string | null;
  agent: string | null;
}

export type SessionRow = Selectable<SessionTable>;
export type ClipRow = Selectable<ClipTable>;
export type NewClipRow = Insertable<ClipTable>;
export type ClipPatch = Updateable<ClipTable>;
export type CameraRow = Selectable<CameraTable>;
export type CaptureRow = Selectable<CaptureTable>;
export type DayRow = Selectable<DayTable>;
export type PartRow = Selectable<PartTable>;
export type DayChannelRow = Selectable<DayChannelTable>;
export type RemovalRow = Selectable<RemovalTable>;
export type TrashRow = Selectable<TrashTable>;
export type AuditRow = Selectable<AuditTable>;
export type VisitRow = Selectable<VisitTable>;
