import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { routes } from '../../shared/routes.ts';
import type { AccessState, Startup } from '../../shared/startup.ts';
import { ApiError, call, keyOf } from '../api.ts';
import { askAgainMs, gateView } from './gate-plan.ts';

/** A server that takes longer does not answer, as far as a person is concerned. */
const patienceMs = 5_000;

/** How the server is asked; already as the scripts are read (main.tsx), or the first view would wait for it. */
export const startupQuery = {
  queryKey: keyOf(routes.getStartup, {}),
  queryFn: ({ signal }: { signal: AbortSignal }) => askStartup(signal),
  retry: false,
} as const;

/** Asks until the app may be shown, whether it may; afterwards only when something makes that doubtful. */
export function useStartup(): UseQueryResult<Startup, ApiError> {
  return useQuery<Startup, ApiError>({
    ...startupQuery,
    refetchInterval: ({ state }) => askAgainMs(gateView(state)),
  });
}

async function askStartup(given: AbortSignal): Promise<Startup> {
  const ours = new AbortController();
  const timer = setTimeout(() => ours.abort(), patienceMs);
  const pass = () => ours.abort();
  given.addEventListener('abort', pass);
  try {
    return await call(routes.getStartup, undefined, { signal: ours.signal });
  } catch (error) {
    if (!ours.signal.aborted || given.aborted) throw error;
    throw new ApiError('unreachable', 'The server does not answer.');
  } finally {
    clearTimeout(timer);
    given.removeEventListener('abort', pass);
  }
}

/** Who may use the page; undefined until the server has said so. */
export function useAccess(): AccessState | null | undefined {
  return useStartup().data?.access;
}
