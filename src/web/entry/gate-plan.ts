/** What stands before the app: decided from the last answer of `GET /api/startup`. */
import type { Startup } from '../../shared/startup.ts';
import type { ApiError } from '../api.ts';
import { t } from './texts.ts';

/** Of the set-up, where the page is open without a password. */
export const setUpAddress = '/set-up';

export type AccessPage = 'log_in' | 'set_up' | 'setting_up' | 'locked';

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
  return code === 'unreachable' ? t('silent') : message;
}

const typing: ReadonlySet<GateView['kind']> = new Set(['log_in', 'set_up', 'setting_up', 'locked']);

/** Time before the server is asked again: every second while it starts, rarely while a person types, never once the app is open. */
export function askAgainMs({ kind }: GateView): number | false {
  if (kind === 'app') return false;
  return typing.has(kind) ? 10_000 : 1_000;
}

/** How the app was left, if it was open: with what was typed into it, or without. */
export type Was = 'kept' | 'left' | 'never';

/** Who has left his place for a moment finds it again; after that a screen that was left holds nothing private. */
export const keptForMs = 10 * 60_000;

/** How the gate closed before an app that was open. */
export interface Closed {
  /** The reader logged out: nothing is to be kept. */
  isWish: boolean;
  /** That was more than `keptForMs` ago. */
  isLong: boolean;
}

/**
 * Whether the app that was open stays in the page unseen, with all that was typed into it: while the server starts
 * anew, and for a while after a session has ended.
 */
export function isKept({ kind }: GateView, { isWish, isLong }: Closed): boolean {
  if (isWish) return false;
  return kind === 'log_in' ? !isLong : !typing.has(kind);
}

/** Whether what was read before must not stay in the browser's memory. */
export function mustForget(view: GateView, closed: Closed | null): boolean {
  return typing.has(view.kind) && (closed === null || !isKept(view, closed));
}
