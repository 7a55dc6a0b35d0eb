import { importOptionsSchema, type Import } from '../../shared/imports.ts';
import { routes } from '../../shared/routes.ts';
import { call } from '../api.ts';
import { Slots } from './slots.ts';
import { t } from './texts.ts';
import { unfinishedItems } from './upload-calls.ts';
import { isWorthTelling, matchAgain, uploadName, type Chosen } from './upload-plan.ts';
import { UploadSession } from './upload-session.ts';
import type { UploadView } from './upload-view.ts';

/** Two are enough to keep a line busy while the server writes; more would be memory for nothing. */
const piecesAtOnce = 2;

/** The uploads of this page: they go on while the reader is on other pages of the app, and end with a reload. */
export class Uploads {
  private readonly slots = new Slots(piecesAtOnce);
  private readonly sessions = new Map<number, UploadSession>();
  private readonly listeners = new Set<() => void>();
  private views: ReadonlyMap<number, UploadView> = new Map();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly get = (): ReadonlyMap<number, UploadView> => this.views;

  /** Files that a person gave. Resolves once the server knows of the upload; throws why it cannot be one. */
  async offer(given: readonly Chosen[], cameraId: number | null): Promise<Import> {
    const chosen = given.filter(({ path }) => isWorthTelling(path));
    if (chosen.length === 0) throw new Error(t('noFiles'));
    const name = uploadName(chosen.map(({ path }) => path));
    const options = importOptionsSchema.parse({});
    const found = await call(routes.beginUpload, { body: { name, cameraId, options } });
    const before = this.sessions.get(found.id)?.chosen ?? [];
    const all = new Map([...before, ...chosen].map((each) => [each.path, each]));
    this.begin(found.id, [...all.values()]);
    return found;
  }

  /** The files of an upload are given again, after a reload. Throws when they are not its files. */
  async goOn(one: Import, given: readonly Chosen[]): Promise<void> {
    const chosen = given.filter(({ path }) => isWorthTelling(path));
    if (one.startedAt === null) return this.begin(one.id, chosen);
    const matched = matchAgain(await unfinishedItems(one), chosen);
    if (matched.length === 0) throw new Error(t('noneAwaited'));
    this.begin(one.id, matched);
  }

  session(importId: number): UploadSession | undefined {
    return this.sessions.get(importId);
  }

  /** What was given is forgotten: the upload has ended. */
  forget(importId: number): void {
    this.sessions.get(importId)?.stop();
    this.sessions.delete(importId);
    this.tell();
  }

  private begin(importId: number, chosen: readonly Chosen[]): void {
    this.sessions.get(importId)?.stop();
    const session = new UploadSession(importId, chosen, {
      slots: this.slots,
      onChange: () => this.tell(),
      onEnd: () => {
        if (this.sessions.get(importId) === session) this.forget(importId);
      },
    });
    this.sessions.set(importId, session);
    void session.begin();
  }

  private tell(): void {
    this.views = new Map([...this.sessions].map(([id, { view }]) => [id, view]));
    const isBusy = [...this.views.values()].some(({ phase }) => busyPhases.has(phase));
    if (isBusy) window.addEventListener('beforeunload', askBeforeLeaving);
    else window.removeEventListener('beforeunload', askBeforeLeaving);
    for (const listener of this.listeners) listener();
  }
}

const busyPhases: ReadonlySet<UploadView['phase']> = new Set(['telling', 'sending', 'waiting']);

/** The browser then asks in its own words: what is on its way would have to be given again. */
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** One for the page, whatever is shown of it. */
export const uploads = new Uploads();
