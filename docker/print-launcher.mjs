/**
 * Prints `serve.sh`, which the image's entrypoint ends in: the server with the flags and environment of
 * scripts/lib/server-launch.mjs. Made when the image is built, so that no second Node runs at every start.
 */
import { serverEnvironment, serverNodeFlags } from '../scripts/lib/server-launch.mjs';

const environment = Object.entries(serverEnvironment).map(
  ([name, value]) => `export ${name}="\${${name}:-${value}}"`,
);

process.stdout.write(`#!/bin/sh
# Made by docker/print-launcher.mjs; reasons are in scripts/lib/server-launch.mjs.
${environment.join('\n')}
exec node ${serverNodeFlags.join(' ')} "$(dirname -- "$0")/../dist/server/main.js" "$@"
`);
