import type { Channel, ClipSource } from './clip-source.ts';
import type { Device } from './device.ts';
import { addSeconds } from './times.ts';

/** Makes the clip of one lens for the capture that starts now. */
export type CaptureSource = (capture: {
  channel: Channel;
  startedLocal: Date;
  number: number;
}) => Promise<ClipSource>;

export interface RecorderDeps {
  device: Device;
  channels: readonly Channel[];
  clipSeconds: number;
  createClip: CaptureSource;
  /** Told when a capture could not be made; recording goes on with the next tick. */
  failed: (error: unknown) => void;
}

const tickMs = 1000;

/** Loop recording in real time: a new capture each clip length, files that grow, until 2001&par=0. */
export class Recorder {
  readonly #deps: RecorderDeps;
  #timer: NodeJS.Timeout | null = null;
  #number = 0;
  #busy = false;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { device } = this.#deps;
    device.recordingChanged = () => void this.tick();
    device.switchRecording(true);
    this.#timer = setInterval(() => void this.tick(), tickMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#deps.device.recordingChanged = null;
    this.#deps.device.switchRecording(false);
  }

  /** One step at the device's own clock: grow what is open, close what is full, begin what is due. */
  async tick(): Promise<void> {
    if (this.#busy || !this.#deps.device.isRecording) return;
    this.#busy = true;
    try {
      await this.#step();
    } catch (error) {
      this.#deps.failed(error);
    } finally {
      this.#busy = false;
    }
  }

  async #step(): Promise<void> {
    const { device, clipSeconds } = this.#deps;
    const open = device.card.recordingEntries.at(0);
    if (open === undefined) return this.#begin(device.clock.local());
    const elapsedSeconds = (+device.clock.local() - +open.startedLocal) / 1000;
    device.card.growRecording(elapsedSeconds / clipSeconds);
    const clockWentBack = elapsedSeconds < 0;
    if (elapsedSeconds >= clipSeconds || clockWentBack)
      await this.#begin(nextStart(open.startedLocal, this.#deps));
  }

  async #begin(startedLocal: Date): Promise<void> {
    const { device, channels, clipSeconds, createClip } = this.#deps;
    const number = this.#number++;
    const made = await Promise.all(
      channels.map(
        async (channel) => [channel, await createClip({ channel, startedLocal, number })] as const,
      ),
    );
    if (!device.isRecording) return;
    const sources = Object.fromEntries(made);
    device.card.recordCapture({ startedLocal, durationSeconds: clipSeconds, sources });
  }
}

/** Captures join without a gap, unless the clock jumped or the computer slept. */
function nextStart(startedLocal: Date, { device, clipSeconds }: RecorderDeps): Date {
  const joined = addSeconds(startedLocal, clipSeconds);
  const now = device.clock.local();
  return Math.abs(+now - +joined) < 5000 ? joined : now;
}
