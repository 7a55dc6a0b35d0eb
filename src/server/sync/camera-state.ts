import type { CameraActivity, RecordState, Transfer } from '../../shared/cameras.ts';
import type { CameraRuntime } from '../camera/camera-service.ts';
import type { Clock } from '../lib/clock.ts';

/** What a camera's sync is doing now, for the page; a change is told once. */
export class CameraState {
  private readonly clock: Clock;
  private readonly onChange: () => void;
  private current: CameraRuntime;

  constructor(options: { cameraId: number; clock: Clock; onChange: () => void }) {
    this.clock = options.clock;
    this.onChange = options.onChange;
    this.current = {
      activity: 'starting',
      activitySince: options.clock.now(),
      message: null,
      recording: 'unknown',
      transfer: null,
    };
  }

  get view(): CameraRuntime {
    return this.current;
  }

  set(activity: CameraActivity, message: string | null): void {
    const { current } = this;
    if (current.activity === activity && current.message === message) return;
    const activitySince = current.activity === activity ? current.activitySince : this.clock.now();
    const transfer = activity === 'downloading' ? current.transfer : null;
    this.current = { ...current, activity, activitySince, message, transfer };
    this.onChange();
  }

  setRecording(recording: RecordState): void {
    if (this.current.recording === recording) return;
    this.current = { ...this.current, recording };
    this.onChange();
  }

  /** Progress is told through its own event, not as a change of state. */
  setTransfer(transfer: Transfer | null): void {
    this.current = { ...this.current, transfer };
  }
}
