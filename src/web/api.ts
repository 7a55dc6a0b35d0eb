import {
  MutationCache,
  QueryCache,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { ErrorCode } from '../shared/errors.ts';
import type { Route, RouteInput, RouteResponse } from '../shared/route.ts';
import { routes } from '../shared/routes.ts';
import { errorIn } from './error-body.ts';
import { t } from './texts.ts';

export interface FieldError {
  field: string;
  message: string;
}

/** A refused or failed request. `unreachable`: no answer of our server came back at all. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: ErrorCode | 'unreachable';
  readonly details: FieldError[];
  constructor(code: ErrorCode | 'unreachable', message: string, details: FieldError[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

interface Parts {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}
type Args<R extends Route, Options> =
  unknown extends RouteInput<R>
    ? [input?: undefined, options?: Options]
    : [input: RouteInput<R>, options?: Options];

/** Asks the server; resolves to the typed answer, rejects with an ApiError (or an AbortError). */
export function call<R extends Route>(
  route: R,
  ...[input, options]: Args<R, { signal?: AbortSignal }>
): Promise<RouteResponse<R>> {
  return request(route, input ?? {}, options?.signal);
}

async function request<R extends Route>(
  route: R,
  parts: Parts,
  signal?: AbortSignal,
): Promise<RouteResponse<R>> {
  const response = await send(route, parts, signal);
  if (!response.ok) throw await readError(response);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON enters; the server prints it by the same schema
  return (response.status === 204 ? undefined : await response.json()) as RouteResponse<R>;
}

/** The address of a route, with its params filled in and its query appended. */
export function urlOf(route: Route, { params = {}, query = {} }: Parts): string {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  ).toString();
  return search ? `${path}?${search}` : path;
}

async function send(route: Route, parts: Parts, signal: AbortSignal | undefined): Promise<Response> {
  const { body } = parts;
  try {
    return await fetch(urlOf(route, parts), {
      method: route.method,
      signal: signal ?? null,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('unreachable', t('noAnswer'));
  }
}

/** What a refusal says, as an error; also where the answer is none of ours. */
export async function readError(response: Response): Promise<ApiError> {
  const error = errorIn(await response.json().catch(() => null));
  if (!error) return new ApiError('internal', t('answeredWith', { status: response.status }));
  return new ApiError(error.code, error.message, error.details);
}

/** The query key of a route; without an input it matches the route with any input. */
export function keyOf(route: Route, input?: unknown): QueryKey {
  return input === undefined ? [route.path] : [route.path, input];
}

export interface QueryChoices {
  enabled?: boolean;
  /** Show the answer to the last input while the one to a new input is on its way. */
  keepPrevious?: boolean;
}

/** Reads a GET route and keeps it fresh; live events refetch it (see live.ts). */
export function useRoute<R extends Route>(
  route: R,
  ...[input, choices = {}]: Args<R, QueryChoices>
): UseQueryResult<RouteResponse<R>, ApiError> {
  return useQuery<RouteResponse<R>, ApiError>({
    queryKey: keyOf(route, input ?? {}),
    queryFn: ({ signal }) => request(route, input ?? {}, signal),
    enabled: choices.enabled ?? true,
    ...(choices.keepPrevious && { placeholderData: (previous) => previous }),
  });
}

export interface ActionChoices<R extends Route> {
  /** Routes whose answers this changes. */
  refetch?: readonly Route[];
  onSuccess?: (answer: RouteResponse<R>) => void;
  onError?: (error: ApiError) => void;
}

/** A change on the server by a route; afterwards the routes it affects are read again. */
export function useAction<R extends Route>(
  route: R,
  choices: ActionChoices<R> = {},
): UseMutationResult<RouteResponse<R>, ApiError, RouteInput<R>> {
  const client = useQueryClient();
  return useMutation<RouteResponse<R>, ApiError, RouteInput<R>>({
    mutationFn: (input) => request(route, input ?? {}),
    onSuccess: (answer) => choices.onSuccess?.(answer),
    onError: (error) => choices.onError?.(error),
    onSettled: async () => {
      const affected = choices.refetch ?? [];
      await Promise.all(affected.map((each) => client.invalidateQueries({ queryKey: keyOf(each) })));
    },
  });
}

const worthRetrying = new Set<ApiError['code']>(['unreachable', 'unavailable', 'internal']);

/** After such a refusal the server is asked anew whether the app may be shown (entry/gate.tsx). */
const closesGate = new Set<ApiError['code']>(['unauthenticated', 'starting']);

/** The query client of the app. `networkMode: always`, for the server is on the LAN, whatever the browser thinks of the internet. */
export function createQueryClient(): QueryClient {
  const doubt = (error: Error) => {
    if (!(error instanceof ApiError) || !closesGate.has(error.code)) return;
    const filter = { queryKey: keyOf(routes.getStartup) };
    void client.invalidateQueries(filter, { cancelRefetch: false });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: doubt }),
    mutationCache: new MutationCache({ onError: doubt }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) =>
          failures < 1 && error instanceof ApiError && worthRetrying.has(error.code),
        retryDelay: 700,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
