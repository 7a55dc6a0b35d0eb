/** Prints the OpenAPI document to docs/openapi.json; with `--check`, fails when that file is not up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApi } from '../src/server/http/openapi.ts';
import { routes } from '../src/shared/routes.ts';

const path = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
const text = `${JSON.stringify(openApi(routes, '3'), null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  console.error('docs/openapi.json is not what the routes say: run `npm run openapi` and commit it.');
  process.exitCode = 1;
}
