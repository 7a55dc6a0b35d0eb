import type { FastifyServerOptions } from 'fastify';

const refuse = (): never => {
  throw new Error('routes are described in src/shared/routes.ts, not by JSON schemas');
};

/**
 * Requests and answers are read by the shared routes' own schemas (`serve`): Fastify is given no compilers of JSON
 * schemas, or it would load its own, which take memory and a good part of the start.
 */
export const noSchemas: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: () => refuse, buildSerializer: () => refuse },
};
