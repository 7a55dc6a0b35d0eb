/** What stands before the app: decided from the last answer of `GET /api/startup`. */
import type { Startup } from '../../shared/startup.ts';
import type { ApiError } from '../api.ts';

export type AccessPage = 'log_in' | 'set_up' | 'locked';

/** `silent`: why the server does not answer just now, a sentence; null when it does. */
export type GateView =
  | { kind: 'app' }
  | { kind: 'asking' }
  | { kind: 'silent'; silent: string }
  | { kind: 'starting' | 'attention' | AccessPage; startup: Startup; silent: string | null };

export interface StartupAnswer {
  data: Startup | undefined;
  error: ApiError | null;
}

/** Which page is to be shown. An open gate stays open while the server is away: the pages say so themselves. */
export function gateView({ data, error }: StartupAnswer): GateView {
  const silent = error && silentWords(error);
  if (!data) return silent === null ? { kind: 'asking' } : { kind: 'silent', silent };
  if (data.phase === 'attention') return { kind: 'attention', startup: data, silent };
  if (data.phase !== 'ready' || data.access === null) return { kind: 'starting', startup: data, silent };
  if (data.access === 'open' || data.access === 'signed_in') return { kind: 'app' };
  return { kind: data.access, startup: data, silent };
}

function silentWords({ code, message }: ApiError): string {
  return code === 'unreachable' ? 'The server does not answer; trying again.' : message;
}

/** Time before the server is asked again: every second while it starts, rarely while a person types, never once the app is open. */
export function askAgainMs({ kind }: GateView): number | false {
  if (kind === 'app') return false;
  return kind === 'log_in' || kind === 'set_up' || kind === 'locked' ? 10_000 : 1_000;
}

/** Whether what was read before must not stay in the browser's memory. */
export function mustForget({ kind }: GateView): boolean {
  return kind === 'log_in' || kind === 'set_up' || kind === 'locked';
}
