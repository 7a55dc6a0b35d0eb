/** Child processes that live and end with this one. */
import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

/** After being told to stop, a child has this long; the product promises 8 s. */
const stopDeadlineMs = 8000;

export class Children {
  #running = new Map();
  #stopping = false;
  #exitCode = 0;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => this.stop(0));
  }

  /** Starts a Node program; when it ends by itself, everything ends with its exit code. */
  start(name, args, options = {}) {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', ...options });
    this.#running.set(name, child);
    child.on('exit', (code) => {
      this.#running.delete(name);
      if (!this.#stopping) this.stop(code ?? 1);
      if (this.#running.size === 0) process.exit(this.#exitCode);
    });
    return child;
  }

  stop(exitCode) {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#exitCode = exitCode;
    if (this.#running.size === 0) process.exit(exitCode);
    for (const child of this.#running.values()) child.kill('SIGTERM');
    setTimeout(() => {
      for (const child of this.#running.values()) child.kill('SIGKILL');
    }, stopDeadlineMs - 500);
  }
}
