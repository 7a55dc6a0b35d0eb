import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorBody } from '../src/shared/errors.ts';
import type { Route, RouteInput, RouteResponse } from '../src/shared/route.ts';
import type { AppOptions } from '../src/server/app-options.ts';
import { startApp, type App } from '../src/server/app.ts';
import { systemClock, type Clock } from '../src/server/lib/clock.ts';
import { createLogs } from '../src/server/lib/logger.ts';
import { LogBook, logFolder } from '../src/server/log/log-book.ts';

/** A refusal as a caller of the API sees it. */
export class TestApiError extends Error {
  override name = 'TestApiError';
  readonly status: number;
  readonly body: ErrorBody;
  constructor(status: number, body: ErrorBody) {
    super(body.error.message);
    this.status = status;
    this.body = body;
  }
}

/** The whole program on its own two folders, and a typed way to call it. */
export interface TestApp {
  app: App;
  configDir: string;
  recordings: string;
  /** Sent with every call; of a session, once somebody has logged in. */
  cookie: string | undefined;
  /** Lines of the log, parsed. */
  log: Record<string, unknown>[];
  /** Where its page finds them. */
  logBook: LogBook | undefined;
  call<R extends Route>(
    route: R,
    ...input: unknown extends RouteInput<R> ? [] : [RouteInput<R>]
  ): Promise<RouteResponse<R>>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Stops and starts anew on the same folders. */
  restart(options?: TestAppOptions): Promise<void>;
  /** Stops and removes both folders. */
  close(): Promise<void>;
}

export interface TestAppOptions {
  configDir?: string;
  recordings?: string;
  clock?: Clock;
  zone?: string;
  pace?: AppOptions['pace'];
  pollMs?: number;
  cameraLimits?: AppOptions['cameraLimits'];
  volumeTimeoutMs?: number;
  files?: AppOptions['files'];
  retentionPace?: AppOptions['retentionPace'];
  measurePace?: AppOptions['measurePace'];
  journeyPace?: AppOptions['journeyPace'];
  geocodePace?: AppOptions['geocodePace'];
  /** Tracks are read off cameras only where a test asks for it: most count what a camera is asked. */
  triage?: boolean;
  cameraAddress?: string;
  webRoot?: string;
  /** False: resolves as soon as the page answers, as a person may see it. */
  awaitReady?: boolean;
  legacyRetryMs?: number;
  integrityDelayMs?: number;
  mounts?: string;
  /** Null: as the settings say. */
  host?: string | null;
  setupCode?: string;
  trustProxy?: string[];
  allowedHosts?: string[];
  /** The log is written to files too. */
  logFiles?: boolean;
  /** As of the settings, not debug. */
  logLevelFromSettings?: boolean;
}

/** A handler that answers twice, or goes on after its answer, is seen in the log alone. */
function refuseDoubleAnswers(log: readonly Record<string, unknown>[]): void {
  const twice = log.find(({ msg }) => /already sent|Promise errored/.test(String(msg)));
  if (twice) throw new Error(`A request was answered twice: ${JSON.stringify(twice)}`);
}

/** Boots the real program with short waits and a log that is kept for assertions. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-test-'));
  const configDir = options.configDir ?? join(home, 'config');
  const recordings = options.recordings ?? join(home, 'recordings');
  await mkdir(configDir, { recursive: true });
  const log: Record<string, unknown>[] = [];
  let logBook: LogBook | undefined;
  const boot = async (changed: TestAppOptions) => {
    const started = appOptions({ ...options, ...changed, configDir, recordings }, log);
    logBook = started.logs?.book;
    const app = await startApp(started);
    if (changed.awaitReady ?? options.awaitReady ?? true) {
      await app.ready.catch(async (error: unknown) => {
        await app.stop();
        throw error;
      });
    }
    return app;
  };
  const test: TestApp = {
    app: await boot({}),
    configDir,
    recordings,
    cookie: undefined,
    log,
    get logBook() {
      return logBook;
    },
    call: (route, ...input) => callRoute(test, route, input[0]),
    fetch: (path, init) =>
      fetch(`${test.app.url}${path}`, {
        ...init,
        headers: {
          ...(init?.headers as Record<string, string>),
          ...(test.cookie !== undefined && { cookie: test.cookie }),
        },
      }),
    async restart(changed = {}) {
      await test.app.stop();
      await logBook?.close();
      test.app = await boot(changed);
    },
    async close() {
      await test.app.stop();
      await logBook?.close();
      await rm(home, { recursive: true, force: true });
      refuseDoubleAnswers(log);
    },
  };
  return test;
}

function appOptions(
  options: TestAppOptions & { configDir: string; recordings: string },
  log: Record<string, unknown>[],
): AppOptions {
  const sink = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const book = new LogBook({ folder: options.logFiles ? logFolder(options.configDir) : null });
  const logs = createLogs({ level: 'debug', json: true, out: sink, also: book });
  return {
    config: {
      configDir: options.configDir,
      recordings: options.recordings,
      zone: options.zone ?? 'Europe/London',
      isZoneGiven: true,
      host: options.host === undefined ? '127.0.0.1' : options.host,
      port: 0,
      logLevel: 'debug',
      isLogLevelGiven: options.logLevelFromSettings !== true,
      logJson: true,
      ffmpegPath: 'ffmpeg',
      isDevelopment: false,
      isContainer: false,
      setupCode: options.setupCode ?? null,
      trustProxy: options.trustProxy ?? [],
      allowedHosts: options.allowedHosts ?? [],
    },
    version: 'test',
    webRoot: options.webRoot ?? '/nonexistent',
    clock: options.clock ?? systemClock,
    log: logs.log,
    logs: { book, setLevel: logs.setLevel },
    pace: { idleMs: 100, heldMs: 100, costFactor: 1, ...options.pace },
    pollMs: options.pollMs ?? 50,
    ...(options.cameraLimits && { cameraLimits: options.cameraLimits }),
    ...(options.volumeTimeoutMs !== undefined && { volumeTimeoutMs: options.volumeTimeoutMs }),
    ...(options.files && { files: options.files }),
    ...(options.retentionPace && { retentionPace: options.retentionPace }),
    ...(options.measurePace && { measurePace: options.measurePace }),
    journeyPace: { gatherMs: 20, lookMs: 500, ...options.journeyPace },
    ...(options.geocodePace && { geocodePace: options.geocodePace }),
    triage: options.triage ?? false,
    ...(options.legacyRetryMs !== undefined && { legacyRetryMs: options.legacyRetryMs }),
    ...(options.integrityDelayMs !== undefined && { integrityDelayMs: options.integrityDelayMs }),
    ...(options.mounts !== undefined && { mounts: options.mounts }),
    cameraAddress: options.cameraAddress,
  };
}

async function callRoute<R extends Route>(
  test: TestApp,
  route: R,
  input: unknown,
): Promise<RouteResponse<R>> {
  const {
    params = {},
    query = {},
    body,
  } = (input ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams(
    Object.entries(query).map(([key, value]) => [key, String(value)]),
  ).toString();
  const response = await test.fetch(`${path}${search ? `?${search}` : ''}`, {
    method: route.method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  if (!response.ok) throw new TestApiError(response.status, (await response.json()) as ErrorBody);
  return (response.status === 204 ? undefined : await response.json()) as RouteResponse<R>;
}
