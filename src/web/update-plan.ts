/** Decisions about taking over another build of the app that the server has by now. */

export interface WayClear {
  /** Another build is known of. */
  isNewer: boolean;
  /** The reader goes to another page, not only to another view of the same. */
  isToOtherPage: boolean;
  /** What a fresh start would cut off: changes on their way, files going up, a film in a window of its own, an undo on offer. */
  isBusy: boolean;
}

/** Whether the page that is gone to is fetched from the server, and with it the other build. */
export function mayTakeOver({ isNewer, isToOtherPage, isBusy }: WayClear): boolean {
  return isNewer && isToOtherPage && !isBusy;
}

/** A page that was loaded anew only just, for the same reason, would be again and again. */
const apartMs = 30_000;

/** Whether to load anew because a script is gone: only where that helps, and once. */
export function mustLoadAnew(now: { isNewer: boolean; wasReloaded: boolean; sinceMs: number }): boolean {
  return now.isNewer && !(now.wasReloaded && now.sinceMs < apartMs);
}

/** The name of a build in what the server says of it; null in anything else. */
export function buildIdIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) return null;
  return typeof answer.id === 'string' && answer.id !== '' ? answer.id : null;
}
