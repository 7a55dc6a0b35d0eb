import { addSeconds } from './times.ts';

/** The camera's wall clock: true time, its zone setting, and how wrong it has been set. */
export class CameraClock {
  readonly zoneOffsetMinutes: number;
  readonly #now: () => Date;
  #errorMs = 0;

  /** `now` is true time; `zoneOffsetMinutes` is camera-local minus UTC. */
  constructor(now: () => Date, zoneOffsetMinutes: number) {
    this.#now = now;
    this.zoneOffsetMinutes = zoneOffsetMinutes;
  }

  /** What the camera's clock shows (a local date, see times.ts). */
  local(): Date {
    return new Date(+addSeconds(this.#now(), this.zoneOffsetMinutes * 60) + this.#errorMs);
  }

  /** A clock jump: forwards, or backwards when negative. */
  jump(seconds: number): void {
    this.#errorMs += seconds * 1000;
  }

  /** As somebody sets it by hand or with 3005 and 3006. */
  setLocal(local: Date): void {
    this.#errorMs += +local - +this.local();
  }
}
