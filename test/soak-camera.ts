import type { CardEntry } from '../simulator/card.ts';
import { pathOf } from '../simulator/card.ts';
import { between, type Random } from '../simulator/random.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { Clock } from '../src/server/lib/clock.ts';

const clipSeconds = 60;
/** Camera-local minus UTC: the summer time of Europe/London. */
const zoneOffsetMinutes = 60;
/** How often an open file grows, in real time. */
const growEveryMs = 5;

export interface SoakCameraOptions {
  clock: Clock;
  random: Random;
  /** Sets the bytes of its clips apart from those of every other camera. */
  seed: number;
  clipBytes: readonly [least: number, most: number];
  capacityBytes?: number;
}

/** A simulated camera with the book of everything that ever lay on its card and of every byte it sent. */
export class SoakCamera {
  readonly camera: SimulatedCamera;
  /** Every clip that was ever on the card, in the order of recording. */
  readonly everything: CardEntry[] = [];
  maxConcurrent = 0;
  /** Body bytes of files. */
  sentBytes = 0;
  /** How often a clip left the camera from its first byte to its last in one transfer, by name. */
  readonly wholes = new Map<string, number>();
  private readonly options: SoakCameraOptions;
  private readonly ticker: NodeJS.Timeout;
  private made = 0;

  private constructor(camera: SimulatedCamera, options: SoakCameraOptions) {
    this.camera = camera;
    this.options = options;
    this.ticker = setInterval(() => this.grow(), growEveryMs);
    // What the other camera at this address would give away.
    camera.otherDevice.card.addClip({
      startedLocal: localTime(2026, 1, 5, 9),
      source: this.newSource(localTime(2026, 1, 5, 9)),
    });
  }

  static async start(options: SoakCameraOptions): Promise<SoakCamera> {
    const { clock, capacityBytes, seed } = options;
    const camera = await startSimulatedCamera({
      seed,
      zoneOffsetMinutes,
      now: () => new Date(clock.now()),
      ...(capacityBytes !== undefined && { capacityBytes }),
    });
    return new SoakCamera(camera, options);
  }

  async stop(): Promise<void> {
    clearInterval(this.ticker);
    await this.camera.stop();
  }

  /** A drive that ends now: front and rear, the last capture of some is an event, some are parking. */
  drive(captures: number): CardEntry[] {
    const { random } = this.options;
    const now = this.camera.clock.local();
    return Array.from({ length: captures }, (_, index) => {
      const startedLocal = addSeconds(now, -(captures - index) * clipSeconds);
      const dice = random();
      const kind = dice < 0.1 ? 'event' : dice < 0.25 ? 'parking' : 'normal';
      const sources = { front: this.newSource(startedLocal), rear: this.newSource(startedLocal) };
      return this.camera.card.addCapture({ startedLocal, kind, durationSeconds: clipSeconds, sources });
    }).flatMap((entries) => this.noted(entries));
  }

  /** The same names as on another camera's card, with bytes of its own. */
  driveAs(others: readonly CardEntry[]): void {
    for (const { name, startedLocal, kind, channel, locked } of others) {
      const source = this.newSource(startedLocal);
      this.noted([this.camera.card.addClip({ name, startedLocal, kind, channel, locked, source })]);
    }
  }

  /** Begins a capture that grows with the clock until its minute is over. */
  record(): void {
    const startedLocal = this.camera.clock.local();
    const sources = { front: this.newSource(startedLocal), rear: this.newSource(startedLocal) };
    this.noted(this.camera.card.recordCapture({ startedLocal, durationSeconds: clipSeconds, sources }));
  }

  /** Presses the lock button: the newest finished clip moves to RO. */
  lockNewest(): void {
    const newest = this.camera.card.entries.findLast((entry) => !entry.locked && entry.recording === null);
    if (newest !== undefined) this.camera.card.lock(pathOf(newest));
  }

  /** A formatted card; the counter begins anew. */
  format(): void {
    this.camera.card.clear();
  }

  /** Books what was asked of the camera and forgets it, so that a long run does not fill the memory. */
  book(): void {
    const { log } = this.camera;
    this.maxConcurrent = Math.max(this.maxConcurrent, log.maxConcurrent);
    for (const request of log.downloads) {
      this.sentBytes += request.bytesSent;
      const name = request.path.slice(request.path.lastIndexOf('/') + 1);
      if (request.bytesSent > 0 && request.bytesSent === this.bytesOf(name))
        this.wholes.set(name, (this.wholes.get(name) ?? 0) + 1);
    }
    log.clear();
  }

  private bytesOf(name: string): number | undefined {
    return this.everything.findLast((entry) => entry.name === name)?.source.sizeBytes;
  }

  private grow(): void {
    const { card, clock } = this.camera;
    const open = card.recordingEntries[0];
    if (open === undefined) return;
    const seconds = (+clock.local() - +open.startedLocal) / 1000;
    // A clock that was set back meanwhile ends a recording too.
    if (seconds >= clipSeconds || seconds < 0) card.finishRecording();
    else card.growRecording(seconds / clipSeconds);
  }

  private newSource(startedLocal: Date) {
    const { random, clipBytes, seed } = this.options;
    this.made += 1;
    const sizeBytes = between(random, ...clipBytes);
    return tinyMp4Source(seed * 1_000_003 + this.made, sizeBytes, { durationSeconds: 2, startedLocal });
  }

  private noted(entries: CardEntry[]): CardEntry[] {
    this.everything.push(...entries);
    return entries;
  }
}
