import type { MapMonths } from '../../shared/map-months.ts';
import type { ArchiveMonth } from './archive-months.ts';

type Listed = MapMonths['months'][number];

interface LoaderDeps {
  fetchMonth: (month: Listed, signal: AbortSignal) => Promise<ArchiveMonth>;
  /** Months that are there now, newest first; told again as more come. */
  onMonths: (months: readonly ArchiveMonth[], state: LoaderState) => void;
  /** Calls back a little later: months that come close to each other are told of at once. */
  later: (work: () => void, isFirst: boolean) => void;
}

export interface LoaderState {
  /** All months that are listed are there. */
  isWhole: boolean;
  /** Some could not be read; `retry` asks again. */
  error: Error | null;
}

const atOnce = 5;

/** Keeps the months of the archive: reads those that are new or have changed, newest first, and lets go of the others. */
export class ArchiveLoader {
  private readonly deps: LoaderDeps;
  private readonly there = new Map<string, ArchiveMonth>();
  private listed: readonly Listed[] = [];
  private readonly reading = new Map<string, AbortController>();
  private error: Error | null = null;
  private isTelling = false;
  private hasTold = false;
  private isOver = false;

  constructor(deps: LoaderDeps) {
    this.deps = deps;
  }

  /** What there is now by the server's list. */
  follow(listed: readonly Listed[]): void {
    this.listed = listed;
    const wanted = new Set(listed.map(nameOf));
    for (const [name, abort] of this.reading) if (!wanted.has(name)) abort.abort();
    const months = new Set(listed.map(({ month }) => month));
    for (const month of this.there.keys()) if (!months.has(month)) this.there.delete(month);
    this.error = null;
    this.goOn();
    this.tell();
  }

  /** Asks again for what could not be read. */
  retry(): void {
    this.error = null;
    this.goOn();
    this.tell();
  }

  stop(): void {
    this.isOver = true;
    for (const abort of this.reading.values()) abort.abort();
  }

  private goOn(): void {
    if (this.isOver || this.error) return;
    for (const month of this.listed) {
      if (this.reading.size >= atOnce) return;
      if (this.isThere(month) || this.reading.has(nameOf(month))) continue;
      void this.read(month);
    }
  }

  private isThere({ month, version }: Listed): boolean {
    return this.there.get(month)?.version === version;
  }

  private async read(listed: Listed): Promise<void> {
    const abort = new AbortController();
    this.reading.set(nameOf(listed), abort);
    try {
      const month = await this.deps.fetchMonth(listed, abort.signal);
      if (abort.signal.aborted) return;
      // What came under another version has changed again since; the list to come says so.
      this.there.set(listed.month, { ...month, version: listed.version });
      this.tell();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.error = error instanceof Error ? error : new Error(String(error));
      this.tell();
    } finally {
      this.reading.delete(nameOf(listed));
      this.goOn();
    }
  }

  /** Soon, or now when all of it is there. */
  private tell(): void {
    if (this.isOver) return;
    if (this.hasTold && this.isWhole()) return this.tellNow();
    if (this.isTelling) return;
    this.isTelling = true;
    this.deps.later(() => {
      this.isTelling = false;
      if (!this.isOver) this.tellNow();
    }, !this.hasTold);
  }

  private tellNow(): void {
    const months = this.listed.flatMap(({ month }) => this.there.get(month) ?? []);
    this.hasTold ||= months.length > 0;
    this.deps.onMonths(months, { isWhole: this.isWhole(), error: this.error });
  }

  private isWhole(): boolean {
    return this.listed.every((each) => this.isThere(each));
  }
}

const nameOf = ({ month, version }: Listed): string => `${month} ${version}`;
