import type { ListHandle } from '../ui/virtual-list.tsx';
import { dayOfRow, rowAt, type ArchiveRow } from './archive-rows-plan.ts';
import type { Reading } from './reading.ts';
import type { KeptPlace, ReadingPlaces } from './reading-places.ts';

/** The list as it stands. */
export interface ListView {
  rows: readonly ArchiveRow[];
  list: ListHandle | null;
  /** What covers the first rows. */
  coveredPx: number;
}

export interface PlaceSeekerDeps {
  places: ReadingPlaces;
  reading: Reading;
  onWant: (years: readonly number[]) => void;
}

/** Less is the top. */
const topPx = 40;

const isAtEnd = () =>
  window.scrollY > topPx &&
  window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - topPx;

/** Brings places of the archive into view, and knows which one is. Years on the way are read first. */
export class PlaceSeeker {
  readonly #deps: PlaceSeekerDeps;
  #target: { at: string } | { place: KeptPlace } | null = null;
  #view: ListView = { rows: [], list: null, coveredPx: 0 };
  #begun: { at: string | undefined } | null = null;
  /** The day that was gone to: at the end of the page it cannot come up to the top. */
  #reached: string | null = null;

  constructor(deps: PlaceSeekerDeps) {
    this.#deps = deps;
  }

  /** Where the reader was at this entry of the history, else at `at`, else the top; a new `at` is gone to. */
  begin(entry: string, at: string | undefined): void {
    const place = this.#begun ? null : this.#deps.places.get(entry);
    const isNew = !this.#begun || this.#begun.at !== at;
    const isFirst = !this.#begun;
    this.#begun = { at };
    if (place) this.#target = { place };
    else if (isNew && at !== undefined) this.#target = { at };
    else if (isFirst) window.scrollTo(0, 0);
  }

  /** Goes to a day, a month or a year. */
  goTo(at: string): void {
    this.#target = { at };
    this.settle();
    this.tell();
  }

  show(view: ListView): void {
    this.#view = view;
  }

  /** Goes where it is to go, as far as rows are known. */
  settle(): void {
    if (this.#target && this.#isThere(this.#target)) this.#target = null;
  }

  #isThere(target: { at: string } | { place: KeptPlace }): boolean {
    const { rows, list } = this.#view;
    if (!list || rows.length === 0) return false;
    const own = 'place' in target ? rows.findIndex(({ key }) => key === target.place.row) : -1;
    if ('place' in target && own >= 0) {
      const start = list.measurementsCache[own]?.start;
      if (start !== undefined) list.scrollToOffset(start - target.place.topPx);
      return true;
    }
    const index = rowAt(rows, 'at' in target ? target.at : target.place.day);
    const row = rows[index];
    list.scrollToIndex(index, { align: 'start' });
    this.#reached = row ? dayOfRow(row) : null;
    if (row?.kind !== 'year') return true;
    this.#deps.onWant([row.year]);
    return false;
  }

  /** Tells which day is in view. */
  tell(): void {
    const first = this.#first();
    const firstDay = first && dayOfRow(first.row);
    if (first && firstDay !== this.#reached && !isAtEnd()) this.#reached = null;
    const day = this.#reached ?? firstDay;
    this.#deps.reading.set({ isAtTop: window.scrollY <= topPx, ...(day !== undefined && { day }) });
  }

  /** Keeps in mind where the reader is, unless on the way to somewhere. */
  keep(entry: string): void {
    if (this.#target) return;
    const first = window.scrollY <= topPx ? undefined : this.#first();
    const place = first && {
      row: first.row.key,
      day: dayOfRow(first.row),
      topPx: first.startPx - window.scrollY,
    };
    this.#deps.places.set(entry, place ?? null);
  }

  #first(): { row: ArchiveRow; startPx: number } | undefined {
    const { rows, list, coveredPx } = this.#view;
    const edge = window.scrollY + coveredPx + 16;
    const item = list?.getVirtualItems().find(({ end }) => end > edge);
    const row = item && rows[item.index];
    return item && row && { row, startPx: item.start };
  }
}
