import type { JourneyTag } from '../../shared/journeys.ts';
import type { Mark } from '../../shared/tracks.ts';
import type { Channel } from '../../shared/clips.ts';
import type { TrackSource } from '../../shared/tracks.ts';
import type { Fix } from '../tracks/track-types.ts';

/** UTC milliseconds, both ends included. */
export interface Span {
  from: number;
  to: number;
}

/** What journeys are derived by: the settings in milliseconds and metres. */
export interface JourneyRules {
  stopMs: number;
  stopRadiusM: number;
  departureMs: number;
  sessionGapMs: number;
  journeyMinM: number;
  paddingMs: number;
}

/** The sound fixes of one clip. */
export interface LensTrack {
  clipId: number;
  cameraId: number;
  channel: Channel;
  source: TrackSource;
  startedAt: number;
  /** When its clip is over; null when nobody knows. */
  endsBy: number | null;
  /** Unpacked when they are asked for: the second lens rarely is. */
  fixes: () => readonly CarFix[];
}

/** A fix of the one line that a car has. */
export interface CarFix extends Fix {
  clipId: number;
  /** Recorded in the parking mode: the camera itself held that the car stands. */
  isParked: boolean;
  isTriage: boolean;
}

/**
 * A stretch in which something was recorded or known without a pause longer than the setting. `from` and `to` are
 * those of the recordings; `fixes` may be none.
 */
export interface Session extends Span {
  fixes: CarFix[];
}

/** A part of a session. A stop is `isSeen` when there are positions of a standing car, not just too short a way. */
export interface Segment extends Span {
  kind: 'journey' | 'stop';
  isSeen: boolean;
}

export interface StopSpan extends Span {
  kind: 'stop';
  latitude: number;
  longitude: number;
  isInferred: boolean;
  isOpen: boolean;
}

export interface JourneySpan extends Span {
  kind: 'journey';
  /** Merged or split by hand. */
  isEdited: boolean;
}

export type DerivedSpan = StopSpan | JourneySpan;

/** What the positions of a journey say of it. */
export interface JourneyFigures {
  distanceM: number;
  movingMs: number;
  topSpeedMps: number | null;
  marks: Mark[];
}

/** An edit as its row has it. */
export interface JourneyEdit {
  id: number;
  kind: 'about' | 'merge' | 'split';
  at: number;
  toAt: number | null;
  name: string | null;
  note: string | null;
  tag: JourneyTag | null;
}
