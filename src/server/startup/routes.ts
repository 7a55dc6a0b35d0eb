import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import type { AccessState, Startup } from '../../shared/startup.ts';
import { serve } from '../http/serve.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { StartupState } from './startup-state.ts';

export interface StartupRouteDeps {
  version: string;
  clock: Clock;
  state: StartupState;
  /** Whether a choice needs the code of the program's log: others than this machine can reach the page. */
  needsCode: boolean;
  /** Throws when there were too many attempts from that address. */
  codeMatches(code: string, address: string): boolean;
}

/** What answers until the database is open. */
export function startupRoutes(app: FastifyInstance, deps: StartupRouteDeps): void {
  const { state } = deps;
  const view = () => startupView(deps, null);
  serve(app, routes.getHealth, () => ({
    status: state.view.phase === 'attention' ? ('attention' as const) : ('starting' as const),
    version: deps.version,
  }));
  serve(app, routes.getStartup, view);
  serve(app, routes.chooseAtStartup, ({ body }, request) => {
    if (deps.needsCode && !deps.codeMatches(body.code ?? '', request.ip)) {
      throw new AppError('forbidden', "This is not the code from the program's log.", [
        { field: 'code', message: "This is not the code from the program's log." },
      ]);
    }
    state.choose(body.choice);
    return view();
  });
}

/** The same question, answered by the whole program. */
export function startupView(
  deps: Pick<StartupRouteDeps, 'clock' | 'state' | 'needsCode'>,
  access: AccessState | null,
): Startup {
  const needsCode = deps.needsCode && deps.state.view.choices.length > 0;
  return { ...deps.state.view, now: deps.clock.now(), needsCode, access };
}
