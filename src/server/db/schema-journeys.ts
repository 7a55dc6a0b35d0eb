import type { Generated, Selectable } from 'kysely';
import type { JourneyTag } from '../../shared/journeys.ts';
import type { TrackSource } from '../../shared/tracks.ts';
import type { Flag } from './schema.ts';

/**
 * The positions of a clip, also when it has none. `started_at` and `camera_id` are those of its clip; whoever moves the
 * clip in time moves them too, here and in `track_box`.
 */
export interface TrackTable {
  clip_id: number;
  camera_id: number;
  capture_id: number;
  started_at: number;
  source: TrackSource;
  /** Of the parser. */
  version: number;
  read_at: number;
  samples: number;
  fixes: number;
  /** Fixes left out as wrong. */
  dropped: number;
  /** From the first fix to the last. */
  span_ms: number;
  distance_m: number;
  /** Bounds; null without a fix. `west` is greater than `east` across the antimeridian. */
  west: number | null;
  south: number | null;
  east: number | null;
  north: number | null;
  /**
   * The clock of the first sound fix, less its offset into the clip, less the named local time as if it were UTC: what
   * its camera's GPS clock is found out from.
   */
  clock_offset_ms: number | null;
  /** By how much the records' clock jumped at the first fix, to a quarter of an hour; null when it did not. */
  clock_jump_ms: number | null;
  /** IANA zone of its first fix. */
  zone: string | null;
  /**
   * The start that the times in the GPX file beside the clip were written for; null where we write none. Where it is
   * not `started_at`, that file is to be written: whoever moves a clip in time moves `started_at`, and no more.
   */
  gpx_for: Generated<number | null>;
  /** As `tracks/track-codec.ts` packs them. */
  points: Uint8Array;
}

/** R-tree of tracks with fixes; one across the antimeridian has the whole breadth. */
export interface TrackBoxTable {
  clip_id: number;
  west: number;
  east: number;
  south: number;
  north: number;
  started_at: number;
  camera_id: number;
}

/** What came of reading a clip's track off its camera; the track itself, where there is one, is a row of `track`. */
export interface TriageTable {
  clip_id: number;
  camera_id: number;
  outcome: 'track' | 'no_fix' | 'unreadable' | 'failed';
  tries: number;
  at: number;
  next_at: number | null;
  error: string | null;
}

/** The user said: clips named from then to then are off by this much. */
export interface ClockShiftTable {
  id: Generated<number>;
  camera_id: number;
  from_local: string | null;
  to_local: string | null;
  shift_ms: number;
  created_at: number;
}

/** `camera_id` is the first camera of the car. Derived, but for name, note and tag, which are copies of its edits. */
export interface JourneyTable {
  id: Generated<number>;
  camera_id: number;
  started_at: number;
  ended_at: number;
  /** With the footage before and after it. */
  shown_from: number;
  shown_to: number;
  start_zone: string;
  end_zone: string;
  local_day: string;
  last_local_day: string;
  from_latitude: number;
  from_longitude: number;
  to_latitude: number;
  to_longitude: number;
  distance_m: number;
  moving_ms: number;
  top_speed_mps: number | null;
  is_triage: Flag;
  is_edited: Flag;
  /** JSON of `Mark[]` in shared/tracks.ts. */
  marks: string;
  /** Pairs of 32-bit floats, longitude and latitude, at most 60: a sketch of its line. */
  outline: Uint8Array;
  west: number;
  south: number;
  east: number;
  north: number;
  version: number;
  name: string | null;
  note: string | null;
  tag: JourneyTag | null;
}

export interface JourneyBoxTable {
  journey_id: number;
  west: number;
  east: number;
  south: number;
  north: number;
  started_at: number;
  camera_id: number;
}

export interface StopTable {
  id: Generated<number>;
  camera_id: number;
  started_at: number;
  ended_at: number;
  zone: string;
  local_day: string;
  last_local_day: string;
  latitude: number;
  longitude: number;
  is_inferred: Flag;
  is_open: Flag;
  /** The place it is at, by hysteresis; kept true by `places/`. */
  place_id: number | null;
  version: number;
}

/** A point each. */
export interface StopBoxTable {
  stop_id: number;
  west: number;
  east: number;
  south: number;
  north: number;
  started_at: number;
  camera_id: number;
}

/**
 * What people changed, over whatever is derived, anchored on instants. `about`: name, note and tag of the journey at
 * that instant; `merge`: everything from `at` to `to_at` is one journey; `split`: a journey ends and another begins.
 */
export interface JourneyEditTable {
  id: Generated<number>;
  camera_id: number;
  kind: 'about' | 'merge' | 'split';
  at: number;
  to_at: number | null;
  /**
   * The capture with positions that `at`, or `to_at`, lies in or after: whoever moves it in time moves the instant by
   * as much. It may be gone; null where there was none.
   */
  capture_id: number | null;
  to_capture_id: number | null;
  name: string | null;
  note: string | null;
  tag: JourneyTag | null;
  created_at: number;
}

/** What begins in a month (`2026-06`, by local day), kept by triggers of `journey` and `stop`. */
export interface JourneyMonthTable {
  month: string;
  journeys: number;
  stops: number;
  distance_m: number;
  /** Changes with whatever the map shows of them. */
  version: number;
}

/** A stretch of time of a car whose journeys are to be derived anew; written in the transaction that changed its tracks. */
export interface JourneyDueTable {
  id: Generated<number>;
  camera_id: number;
  from_at: number;
  to_at: number;
}

export interface PlaceTable {
  id: Generated<number>;
  name: string;
  latitude: number;
  longitude: number;
  radius_m: number;
  is_home: Flag;
  skip_parked: Flag;
  is_hidden: Flag;
  created_at: number;
}

export type TrackRow = Selectable<TrackTable>;
export type TriageRow = Selectable<TriageTable>;
export type ClockShiftRow = Selectable<ClockShiftTable>;
export type JourneyRow = Selectable<JourneyTable>;
export type StopRow = Selectable<StopTable>;
export type JourneyEditRow = Selectable<JourneyEditTable>;
export type PlaceRow = Selectable<PlaceTable>;
