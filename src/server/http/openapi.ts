import { z } from 'zod';
import { errorBody } from '../../shared/errors.ts';
import type { Route } from '../../shared/route.ts';

/** The OpenAPI 3.1 document of all routes. */
export function openApi(routes: Record<string, Route>, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const operations = (paths[path] ??= {});
    operations[route.method.toLowerCase()] = {
      operationId,
      summary: route.summary,
      parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
      ...(route.body && { requestBody: { required: true, content: json(route.body, 'input') } }),
      responses: {
        ...successOf(route),
        default: { description: 'Refused or failed', content: json(errorBody, 'output') },
      },
    };
  }
  return { openapi: '3.1.0', info: { title: 'viofosync', version, license: { name: 'MIT' } }, paths };
}

function successOf(route: Route): object {
  if (route.produces !== undefined) {
    return {
      200: { description: 'The file', content: { [route.produces]: {} } },
      206: { description: 'A range of it' },
    };
  }
  if (!route.response) return { 204: { description: 'Done' } };
  return { 200: { description: 'OK', content: json(route.response, 'output') } };
}

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: withoutDialect(z.toJSONSchema(schema, { io })) },
});

function parameters(where: 'path' | 'query', schema?: z.ZodObject): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(field, undefined).success,
    schema: withoutDialect(z.toJSONSchema(field as z.ZodType, { io: 'output' })),
  }));
}

/** OpenAPI 3.1 says itself which JSON Schema it means. */
function withoutDialect({ $schema: _dialect, ...schema }: Record<string, unknown>): object {
  return schema;
}
