type Listener<T> = (payload: T) => void;
type AnyListener<Events> = (event: keyof Events, payload: Events[keyof Events]) => void;

/** Typed publish/subscribe in one process. A listener that throws never hurts the publisher or other listeners. */
export class EventBus<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();
  private readonly anyListeners = new Set<AnyListener<Events>>();
  private readonly onError: (error: unknown, event: keyof Events) => void;

  constructor(onError: (error: unknown, event: keyof Events) => void) {
    this.onError = onError;
  }

  /** Returns the function that unsubscribes. */
  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  /** Hears every event; for the live channel. */
  onAny(listener: AnyListener<Events>): () => void {
    this.anyListeners.add(listener);
    return () => this.anyListeners.delete(listener);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const listener of this.listeners.get(event) ?? []) {
      this.guarded(event, () => (listener as Listener<Events[K]>)(payload));
    }
    for (const listener of this.anyListeners) this.guarded(event, () => listener(event, payload));
  }

  private guarded(event: keyof Events, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.onError(error, event);
    }
  }
}
