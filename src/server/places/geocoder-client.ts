import { labelOf } from './geocode-answer.ts';
import type { GeocodeRequest } from './geocode-policy.ts';
import { retryAfterMs } from './geocode-policy.ts';

/** What came of asking. `words` never hold a position. */
export type GeocodeOutcome =
  | { kind: 'name'; label: string }
  /** The server does not take this position: asking again is of no use. */
  | { kind: 'refused' }
  | { kind: 'failed'; words: string; waitMs: number | null }
  | { kind: 'stopped' };

export interface AskOptions {
  geocoder: 'nominatim' | 'photon';
  signal: AbortSignal;
  timeoutMs: number;
}

const mostBytes = 512 * 1024;

/** Asks a geocoder once. Redirects are not followed: a position goes to the server that the user chose, and no other. */
export async function askGeocoder(request: GeocodeRequest, options: AskOptions): Promise<GeocodeOutcome> {
  const { signal, timeoutMs } = options;
  if (signal.aborted) return { kind: 'stopped' };
  try {
    const response = await fetch(request.url, {
      headers: request.headers,
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return await outcomeOf(response, request, options);
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    return { kind: 'failed', words: wordsOf(error), waitMs: null };
  }
}

async function outcomeOf(
  response: Response,
  { mayDislikeLanguage }: GeocodeRequest,
  { geocoder }: AskOptions,
): Promise<GeocodeOutcome> {
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    if (status === 422 || (status === 400 && !mayDislikeLanguage)) return { kind: 'refused' };
    return {
      kind: 'failed',
      words: wordsOfStatus(status, mayDislikeLanguage),
      waitMs: retryAfterMs(response.headers.get('retry-after')),
    };
  }
  const label = labelOf(geocoder, await jsonOf(response));
  if (label === null) return { kind: 'failed', words: 'its answer is not understood', waitMs: null };
  return { kind: 'name', label };
}

function wordsOfStatus(status: number, mayDislikeLanguage: boolean): string {
  if (status >= 300 && status < 400) return 'it points elsewhere';
  if (status === 400 && mayDislikeLanguage) return 'it answered 400, perhaps because of the language';
  return `it answered ${status}`;
}

/** Undefined for what is no JSON. */
async function jsonOf(response: Response): Promise<unknown> {
  const bytes = await limitedBytes(response);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function limitedBytes(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop ends the transfer.
    if (length > mostBytes) return Buffer.alloc(0);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The code of the system at most: messages of failed requests may hold the address with the position in it. */
function wordsOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'it did not answer in time';
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)
    ? `it cannot be reached (${code})`
    : 'it cannot be reached';
}
