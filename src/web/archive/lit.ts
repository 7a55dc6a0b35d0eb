/** Which journey is pointed at: told to the map that lights its line, without the rows being drawn anew. */
export class Lit {
  #journeyId: number | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): number | null => this.#journeyId;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly set = (journeyId: number | null): void => {
    if (journeyId === this.#journeyId) return;
    this.#journeyId = journeyId;
    for (const listener of this.#listeners) listener();
  };
}
