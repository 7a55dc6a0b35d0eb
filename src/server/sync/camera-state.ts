import type { CameraActivity, RecordState, Transfer } from '../../shared/cameras.ts';
import type { CameraRuntime } from '../camera/camera-service.ts';
import type { Clock } from '../lib/clock.ts';

export type CameraStateView = Omit<CameraRuntime, 'session'>;

/** What a camera's sync is doing now, for the page; a change is told once. */
export class CameraState {
  private readonly clock: Clock;
  private readonly onChange: () => void;
  private current: Omit<CameraStateView, 'transfers'>;
  private readonly transfers = new Map<number, Transfer>();

  constructor(options: { clock: Clock; onChange: () => void }) {
    this.clock = options.clock;
    this.onChange = options.onChange;
    this.current = {
      activity: 'starting',
      activitySince: options.clock.now(),
      message: null,
      recording: 'unknown',
    };
  }

  get view(): CameraStateView {
    return { ...this.current, transfers: [...this.transfers.values()] };
  }

  get activity(): CameraActivity {
    return this.current.activity;
  }

  set(activity: CameraActivity, message: string | null): void {
    const { current } = this;
    if (current.activity === activity && current.message === message) return;
    const activitySince = current.activity === activity ? current.activitySince : this.clock.now();
    this.current = { ...current, activity, activitySince, message };
    this.onChange();
  }

  setRecording(recording: RecordState): void {
    if (this.current.recording === recording) return;
    this.current = { ...this.current, recording };
    this.onChange();
  }

  /** Progress is told through its own event, not as a change of state. */
  progress(transfer: Transfer): void {
    this.transfers.set(transfer.clipId, transfer);
  }

  /** A transfer is over, however it ended: nothing of it is shown any more. */
  ended(clipId: number): void {
    if (this.transfers.delete(clipId)) this.onChange();
  }

  /** Bytes of the clips under way that are here already. */
  get bytesUnderWay(): number {
    return [...this.transfers.values()].reduce((sum, transfer) => sum + transfer.bytes, 0);
  }
}
