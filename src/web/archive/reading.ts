/** Where the reader of the archive is: told to whoever draws it, without the list being drawn anew. */
export interface ReadingPlace {
  /** The day of the first row in view; null while there is none. */
  day: string | null;
  isAtTop: boolean;
}

export class Reading {
  #place: ReadingPlace = { day: null, isAtTop: true };
  readonly #listeners = new Set<() => void>();

  readonly get = (): ReadingPlace => this.#place;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(place: Partial<ReadingPlace>): void {
    const next = { ...this.#place, ...place };
    if (next.day === this.#place.day && next.isAtTop === this.#place.isAtTop) return;
    this.#place = next;
    for (const listener of this.#listeners) listener();
  }
}
