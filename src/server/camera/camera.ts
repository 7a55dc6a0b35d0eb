import type { Readable } from 'node:stream';
import type { CameraFailureKind, RecordState } from '../../shared/cameras.ts';
import type { Container } from '../../shared/clips.ts';

/** The port to a dashcam. Every call may reject with a `CameraFailure` and ends when its signal is aborted. */
export interface Camera {
  /** Who answers at the address. Rejects with `malformed` when it is some other web server. */
  info(signal: AbortSignal): Promise<CameraInfo>;
  /**
   * Its Bluetooth MAC, `aa:bb:cc:dd:ee:ff`; null when this model, or this camera, does not tell. Rejects only when the
   * signal is aborted: no camera is out of reach for want of it.
   */
  bluetoothMac(model: string | null, signal: AbortSignal): Promise<string | null>;
  /** What the camera holds now, from every listing it offers, merged. */
  list(signal: AbortSignal): Promise<Listing>;
  /** The bytes of one file from `range.from` on. The caller must read or destroy the body. */
  open(remotePath: string, range: ByteRange, signal: AbortSignal): Promise<OpenedFile>;
  recordState(signal: AbortSignal): Promise<RecordState>;
  /** Free bytes on the card; null when the camera does not tell. */
  freeBytes(signal: AbortSignal): Promise<number | null>;
  /**
   * Deletes one file; `volume` is the storage it was listed on, empty when that is not known. `unknown`: the answer
   * did not tell, list again to see.
   */
  deleteClip(
    remotePath: string,
    signal: AbortSignal,
    volume?: string,
  ): Promise<'deleted' | 'absent' | 'locked' | 'refused' | 'unknown'>;
  /** Ends what is under way and refuses what follows. */
  close(): void;
}

export interface CameraInfo {
  /** As the camera says it: `VIOFO_A329S_V2.2_260815`. */
  firmware: string;
  /** The model's part of it: `A329S`; null when the firmware string has another form. */
  model: string | null;
}

/** One file as the camera lists it. */
export interface ListedFile {
  name: string;
  /** Path on the camera as an HTTP path with decoded segments: `/DCIM/Movie/RO/2025_1224_120324_000002PF.MP4`. */
  remotePath: string;
  /** `A` the microSD card, `B` the SSD, `''` when the listing does not say. */
  volume: string;
  container: Container;
  sizeBytes: number | null;
  /** False for the rounded sizes of HTML listings. */
  sizeExact: boolean;
  /** `(FAT date << 16) + FAT time` of the last write, camera-local; null when unknown. */
  timecode: number | null;
  /** Last write, camera-local `YYYY-MM-DDTHH:MM:SS`: about the end of the clip; null when unknown. */
  endedLocal: string | null;
  locked: boolean;
}

export interface Listing {
  files: ListedFile[];
  /** True only when every part of the listing arrived whole: only then may anything be concluded from absence. */
  complete: boolean;
  /** One line for each entry or part that could not be understood, without duplicates. */
  notes: string[];
  costMs: number;
}

/** Byte range `[from, to)`; without `to`, up to the end. */
export interface ByteRange {
  from: number;
  to?: number;
}

export interface OpenedFile {
  /** Where the body really begins: 0 when the camera ignored the range. */
  from: number;
  /** Size of the whole file as this answer tells it; null when it does not. */
  totalBytes: number | null;
  /** Errors with a `CameraFailure` (`truncated`, `unreachable`) when the body ends early or stalls. */
  body: Readable;
}

/** A sorted failure of a conversation with a camera; `message` is one line for page and log. */
export class CameraFailure extends Error {
  override name = 'CameraFailure';
  readonly kind: CameraFailureKind;
  constructor(kind: CameraFailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}
