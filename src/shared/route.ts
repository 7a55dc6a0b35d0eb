import type { z } from 'zod';

/**
 * One HTTP operation, described once: the server validates with it, the web client is typed by it,
 * and the OpenAPI document is printed from it.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: `/api/${string}`;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Nothing of the query is required, and callers may leave it out. */
  mayLackQuery?: true;
  body?: z.ZodType;
  response?: z.ZodType;
  /** Media type of an answer that is not JSON (a video, a picture); the handler then writes the reply itself. */
  produces?: string;
}

/** Keeps the literal types of a route, so that `call` and `serve` can be typed by it. */
export const route = <const R extends Route>(definition: R): R => definition;

type Part<R, K extends string, Side extends 'input' | 'output'> =
  R extends Record<K, infer S extends z.ZodType>
    ? { [P in K]: Side extends 'input' ? z.input<S> : z.output<S> }
    : unknown;

/** What a caller passes. */
export type RouteInput<R> = Part<R, 'params', 'input'> & QueryInput<R> & Part<R, 'body', 'input'>;
type QueryInput<R> = R extends { mayLackQuery: true }
  ? Partial<Part<R, 'query', 'input'>>
  : Part<R, 'query', 'input'>;
/** What a handler receives, after validation. */
export type RouteRequest<R> = Part<R, 'params', 'output'> &
  Part<R, 'query', 'output'> &
  Part<R, 'body', 'output'>;
/** What a handler returns and a caller receives. */
export type RouteResponse<R> = R extends { response: infer S extends z.ZodType } ? z.output<S> : void;
