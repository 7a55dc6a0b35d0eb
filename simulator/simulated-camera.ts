import { answer } from './answers.ts';
import { Bandwidth } from './bandwidth.ts';
import type { CameraClock } from './camera-clock.ts';
import type { VirtualCard } from './card.ts';
import { Device } from './device.ts';
import type { Deletion, DeviceOptions } from './device.ts';
import type { Faults } from './faults.ts';
import { HfsServer } from './hfs-server.ts';
import { RequestLog } from './request-log.ts';
import type { RequestRecord } from './request-log.ts';
import type { Violation } from './violations.ts';

export interface SimulatedCameraOptions extends DeviceOptions {
  /** Loopback unless told. */
  host?: string;
  /** 0, the default, takes a free one; the camera keeps it when it goes away and comes back. */
  port?: number;
}

/** How a camera is out of reach: connections refused, or accepted and never answered. */
export type Away = 'refuse' | 'black-hole';

/**
 * A Viofo-like camera on loopback that misbehaves on command. It shares no code with the product.
 *
 *     const camera = await startSimulatedCamera();
 *     camera.card.addClip({ startedLocal: localTime(2026, 1, 2, 8), source: tinyMp4Source(1, 20_000) });
 *     camera.faults.set({ dropAfterBytes: 5_000, limit: 1 });
 *     await camera.stop();
 */
export class SimulatedCamera {
  readonly device: Device;
  /** Who answers as persona `other-camera`: another model with a card of its own. */
  readonly otherDevice: Device;
  /** Who answers as persona `same-model`: another unit of this model, with a MAC and a card of its own. */
  readonly twinDevice: Device;
  readonly log = new RequestLog();
  readonly #bandwidth = new Bandwidth();
  readonly #server: HfsServer;
  readonly #host: string;
  #away: Away | null = null;
  #started = false;

  constructor(options: SimulatedCameraOptions = {}) {
    this.#host = options.host ?? '127.0.0.1';
    this.device = new Device(options, ({ bytesPerSecond }) => this.#bandwidth.limit(bytesPerSecond));
    this.otherDevice = new Device(
      { firmware: 'VIOFO_A119MINI2_V1.1_240801', nameLayout: 'compact', channels: 1 },
      () => undefined,
    );
    this.twinDevice = new Device(twinOptions(options), () => undefined);
    this.#server = new HfsServer({
      host: this.#host,
      port: options.port ?? 0,
      log: this.log,
      bandwidth: this.#bandwidth,
      settings: () => this.faults.current,
      answer: (request) => answer(this.#whoAnswers(), request),
    });
  }

  async start(): Promise<void> {
    this.#started = true;
    await this.#server.start();
  }

  /** Ends all connections. Harmless when not started. */
  async stop(): Promise<void> {
    this.#started = false;
    await this.#server.stop();
  }

  /** `127.0.0.1:40123`, `[::1]:40123` */
  get address(): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `${host}:${this.#server.port}`;
  }

  /** `http://127.0.0.1:40123` */
  get url(): string {
    return `http://${this.address}`;
  }

  /** What HTTP serves. */
  get card(): VirtualCard {
    return this.device.card;
  }

  get faults(): Faults {
    return this.device.faults;
  }

  get clock(): CameraClock {
    return this.device.clock;
  }

  /** Every request so far, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.log.all;
  }

  /** Forbidden things that were asked of it; a good client leaves this empty. */
  get violations(): readonly Violation[] {
    return this.device.violations;
  }

  /** Deletions that were asked for, with the camera's answer. */
  get deletions(): readonly Deletion[] {
    return this.device.deletions;
  }

  get maxConcurrent(): number {
    return this.log.maxConcurrent;
  }

  /** Connections that are open now, also those that wait in silence. */
  get openConnections(): number {
    return this.#server.openConnections;
  }

  /** Body bytes of all answers. */
  get bytesSent(): number {
    return this.log.bytesSent;
  }

  get listingRequests(): readonly RequestRecord[] {
    return this.log.listingRequests;
  }

  get away(): Away | null {
    return this.#away;
  }

  /** The car drives off: open connections die (`refuse`) or fall silent (`black-hole`). */
  async goAway(how: Away = 'refuse'): Promise<void> {
    if (this.#away !== null) await this.comeBack();
    this.#away = how;
    if (how === 'refuse') await this.#server.stop();
    else this.#server.freeze();
  }

  /** Back at the same address. */
  async comeBack(): Promise<void> {
    this.#away = null;
    this.#server.thaw();
    if (this.#started) await this.#server.start();
  }

  #whoAnswers(): Device {
    const { persona } = this.faults.current;
    if (persona === 'other-camera') return this.otherDevice;
    return persona === 'same-model' ? this.twinDevice : this.device;
  }
}

/** A camera without a Bluetooth MAC has a twin without one. */
function twinOptions({ bluetoothMac, ...options }: SimulatedCameraOptions): DeviceOptions {
  return bluetoothMac === null ? { ...options, bluetoothMac } : options;
}

/** A camera that already listens. */
export async function startSimulatedCamera(options: SimulatedCameraOptions = {}): Promise<SimulatedCamera> {
  const camera = new SimulatedCamera(options);
  await camera.start();
  return camera;
}
