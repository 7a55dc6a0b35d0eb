import { CameraFailure } from './camera.ts';
import type { CameraFailureKind } from '../../shared/cameras.ts';

/** How far a request had come: nothing sent yet, sent but no answer yet, or in the middle of the answer's body. */
export type RequestPhase = 'connect' | 'answer' | 'body';

/** What went wrong below HTTP. `code` is Node's (`ECONNREFUSED`, `HPE_...`) or one of ours below. */
export class TransportError extends Error {
  override name = 'TransportError';
  readonly phase: RequestPhase;
  readonly code: string;
  constructor(phase: RequestPhase, code: string, options?: { cause?: unknown }) {
    super(`${code} (${phase})`, options);
    this.phase = phase;
    this.code = code;
  }
}

/** The time limits and checks of our own client, as error codes. */
export const transportCodes = {
  connectTimeout: 'CONNECT_TIMEOUT',
  answerTimeout: 'ANSWER_TIMEOUT',
  stalled: 'STALLED',
  tooSlow: 'TOO_SLOW',
  tooLarge: 'TOO_LARGE',
  tooShort: 'TOO_SHORT',
} as const;

/** HTTP 416: the file is there, but has no bytes where they were asked for. */
export class RangeNotSatisfiable extends CameraFailure {
  readonly rangeNotSatisfiable = true;
  /** The file's size as the camera told it; null when it did not. */
  readonly totalBytes: number | null;
  constructor(message: string, totalBytes: number | null) {
    super('truncated', message);
    this.totalBytes = totalBytes;
  }
}

/** Something that went wrong: an error, an HTTP status other than success, or a Novatek `<Status>` below zero. */
export type CameraProblem =
  { error: unknown } | { httpStatus: number } | { commandStatus: number; command: number };

type Sorted = readonly [CameraFailureKind, string];

/** The one place where everything becomes a `CameraFailure`. `host` is shown to people and holds no secret. */
export function sortFailure(host: string, problem: CameraProblem): CameraFailure {
  if ('httpStatus' in problem) return failure(host, sortHttpStatus(problem.httpStatus));
  if ('commandStatus' in problem)
    return failure(host, sortCommandStatus(problem.commandStatus, problem.command));
  const { error } = problem;
  if (error instanceof CameraFailure) return error;
  return failure(host, error instanceof TransportError ? sortTransport(error) : sortUnknown(error), error);
}

/** The transport error below a failure; null when it has another cause. */
export function transportErrorOf(error: unknown): TransportError | null {
  const cause = error instanceof CameraFailure ? error.cause : error;
  return cause instanceof TransportError ? cause : null;
}

/** How much a failure tells a person, most first: it picks what to show when several parts failed. */
const telling: readonly CameraFailureKind[] = [
  'refused',
  'busy',
  'malformed',
  'unreachable',
  'truncated',
  'gone',
];

/** Of several failures of one undertaking the one that tells most; the first of equals. */
export function mostTelling(failures: readonly [CameraFailure, ...CameraFailure[]]): CameraFailure {
  return failures.reduce((best, next) =>
    telling.indexOf(next.kind) < telling.indexOf(best.kind) ? next : best,
  );
}

function failure(host: string, [kind, what]: Sorted, cause?: unknown): CameraFailure {
  return new CameraFailure(kind, `${host} ${what}`, cause === undefined ? undefined : { cause });
}

const sortedCodes: Readonly<Record<string, Sorted>> = {
  [transportCodes.connectTimeout]: ['unreachable', 'does not answer (connection timed out)'],
  [transportCodes.answerTimeout]: ['unreachable', 'took the connection but does not answer'],
  [transportCodes.stalled]: ['unreachable', 'stopped sending in the middle of a transfer'],
  [transportCodes.tooSlow]: ['unreachable', 'sends so slowly that the transfer was given up'],
  [transportCodes.tooLarge]: ['malformed', 'sends more than any camera would'],
  [transportCodes.tooShort]: ['truncated', 'ended the transfer before all bytes had come'],
  HPE_INVALID_EOF_STATE: ['truncated', 'ended the transfer before all bytes had come'],
  ETIMEDOUT: ['unreachable', 'does not answer (connection timed out)'],
  ECONNREFUSED: ['unreachable', 'refuses the connection (no web server at that port)'],
  EHOSTUNREACH: ['unreachable', 'cannot be reached (no route to it)'],
  ENETUNREACH: ['unreachable', 'cannot be reached (no route to it)'],
  EHOSTDOWN: ['unreachable', 'is switched off or not on this network'],
  ENETDOWN: ['unreachable', 'cannot be reached (this host has no network)'],
  ENOTFOUND: ['unreachable', 'is a name this network does not know'],
  EAI_AGAIN: ['unreachable', 'is a name that could not be looked up just now'],
};

const resets: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** Whether the other side broke the connection off. */
export function isReset(error: TransportError): boolean {
  return resets.has(error.code);
}

function sortTransport(error: TransportError): Sorted {
  const known = sortedCodes[error.code];
  if (known) return known;
  if (isReset(error)) {
    if (error.phase === 'body') return ['truncated', 'broke off in the middle of a transfer'];
    return ['busy', 'closed the connection without an answer (too busy, or too many connections)'];
  }
  if (error.code.startsWith('HPE_')) return ['malformed', 'does not answer like a camera (garbled reply)'];
  return ['unreachable', `cannot be reached (${error.code})`];
}

function sortUnknown(error: unknown): Sorted {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  return ['malformed', `could not be understood${code === null ? '' : ` (${code})`}`];
}

function sortHttpStatus(status: number): Sorted {
  if (status === 404 || status === 410) return ['gone', 'does not have it (HTTP 404)'];
  if (status === 503 || status === 429) return ['busy', `is busy (HTTP ${status})`];
  if (status === 401 || status === 403)
    return ['refused', `wants a login (HTTP ${status}); Viofo cameras have none`];
  if (status >= 400) return ['refused', `refused the request (HTTP ${status})`];
  if (status >= 300)
    return ['malformed', `sends the visitor elsewhere (HTTP ${status}), which no camera does`];
  return ['malformed', `answers in a way no camera does (HTTP ${status})`];
}

const commandStatusWords: Readonly<Record<number, string>> = {
  [-4]: 'says the file is locked',
  [-5]: 'reports a file error',
  [-6]: 'could not delete the file',
  [-8]: 'reports a write error on its card',
  [-9]: 'says its card is too slow',
  [-11]: 'says its card is full',
  [-21]: 'did not accept the parameter',
};

function sortCommandStatus(status: number, command: number): Sorted {
  const which = `(command ${command}, status ${status})`;
  if (status === -1) return ['gone', `does not have that file ${which}`];
  if (status === -3 || status === -22) return ['busy', `cannot do that just now ${which}`];
  if (status === -256) return ['refused', `does not know the request ${which}`];
  return ['refused', `${commandStatusWords[status] ?? 'refused the request'} ${which}`];
}
