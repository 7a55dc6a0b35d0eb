import type { VolumeState } from '../../shared/status.ts';

/** The recordings volume cannot be used now; not a failure of any clip. */
export class VolumeError extends Error {
  override name = 'VolumeError';
  readonly state: VolumeState;
  constructor(state: VolumeState, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.state = state;
  }
}
