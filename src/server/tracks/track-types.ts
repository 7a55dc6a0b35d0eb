/** One GPS record of a clip as its camera wrote it. */
export interface GpsRecord {
  /** Milliseconds from the start of the recording, by the record's place in the file (not by its clock). */
  offsetMs: number;
  /** The record's own clock read as if it were UTC, milliseconds since 1970; null when it is no date. */
  clockMs: number | null;
  /** The receiver said that this is a fix. */
  isFix: boolean;
  /** Degrees, WGS 84, 0 without a fix. */
  latitude: number;
  longitude: number;
  speedMps: number | null;
  courseDegrees: number | null;
}

/** What reading a clip's records found. Never throws for what is in the file, only for failing reads. */
export interface GpsReading {
  records: GpsRecord[];
  /** How they were found; `none`: this clip has no records. */
  how: 'index' | 'scan' | 'ts' | 'none';
  /** One line for each kind of oddity, without positions, capped. */
  notes: string[];
}

/** Why a fix is left out of lines and figures; it stays in the track, so that a better rule can take it back. */
export type FixFlaw = 'spike' | 'stale' | 'too_fast' | 'null_island';

/** A record with its verdict. */
export interface TrackSample extends GpsRecord {
  flaw: FixFlaw | null;
}

/** A fix of a track, on the UTC line: the instant is that of its clip plus its offset. */
export interface Fix {
  at: number;
  latitude: number;
  longitude: number;
  speedMps: number | null;
  courseDegrees: number | null;
}
