import type { Route } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import type { AccessState } from '../../shared/startup.ts';
import { AppError } from '../lib/errors.ts';

/** What the gate looks at; a `FastifyRequest` is one. */
export interface GateRequest {
  method: string;
  url: string;
  headers: { cookie?: string | undefined };
  /** The route that will answer; without a pattern none does. */
  routeOptions: { url?: string | undefined };
}

export interface GateDeps {
  access(token: string | null): Promise<AccessState>;
  readToken(cookieHeader: string | undefined): string | null;
}

export interface GateVerdict {
  /** A password or a code stands before what is private: the name by which the program is called proves nothing. */
  isProtected: boolean;
  /** Why this request is turned away, or null. */
  denial: AppError | null;
}

/** Answers without the database, as it promises. */
const unasked = new Set([keyOf(routes.getHealth)]);
/** What anybody may call. */
const anybody = new Set(
  [routes.getHealth, routes.getStartup, routes.logIn, routes.logOut, routes.setUp].map(keyOf),
);
/** The files of the web app, which hold nothing private. */
const webAppPattern = '/*';

function keyOf(route: Route): string {
  return `${route.method} ${route.path}`;
}

/** Lets a request through to what anybody may see, and to everything else only whoever is signed in. */
export class AccessGate {
  private readonly deps: GateDeps;

  constructor(deps: GateDeps) {
    this.deps = deps;
  }

  /** Before any handler runs; for a connection that lasts (the live channel) again from time to time. */
  async check(request: GateRequest): Promise<GateVerdict> {
    const key = targetOf(request);
    if (key !== null && unasked.has(key)) return { isProtected: true, denial: null };
    const access = await this.deps.access(this.deps.readToken(request.headers.cookie));
    return {
      isProtected: access !== 'open',
      denial: key === null ? null : denialOf(key, access),
    };
  }
}

function denialOf(key: string, access: AccessState): AppError | null {
  switch (access) {
    case 'open':
    case 'signed_in':
      return null;
    case 'log_in':
    case 'set_up':
    case 'locked':
      return anybody.has(key) ? null : new AppError('unauthenticated', words[access]);
  }
}

const words = {
  log_in: 'Log in first.',
  set_up: "Set this installation up first, with the code from the program's log.",
  locked: 'The password of this installation cannot be read. Run `viofosync password` on the machine.',
} as const;

/**
 * Method and pattern of the route that will answer; null for the web app. The router's own finding decides, so that
 * no spelling of an address is read in two ways. The address itself matters only where no route was found: nothing
 * below /api/ tells a stranger whether it exists.
 */
function targetOf({ method, url, routeOptions }: GateRequest): string | null {
  const pattern = routeOptions.url;
  if (pattern === undefined || pattern === webAppPattern) return isBelowApi(url) ? `${method} ?` : null;
  return `${method === 'HEAD' ? 'GET' : method} ${pattern}`;
}

function isBelowApi(url: string): boolean {
  const address = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').split(/[?#;]/)[0] ?? '';
  try {
    const path = decodeURIComponent(address)
      .replaceAll(/[/\\]+/g, '/')
      .toLowerCase();
    return path === '/api' || path.startsWith('/api/');
  } catch {
    return true;
  }
}
