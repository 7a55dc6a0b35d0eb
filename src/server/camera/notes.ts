const mostNotes = 100;

/** Collects the lines a listing has to say about itself: each once, at most a hundred and a count of the rest. */
export class Notes {
  readonly #lines = new Set<string>();
  #left = 0;

  add(line: string): void {
    if (this.#lines.has(line)) return;
    if (this.#lines.size < mostNotes) this.#lines.add(line);
    else this.#left += 1;
  }

  lines(): string[] {
    return this.#left === 0 ? [...this.#lines] : [...this.#lines, `and ${this.#left} more like these`];
  }
}
