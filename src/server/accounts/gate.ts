import type { Route } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import type { AccessState } from '../../shared/startup.ts';
import { AppError } from '../lib/errors.ts';
import { capabilitiesOf, namesFor, type Capability } from './capability-policy.ts';

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
  /** By which names the program may be called for this. */
  names: 'loopback' | 'known' | 'any';
  /** Why this request is turned away, or null. */
  denial: AppError | null;
}

/** Answers without the database, as it promises. */
const unasked = new Set([keyOf(routes.getHealth)]);
/** What an operation needs; what is not named here needs the right to use the app. */
const needs: ReadonlyMap<string, Capability> = new Map<string, Capability>([
  ...named('public', [
    routes.getHealth,
    routes.getStartup,
    routes.logIn,
    routes.logOut,
    routes.setUp,
    routes.beginSetUp,
  ]),
  ...named('set_up', [
    routes.getSetUp,
    routes.saveSetUp,
    routes.checkVolume,
    routes.finishSetUp,
    routes.testCamera,
  ]),
]);
/** The files of the web app, which hold nothing private. */
const webAppPattern = '/*';

function named(capability: Capability, of: readonly Route[]): [string, Capability][] {
  return of.map((route) => [keyOf(route), capability]);
}

function keyOf(route: Route): string {
  return `${route.method} ${route.path}`;
}

/** Lets a request through to what anybody may see, and to everything else only whoever is allowed to do it. */
export class AccessGate {
  private readonly deps: GateDeps;

  constructor(deps: GateDeps) {
    this.deps = deps;
  }

  /** Before any handler runs; for a connection that lasts (the live channel) again from time to time. */
  async check(request: GateRequest): Promise<GateVerdict> {
    const key = targetOf(request);
    if (key !== null && unasked.has(key)) return { names: 'any', denial: null };
    const access = await this.deps.access(this.deps.readToken(request.headers.cookie));
    return { names: namesFor(access), denial: key === null ? null : denialOf(key, access) };
  }
}

function denialOf(key: string, access: AccessState): AppError | null {
  if (capabilitiesOf(access).has(needs.get(key) ?? 'use')) return null;
  return new AppError('unauthenticated', words[access]);
}

const words: Record<AccessState, string> = {
  open: 'This is not allowed.',
  signed_in: 'This is not allowed.',
  log_in: 'Log in first.',
  set_up: "Set this installation up first, with the code from the program's log.",
  setting_up: 'Finish the set-up first.',
  locked: 'The password of this installation cannot be read. Run `viofosync password` on the machine.',
};

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
