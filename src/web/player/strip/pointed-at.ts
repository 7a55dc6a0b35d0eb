/** What the pointer is at. */
export interface Pointed {
  at: number;
  /** Pixels from the left of the strip. */
  x: number;
}

/** Where on the strip the pointer is, as a store outside of React: only what floats at the pointer is drawn anew. */
export class PointedAt {
  private pointed: Pointed | null = null;
  private readonly listeners = new Set<() => void>();

  readonly get = (): Pointed | null => this.pointed;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  set(pointed: Pointed | null): void {
    if (pointed === this.pointed) return;
    this.pointed = pointed;
    for (const listener of this.listeners) listener();
  }
}
