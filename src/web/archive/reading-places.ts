/** Where the reader of the archive was, by entry of the browser's history: the way back leads to the same row. */
export interface KeptPlace {
  /** Key of the first row in view. */
  row: string;
  /** Its day, of which the year has to be read first. */
  day: string;
  /** How far its top is below the top of the window, in pixels; negative above it. */
  topPx: number;
}

const storageKey = 'viofosync.archive.places';
const mostKept = 40;

export class ReadingPlaces {
  readonly #places = new Map<string, KeptPlace>(stored());

  get(entry: string): KeptPlace | null {
    return this.#places.get(entry) ?? null;
  }

  /** Null: at the top. */
  set(entry: string, place: KeptPlace | null): void {
    this.#places.delete(entry);
    if (place) this.#places.set(entry, place);
    const [oldest] = this.#places.keys();
    if (this.#places.size > mostKept && oldest !== undefined) this.#places.delete(oldest);
  }

  /** For a reload of the page; a browser without storage begins at the top then. */
  store(): void {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify([...this.#places]));
    } catch {
      // Nothing is lost but the place.
    }
  }
}

function stored(): [string, KeptPlace][] {
  try {
    const text = sessionStorage.getItem(storageKey);
    const entries: unknown = text === null ? [] : JSON.parse(text);
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(entry: unknown): entry is [string, KeptPlace] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const place: unknown = entry[1];
  return (
    typeof place === 'object' &&
    place !== null &&
    'row' in place &&
    typeof place.row === 'string' &&
    'day' in place &&
    typeof place.day === 'string' &&
    'topPx' in place &&
    typeof place.topPx === 'number'
  );
}
