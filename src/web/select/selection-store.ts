import { mostChosen } from '../../shared/notes.ts';
import type { ChosenCapture } from '../../shared/select.ts';
import {
  afterLook,
  clipIdsOf,
  shareOf,
  stretchOf,
  withCaptures,
  type Anchor,
  type Chosen,
  type Share,
  type Stretch,
} from './selection-plan.ts';

export interface SelectionDeps {
  /** The recordings of a stretch that pass the filter in view. */
  select: (stretch: Stretch) => Promise<ChosenCapture[]>;
  /** What has become of clips. */
  look: (clipIds: number[]) => Promise<ChosenCapture[]>;
  onError: (error: Error) => void;
  onTooMany: () => void;
}

const none: Chosen = new Map();

/**
 * What is chosen, for rows that come and go. Each row asks for its own state, so that only those are drawn anew whose
 * state has changed.
 */
export class SelectionStore {
  private readonly deps: SelectionDeps;
  private readonly listeners = new Set<() => void>();
  private current: Chosen = none;
  /** Recordings that are chosen, by day. */
  private byDay = new Map<string, number>();
  /** How many a day was found to have. */
  private readonly totals = new Map<string, number>();
  private anchor: Anchor | null = null;
  /** What the last range from the anchor brought, which a shorter one gives back. */
  private ranged: readonly ChosenCapture[] = [];
  private waiting = 0;
  private looking: Promise<void> | null = null;

  constructor(deps: SelectionDeps) {
    this.deps = deps;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly get = (): Chosen => this.current;
  readonly isAny = (): boolean => this.current.size > 0;
  /** The server is asked for a stretch. */
  readonly isBusy = (): boolean => this.waiting > 0;

  has(id: number): boolean {
    return this.current.has(id);
  }

  shareOfDay(day: string, total: number): Share {
    return shareOf(this.byDay.get(day) ?? 0, this.totals.get(day) ?? total);
  }

  shareOfIds(ids: readonly number[]): Share {
    return shareOf(ids.filter((id) => this.current.has(id)).length, Math.max(ids.length, 1));
  }

  /** A recording, or with `isRange` all from where somebody began to this one. */
  async press(capture: ChosenCapture, isRange: boolean): Promise<void> {
    const end = { day: capture.day, at: capture.startedAt };
    if (isRange && this.anchor) return this.extend(end);
    this.begin(end);
    this.put([capture], !this.current.has(capture.id));
  }

  /** All of some recordings, or none of them where all are chosen. */
  pressAll(captures: readonly ChosenCapture[]): void {
    const [first] = captures;
    if (!first) return;
    this.begin({ day: first.day, at: first.startedAt });
    this.put(captures, this.shareOfIds(captures.map(({ id }) => id)) !== 'all');
  }

  /** A whole day, with what of it passes the filter; or with `isRange` all from where somebody began to that day. */
  async pressDay(day: string, total: number, isRange: boolean): Promise<void> {
    const end = { day, at: null };
    if (isRange && this.anchor) return this.extend(end);
    this.begin(end);
    if (this.shareOfDay(day, total) === 'all') {
      const own = [...this.current.values()].filter((capture) => capture.day === day);
      this.put(own, false);
      return undefined;
    }
    return this.addDay(day);
  }

  addDay(day: string): Promise<void> {
    this.anchor ??= { day, at: null };
    return this.ask({ fromDay: day, toDay: day }, day);
  }

  /** The day of what was chosen last by itself. */
  get lastDay(): string | null {
    return this.anchor?.day ?? null;
  }

  clear(): void {
    this.begin(null);
    this.set(none);
  }

  /** Looks what has become of what is chosen; one look at a time. */
  look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async lookNow(): Promise<void> {
    const asked = clipIdsOf(this.current);
    if (asked.length === 0) return;
    try {
      const found = await this.deps.look(asked);
      this.set(afterLook(this.current, new Set(asked), found));
    } catch {
      // What is shown is what was: the next look, or the deed itself, tells more.
    }
  }

  private begin(anchor: Anchor | null): void {
    this.anchor = anchor;
    this.ranged = [];
  }

  /** All from the anchor to another end, in place of what an earlier end brought. */
  private async extend(end: Anchor): Promise<void> {
    const anchor = this.anchor ?? end;
    const found = await this.find(stretchOf(anchor, end));
    // Another range was begun while the server was asked.
    if (!found || this.anchor !== anchor) return;
    const rest = withCaptures(this.current, this.ranged, false);
    if (!this.put(found, true, rest)) return;
    this.ranged = found.filter(({ id }) => !rest.has(id));
  }

  private async ask(stretch: Stretch, wholeDay: string): Promise<void> {
    const found = await this.find(stretch);
    if (!found) return;
    this.totals.set(wholeDay, Math.max(found.length, 1));
    this.put(found, true);
  }

  /** Null: it could not be asked, and that was said. */
  private async find(stretch: Stretch): Promise<ChosenCapture[] | null> {
    this.waiting++;
    this.tell();
    try {
      return await this.deps.select(stretch);
    } catch (error) {
      this.deps.onError(error instanceof Error ? error : new Error(String(error)));
      return null;
    } finally {
      this.waiting--;
      this.tell();
    }
  }

  private put(captures: readonly ChosenCapture[], isOn: boolean, to = this.current): boolean {
    const next = withCaptures(to, captures, isOn);
    if (isOn && clipIdsOf(next).length > mostChosen) {
      this.deps.onTooMany();
      return false;
    }
    this.set(next);
    return true;
  }

  private set(next: Chosen): void {
    this.current = next;
    this.byDay = new Map();
    for (const { day } of next.values()) this.byDay.set(day, (this.byDay.get(day) ?? 0) + 1);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
