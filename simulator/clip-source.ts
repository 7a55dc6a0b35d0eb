/**
 * The seam between the simulated card (who decides what is recorded) and the clip factory
 * (who makes the bytes). Clips are composed on demand, so a day of drives costs no disk.
 */

/** The bytes of one file on the simulated card. */
export interface ClipSource {
  readonly sizeBytes: number;
  /** Bytes `[from, to)` in order, in chunks of at most 64 KiB; `to` is capped at `sizeBytes`. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

export type Channel = 'front' | 'rear' | 'interior' | 'tele';

/** One second's position as the camera's GPS chip reported it. */
export interface GpsSample {
  /** The record's own clock fields, already in the clock this firmware writes (UTC or camera-local). */
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** `A` has a fix, `V` has none (the position fields are then written as zero). */
  status: 'A' | 'V';
  /** Degrees, WGS 84, south and west negative. */
  latitude: number;
  longitude: number;
  speedKnots: number;
  courseDegrees: number;
}

/**
 * Record layouts of camera.md section 4.3: payload length and where the 44-byte record starts.
 * `a329-scan` places it at an odd offset that only a scan finds.
 */
export const gpsLayouts = ['payload-4c', 'payload-58', 'payload-3f0', 'payload-2c', 'a329-scan'] as const;
export type GpsLayout = (typeof gpsLayouts)[number];

export interface GpsSpec {
  layout: GpsLayout;
  /** 0x4000 and 0x8000 on Viofo cameras; blocks lie at multiples of the largest power of two that divides it. */
  blockBytes: number;
  /** One per recorded second. */
  samples: GpsSample[];
  /** False: the blocks are there, the `gps ` index box is not (power loss, other muxer). */
  index: boolean;
  quirks?: GpsQuirks;
}

/** What some cameras, and recordings that ended badly, do otherwise. */
export interface GpsQuirks {
  /** Entries of the index, by number, that are zero (never written). */
  zeroEntries?: readonly number[];
  /** Entries of the index, by number, that point where no block is. */
  strayEntries?: readonly number[];
  /** The year as it is instead of less 2000 (Kenwood, camera.md 4.2). */
  absoluteYears?: boolean;
  /** The blocks are another maker's. */
  lookAlike?: GpsLookAlike;
}

/**
 * Blocks that look like Viofo's and are not (camera.md 4.6): `encrypted` keeps scrambled doubles behind an empty
 * position (type 8), `integers` has degrees times 1e7 (type 16), `decimal` degrees (Transcend), `doubles` spreads all
 * fields (type 12).
 */
export type GpsLookAlike = 'encrypted' | 'integers' | 'decimal' | 'doubles';

/** How the recovery index is written: `short` with positions of 32 bits, `long` with 64 (camera.md section 6). */
export type RecoveryKind = 'short' | 'long';

export interface ClipSpec {
  channel: Channel;
  container: 'mp4' | 'mov' | 'ts';
  video: 'h264' | 'hevc';
  audio: boolean;
  durationSeconds: number;
  /** Grows the clip to about this size (never below what the footage needs), inside `mdat`, still playable. */
  sizeBytes?: number;
  /** Where `moov` stands: `front` (A229, A329: before `mdat`, in a fixed region) or `back` (older). */
  moov: 'front' | 'back';
  /** A `skip` box with a `thma` JPEG behind `ftyp`. */
  thumbnail: boolean;
  gps: GpsSpec | null;
  /** A block behind each second says where its samples stand, for a clip that is cut off (MP4 and MOV only). */
  recoveryIndex?: RecoveryKind;
  /** Camera-local wall clock at the start, written to mvhd/tkhd without a zone. */
  startedLocal: Date;
  /** Makes otherwise equal clips differ, so that a mixed-up file is noticed. */
  seed: number;
}

/** Makes clips; one instance shares its footage cache. */
export interface ClipFactory {
  createClip(spec: ClipSpec): Promise<ClipSource>;
  /** A JPEG as the camera's photo button makes it. */
  createPhoto(spec: { channel: Channel; seed: number }): Promise<ClipSource>;
}
