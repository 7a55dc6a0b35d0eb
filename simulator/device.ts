import { CameraClock } from './camera-clock.ts';
import { CameraSettings } from './camera-settings.ts';
import { currentBytes, listedBytes, pathOf, VirtualCard } from './card.ts';
import type { CardEntry, CardFolders } from './card.ts';
import { Faults } from './faults.ts';
import type { FaultSettings } from './faults.ts';
import { viofoListing } from './listing-xml.ts';
import type { ListingStyle } from './listing-xml.ts';
import type { NameLayout } from './names.ts';
import { forbidden } from './violations.ts';
import type { Violation } from './violations.ts';

export interface DeviceOptions {
  /** What `cmd=3012` says; `VIOFO_A229P_V1.3_250120` unless told. */
  firmware?: string;
  /** Number of lenses, what `cmd=8260` says. */
  channels?: 1 | 2 | 3;
  nameLayout?: NameLayout;
  folders?: CardFolders;
  capacityBytes?: number;
  /** Upper case, no dot: `MP4` (default), `MOV`, `TS`. */
  extension?: string;
  listing?: Partial<ListingStyle>;
  /** What `cmd=4003` does to a locked file: deletes it all the same (A229), or answers -4 (camera.md 1.8). */
  lockedDelete?: 'deletes' | 'refuses';
  /** `3015` answers -3 while recording (camera.md 1.5, one camera). */
  busyWhileRecording?: boolean;
  /**
   * A329 with an SSD: `camera.card` is the SSD (`B:`), which HTTP serves. `lists-sd` has the firmware's
   * bug: 3015 lists the microSD (`camera.microSd`, `A:`) until playback mode and 9327 (camera.md 1.5). `both` lists
   * the two of them; of a path that is on both, HTTP serves the SSD's file.
   */
  ssd?: 'none' | 'listed' | 'lists-sd' | 'both';
  /** Files in the root besides DCIM: name to text. */
  rootFiles?: Record<string, string>;
  /** What 3029 gives away (camera.md 1.3); a test looks for it in logs. */
  passphrase?: string;
  /**
   * What 9346 answers and 3002 then lists, `AA:BB:CC:DD:EE:FF`; null: neither. Unless told, the models that have one
   * have one of their own.
   */
  bluetoothMac?: string | null;
  /** True time; the computer's unless told. */
  now?: () => Date;
  /** Camera-local minus UTC; 0 unless told. */
  zoneOffsetMinutes?: number;
  /** Of everything random. */
  seed?: number;
}

export interface Deletion {
  path: string;
  by: '4003' | 'del-link';
  /** What the camera answered; 0 is done. */
  status: number;
}

export type CameraMode = 'photo' | 'movie' | 'playback';

/** The camera without its network: card, clock, settings, modes, and the book of what was asked of it. */
export class Device {
  readonly options: DeviceOptions;
  /** An update changes it. */
  firmware: string;
  readonly bluetoothMac: string | null;
  readonly listing: ListingStyle;
  /** What HTTP serves. */
  readonly card: VirtualCard;
  /** The other card of a camera that records to an SSD. */
  readonly microSd: VirtualCard;
  readonly settings: CameraSettings;
  readonly clock: CameraClock;
  readonly faults: Faults;
  readonly violations: Violation[] = [];
  readonly deletions: Deletion[] = [];
  mode: CameraMode = 'movie';
  /** What 9327 chose for playback. */
  playbackStorage: 'sd' | 'ssd' = 'sd';
  /** Called when recording is switched on or off; the recorder listens. */
  recordingChanged: ((on: boolean) => void) | null = null;
  #recordingOn = false;
  #looks = new Map<number, number>();

  constructor(options: DeviceOptions, faultsChanged: (settings: FaultSettings) => void) {
    this.options = options;
    this.firmware = options.firmware ?? 'VIOFO_A229P_V1.3_250120';
    this.bluetoothMac =
      options.bluetoothMac === undefined
        ? macOfModel(this.firmware, options.seed ?? 1)
        : options.bluetoothMac;
    this.listing = { ...viofoListing, ...options.listing };
    const ssd = (options.ssd ?? 'none') !== 'none';
    this.card = new VirtualCard({ ...cardOptions(options), drive: ssd ? 'B' : 'A' });
    this.microSd = new VirtualCard(cardOptions(options));
    this.clock = new CameraClock(options.now ?? (() => new Date()), options.zoneOffsetMinutes ?? 0);
    this.settings = new CameraSettings(this.clock.zoneOffsetMinutes);
    this.faults = new Faults(options.seed ?? 1, faultsChanged);
  }

