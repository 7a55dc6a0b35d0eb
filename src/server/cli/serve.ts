import { startApp } from '../app.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogs } from '../lib/logger.ts';
import { LogBook, logFolder } from '../log/log-book.ts';

export interface ServeOptions {
  config: Config;
  version: string;
  webRoot: string;
  cameraAddress: string | undefined;
}

/** Runs the program until it is told to stop (SIGINT, SIGTERM); then everything ends within 8 s, with code 0. */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const { config } = options;
  const book = new LogBook({ folder: logFolder(config.configDir) });
  const { log, setLevel } = createLogs({ level: config.logLevel, json: config.logJson, also: book });
  const told = new Promise<NodeJS.Signals>((resolve) => {
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
    // Started by `npm start`, it does not outlive it.
    process.on('disconnect', () => resolve('SIGHUP'));
  });
  const app = await startApp({
    config,
    version: options.version,
    webRoot: options.webRoot,
    clock: systemClock,
    log,
    logs: { book, setLevel },
    cameraAddress: options.cameraAddress,
  });
  const failed = app.ended.then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => ({ error }),
  );
  const end = await Promise.race([told, failed]);
  if (typeof end === 'string') log.info({ signal: end }, 'stopping');
  await app.stop();
  if (typeof end === 'string') log.info('stopped');
  await book.close();
  if (typeof end !== 'string') throw end.error;
  // A thread that hangs in a call on a dead share would keep an ordinary exit waiting for ever.
  if (app.hangs()) process.kill(process.pid, 'SIGKILL');
  process.exit(0);
}
