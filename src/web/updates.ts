import { buildIdIn, mayTakeOver, mustLoadAnew } from './update-plan.ts';

export interface UpdatesDeps {
  /** Of the build that this page is of; null where there is none (in development). */
  ours: string | null;
  /** Whether changes are on their way to the server. */
  isSaving: () => boolean;
}

/** Of the page, as scripts/build-worker.mjs writes it. */
export const ownBuild = (): string | null =>
  document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? null;

/**
 * Notices when the server has another build of the app, and has it take over where that disturbs nobody: with the next
 * page that is gone to. Works with the service worker and without.
 */
export class Updates {
  readonly #deps: UpdatesDeps;
  #isNewer = false;
  #isRegistered = false;

  constructor(deps: UpdatesDeps) {
    this.#deps = deps;
  }

  /** Hears of scripts that are gone. */
  start(): void {
    window.addEventListener('vite:preloadError', () => void this.#scriptGone());
  }

  /** The server is there (again), perhaps another version of it: asks which build it has; resolves to whether it is another. */
  async look(): Promise<boolean> {
    const { ours } = this.#deps;
    if (ours === null) return false;
    const theirs = await askBuild();
    if (theirs !== null) this.#isNewer = theirs !== ours;
    void this.#register();
    return this.#isNewer;
  }

  /** A page is gone to; the address bar has its address already. */
  goingTo({ isToOtherPage }: { isToOtherPage: boolean }): void {
    if (!this.#isNewer) return;
    const isBusy = this.#deps.isSaving() || isInTheWay();
    if (mayTakeOver({ isNewer: this.#isNewer, isToOtherPage, isBusy })) location.reload();
  }

  async #scriptGone(): Promise<void> {
    const isNewer = await this.look();
    const [how] = performance.getEntriesByType('navigation');
    const wasReloaded = how instanceof PerformanceNavigationTiming && how.type === 'reload';
    const isFit = mustLoadAnew({ isNewer, wasReloaded, sinceMs: performance.now() });
    if (isFit && !this.#deps.isSaving() && !isInTheWay()) location.reload();
  }

  /** The service worker, where the browser has them: over plain HTTP only on this machine. Everything works without it. */
  async #register(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    try {
      if (this.#isRegistered) await (await navigator.serviceWorker.getRegistration())?.update();
      else {
        this.#isRegistered = true;
        await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
      }
    } catch {
      // Without storage, or in a private window, browsers refuse; the server may just be away.
    }
  }
}

async function askBuild(): Promise<string | null> {
  try {
    const answer = await fetch('/build.json', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    return answer.ok ? buildIdIn(await answer.json()) : null;
  } catch {
    return null;
  }
}

/** Whoever guards something against the page's being left is asked, as the browser would; and what is on the screen. */
function isInTheWay(): boolean {
  const leaving = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(leaving);
  return (
    leaving.defaultPrevented ||
    document.pictureInPictureElement !== null ||
    document.querySelector('.mantine-Notification-root') !== null
  );
}