  /** The flag of 3014 -> 2001. */
  get isRecording(): boolean {
    return this.#recordingOn || this.card.recordingEntries.length > 0;
  }

  /** False when it was in that state already (status -22). Off closes the files being written. */
  switchRecording(on: boolean): boolean {
    if (this.isRecording === on) return false;
    this.#recordingOn = on;
    if (!on) this.card.finishRecording(this.clock.local());
    this.recordingChanged?.(on);
    return true;
  }

  /** Seconds of the capture being recorded, 0 when there is none (2016). */
  get recordedSeconds(): number {
    const starts = this.card.recordingEntries.map((entry) => +entry.startedLocal);
    if (starts.length === 0) return 0;
    return Math.max(0, Math.floor((+this.clock.local() - Math.min(...starts)) / 1000));
  }

  /** What 3015 lists: not always what HTTP serves (`ssd: 'lists-sd'`). */
  get listedCard(): VirtualCard {
    if (this.options.ssd !== 'lists-sd') return this.card;
    return this.mode === 'playback' && this.playbackStorage === 'ssd' ? this.card : this.microSd;
  }

  /** What HTTP serves, of each path one file. */
  get servedCards(): readonly VirtualCard[] {
    return this.options.ssd === 'both' ? [this.card, this.microSd] : [this.card];
  }

  /** What 3015 lists, all of it. */
  get listedCards(): readonly VirtualCard[] {
    return this.options.ssd === 'both' ? [this.card, this.microSd] : [this.listedCard];
  }

  /** The file that HTTP serves at a path. */
  find(path: string): CardEntry | undefined {
    for (const card of this.servedCards) {
      const entry = card.find(path);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** The size that listings show. */
  listedBytes(entry: CardEntry): number {
    const { growing, listedBytesDelta, match } = this.faults.current;
    if (entry.recording !== null) return listedBytes(entry);
    const delta = pathOf(entry).includes(match) ? listedBytesDelta : 0;
    const fraction = growing?.listedFraction ?? 1;
    return Math.max(0, Math.floor(entry.source.sizeBytes * fraction) + delta);
  }

  /** The size that a HEAD or GET finds now; under the `growing` fault each look finds more. */
  lookAt(entry: CardEntry): number {
    const { growing } = this.faults.current;
    if (growing === null || entry.recording !== null) return currentBytes(entry);
    const looks = (this.#looks.get(entry.id) ?? 0) + 1;
    this.#looks.set(entry.id, looks);
    const fraction = Math.min(1, growing.listedFraction + growing.stepFraction * looks);
    return Math.floor(entry.source.sizeBytes * fraction);
  }

  /** Notes a forbidden command; true when it was one and must only be answered. */
  noteForbidden(cmd: number, target: string): boolean {
    const reason = forbidden(cmd);
    if (reason === null) return false;
    this.violations.push({ reason, cmd, target });
    return true;
  }
}

/** Units made so far: no two of one process have one MAC, and the same start has the same. */
let units = 0;

/** Models with command 9346 (camera.md appendix A). */
function macOfModel(firmware: string, seed: number): string | null {
  if (!/^VIOFO_(?:A149|A229|A329|S330|S340)/.test(firmware)) return null;
  units += 1;
  const pairs = [seed >> 8, seed, units >> 8, units].map((byte) =>
    (byte & 0xff).toString(16).padStart(2, '0'),
  );
  return ['5C', 'E7', ...pairs].join(':').toUpperCase();
}

function cardOptions({ nameLayout, folders, capacityBytes, extension }: DeviceOptions) {
  return {
    ...(nameLayout === undefined ? {} : { nameLayout }),
    ...(folders === undefined ? {} : { folders }),
    ...(capacityBytes === undefined ? {} : { capacityBytes }),
    ...(extension === undefined ? {} : { extension }),
  };
}
