#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './cli/cli.ts';

/** The built web app lies beside the built server; from the sources, in `dist`. */
const besideUs = fileURLToPath(new URL('../web', import.meta.url));
const built = fileURLToPath(new URL('../../dist/web', import.meta.url));

await run({
  argv: process.argv,
  env: process.env,
  webRoot: existsSync(`${besideUs}/index.html`) && import.meta.url.includes('/dist/') ? besideUs : built,
});
