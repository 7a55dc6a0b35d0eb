/**
 * Required by a thread before all else: its calls of the operating system hang, as on a dead network share, at paths in
 * which `HANGS_AT` occurs, until the pipe `HANGS_IN` is opened for writing. Nothing can end such a call from outside.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

/** Where there is no pipe, or no longer, nothing hangs. */
function hang(pipe) {
  try {
    fs.closeSync(fs.openSync(pipe, 'r'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

const { HANGS_AT: at, HANGS_IN: pipe } = process.env;
for (const name of ['lstatSync', 'statSync', 'readdirSync']) {
  const call = fs[name];
  fs[name] = (path, ...options) => {
    if (at && pipe && String(path).includes(at)) hang(pipe);
    return call(path, ...options);
  };
}
syncBuiltinESMExports();
