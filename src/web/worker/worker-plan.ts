/** Decisions of the service worker. */

/** All its caches begin with this; the rest is the build's name. */
export const cachePrefix = 'viofosync-';

/** Those of the newest build and of the one before stay. `names`: as the browser lists them, oldest first. */
export function outdatedCaches(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith(cachePrefix)).slice(0, -2);
}

/** Files whose names change with what is in them. */
export function isAssetPath(pathname: string): boolean {
  return pathname.startsWith('/assets/');
}

/** Addresses that a browser may go to and that are no pages of the app: the API's files, and files by name. */
export const pageDenied: readonly RegExp[] = [/^\/api(\/|$)/, /\.\w+$/];

/** Whether this may be kept as a file of the build: not a page to log in by that a proxy has sent in its stead. */
export function isKeepable({ status, redirected }: Pick<Response, 'status' | 'redirected'>): boolean {
  return status === 200 && !redirected;
}

/**
 * What is taken for a page or one of its files: the server's answer, but where a server behind a proxy is away (5xx) or
 * nothing came in time (null), what is kept. Undefined when there is neither.
 */
export function answerFrom<R extends { status: number }>(
  answer: R | null,
  kept: R | undefined,
): R | undefined {
  if (answer !== null && answer.status < 500) return answer;
  return kept ?? answer ?? undefined;
}
