import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Events } from '../shared/events.ts';
import type { GateVerdict } from './accounts/gate.ts';
import { LogInThrottle } from './accounts/login-throttle.ts';
import { isSetupCode, makeSetupCode } from './accounts/setup-code.ts';
import { installation } from './accounts/user-repository.ts';
import { AppParts } from './app-parts.ts';
import type { AppOptions } from './app-options.ts';
import { parseCameraAddress } from './camera/address.ts';
import type { Camera } from '../shared/cameras.ts';
import { hostNamesOf } from '../shared/setting-values.ts';
import type { ArchiveVolume as VolumeStatus } from '../shared/status.ts';
import { isLoopback } from './config.ts';
import { lockInstance } from './db/instance-lock.ts';
import { journalFor } from './db/network-fs.ts';
import { LegacyLook } from './db/move-legacy.ts';
import { UnusableDatabaseError, type Database, type Journal } from './db/open.ts';
import { DatabaseThreads } from './db/run-job.ts';
import { isDamaged } from './db/sqlite-files.ts';
import { EarlyProblems } from './health/early-problems.ts';
import { Front } from './http/front.ts';
import { isKnownHost } from './http/host-policy.ts';
import { createServer } from './http/server.ts';
import { withTimeout } from './lib/abort.ts';
import { errnoOf, messageOf } from './lib/errors.ts';
import { EventBus } from './lib/event-bus.ts';
import { Lifecycle, stopDeadlineMs } from './lib/lifecycle.ts';
import { LogKeeper } from './log/log-keeper.ts';
import { adoptV2Settings, type V2SettingsAdoption } from './settings/adopt-v2-settings.ts';
import { SettingsInForce } from './settings/settings-in-force.ts';
import { SettingsService } from './settings/settings-service.ts';
import { prepareOnce } from './startup/prepare-once.ts';
import { prepareDatabase, type Prepared } from './startup/prepare-database.ts';
import { startupRoutes } from './startup/routes.ts';
import { addressProblem, askingAdvice, networkProblem, networkProblemKey } from './startup/start-problems.ts';
import { StartupState } from './startup/startup-state.ts';
import { takeOverSettings, type V2Camera } from './startup/take-over-settings.ts';
import type { QueuePlace } from './sync/queue-order.ts';

/** What is going on, for who runs the program without its page. */
export interface AppView {
  cameras: Camera[];
  volume: VolumeStatus;
  /** Every wanted clip of the cameras that are looked for, those to be fetched in their order and first. */
  places: QueuePlace[];
}

/** Nobody can be asked, and a person has to decide; the message says what to do. */
export class NeedsDecisionError extends UnusableDatabaseError {
  override name = 'NeedsDecisionError';
  readonly about: 'archive' | 'database';
  constructor(about: 'archive' | 'database', message: string) {
    super(message);
    this.about = about;
  }
}

/** The running program: where it answers, and how it ends. */
export interface App {
  /** `http://127.0.0.1:8080`; empty when nothing listens. */
  url: string;
  events: EventBus<Events>;
  /** Resolves when everything is up; rejects when the start has failed. */
  ready: Promise<void>;
  /** Rejects when the program cannot go on; resolves when it was told to stop. */
  ended: Promise<void>;
  /** Throws until `ready`. */
  readonly db: Database;
  /** Throws until `ready`. */
  view(): Promise<AppView>;
  stop(): Promise<void>;
  /** Calls on the recordings volume hang in the operating system: the process cannot end by itself. */
  hangs(): boolean;
}

const integrityDelayMs = 30_000;

/** Why it begins anew: how the database was found damaged; null when what counts from a start on has changed. */
interface Again {
  damage: string | null;
}

/**
 * Starts the program. Resolves as soon as its page answers; the page then tells what the start is at: the database may
 * have to be moved, taken over, migrated or mended first. All that may be slow comes after.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const program = new Program(options);
  try {
    await program.open();
    return program;
  } catch (error) {
    await program.stop();
    throw error;
  }
}

const lastCallMs = 20;
const lastCallTries = 50;
/** What works on the database has this long to stop; the rest is for the page. */
const innerStopMs = stopDeadlineMs - 500;

class Program implements App {
  url = '';
  /** Decided once: a changed setting counts at the next start. */
  private host = '';
  private adoption: V2SettingsAdoption | null = null;
  readonly events: EventBus<Events>;
  ready: Promise<void> = Promise.resolve();
  ended: Promise<void> = Promise.resolve();
  private readonly options: AppOptions;
  private readonly outer: Lifecycle;
  private readonly front = new Front();
  private readonly stopping = new AbortController();
  private readonly state: StartupState;
  private readonly setupCode: string;
  private readonly settings: SettingsService;
  private readonly inForce: SettingsInForce;
  private readonly logKeeper: LogKeeper;
  private readonly problems: EarlyProblems;
  private parts: AppParts | null = null;
  private volume: AppParts['volume'] | null = null;
  private readonly threads = new DatabaseThreads();
  private readonly legacyLook: LegacyLook;
  private running: Promise<void> = Promise.resolve();
  private waiting: FastifyInstance | null = null;

  constructor(options: AppOptions) {
    const { log, clock, config } = options;
    this.options = options;
    this.setupCode = config.setupCode ?? makeSetupCode();
    this.inForce = new SettingsInForce(config);
    this.outer = new Lifecycle(log);
    this.state = new StartupState(clock);
    this.legacyLook = new LegacyLook(config.recordings);
    this.events = new EventBus<Events>((error, event) =>
      log.error({ err: error, event }, 'a listener failed'),
    );
    this.problems = new EarlyProblems((error) => log.error({ err: error }, 'a problem could not be noted'));
    this.logKeeper = new LogKeeper({ logs: options.logs, config, problems: this.problems });
    this.settings = new SettingsService({
      configDir: config.configDir,
      log: log.child({ module: 'settings' }),
      ...(options.settingsOverride && { override: options.settingsOverride }),
      onChange: (keys) => {
        if (keys.includes('logLevel')) this.logKeeper.setLevel(this.settings.values.logLevel);
        this.events.emit('settings.changed', { keys });
        this.parts?.settingsChanged(keys);
      },
      onProblem: (change) =>
        'ended' in change ? this.problems.end(change.key) : this.problems.raise(change),
    });
  }

  get db(): Database {
    if (!this.parts) throw new Error('the database is not open');
    return this.parts.db;
  }

  async view(): Promise<AppView> {
    if (!this.parts) throw new Error('the database is not open');
    return { ...(await this.parts.view()), volume: this.parts.volume.status };
  }

  hangs(): boolean {
    return (this.volume?.hangs ?? false) || this.threads.isBusy || this.legacyLook.hangs;
  }

  /** Up to the answering page. */
  async open(): Promise<void> {
    const { config, log } = this.options;
    await this.outer.start('instance lock', lockInstance(config.configDir));
    this.adoption = await adoptV2Settings({
      configDir: config.configDir,
      log: log.child({ module: 'settings' }),
      now: this.options.clock.now(),
    });
    await this.settings.start();
    this.logKeeper.start(this.settings.values, this.setupCode);
    if (!this.options.once) await this.answer();
    this.ready = new Promise((resolve, reject) => {
      this.ended = this.run(resolve);
      this.ended.catch(reject);
    });
    // Who does not wait for them is told by the log.
    this.ready.catch(() => undefined);
    this.running = this.ended.catch(() => undefined);
  }

  /** From here on the page is there, and tells of the start. */
  private async answer(): Promise<void> {
    const { config, log, version } = this.options;
    this.host = this.listenHost();
    const { webHost, webPort } = this.settings.values;
    this.inForce.started({ webHost, webPort });
    this.waiting = await this.createWaitingServer();
    this.front.show(this.waiting);
    this.url = await this.listen(config.port ?? this.settings.values.webPort);
    await this.outer.start('http', this.front);
    log.info(
      { url: this.url, configDir: config.configDir, recordings: config.recordings },
      `viofosync ${version} answers at ${this.url}`,
    );
  }

  private listenHost(): string {
    return this.options.config.host ?? (this.settings.values.webHost || this.defaultHost());
  }

  private defaultHost(): string {
    return this.options.config.isContainer ? '0.0.0.0' : '127.0.0.1';
  }

  /** An address of the settings that this machine does not have must not keep away the page that could mend it. */
  private async listen(port: number): Promise<string> {
    try {
      return await this.front.listen(this.host, port);
    } catch (error) {
      const isOfSettings = this.options.config.host === null && this.settings.values.webHost !== '';
      if (!isOfSettings || !['EADDRNOTAVAIL', 'ENOTFOUND'].includes(errnoOf(error) ?? '')) throw error;
      this.problems.raise({
        key: 'settings:webHost',
        severity: 'warning',
        message: `This machine has no address ${this.host} to listen on; the default is used.`,
        advice: 'Choose another under “The page” in the settings.',
      });
      this.host = this.defaultHost();
      return this.front.listen(this.host, port);
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    // A thread in a long call of the operating system is left behind; `hangs` says so.
    await withTimeout(this.running, stopDeadlineMs - 250, 'the program').catch((error: unknown) =>
      this.options.log.warn({ reason: messageOf(error) }, 'not everything has stopped'),
    );
    await this.waiting?.close();
    await this.outer.stop();
    await this.lastCalls();
  }

  /** Calls on the recordings volume that nobody waits for any more usually end in no time: they do not hang. */
  private async lastCalls(): Promise<void> {
    for (let tries = 0; this.hangs() && tries < lastCallTries; tries++) await sleep(lastCallMs);
  }

  /** Opens the database and runs everything on it; begins anew when it turns out to be damaged. */
  private async run(onReady: () => void): Promise<void> {
    let again: Again | null = { damage: null };
    while (again !== null && !this.stopping.signal.aborted) {
      const prepared = await this.prepare(again.damage);
      if (prepared === null) return;
      const inner = new Lifecycle(this.options.log, innerStopMs);
      try {
        again = await this.runOn(prepared, inner, onReady);
      } catch (error) {
        if (!isDamaged(error)) throw error;
        again = { damage: messageOf(error) };
      } finally {
        if (this.waiting) this.front.show(this.waiting);
        this.problems.detach();
        await inner.stop();
        this.parts = null;
      }
    }
  }

  private async prepare(damage: string | null): Promise<Prepared | null> {
    const { config, clock, log, legacyRetryMs, volumeTimeoutMs } = this.options;
    try {
      return await prepareDatabase(
        {
          configDir: config.configDir,
          recordings: config.recordings,
          zone: this.zone,
          journal: this.journal(),
          camera: this.v2Camera(),
          clock,
          log: log.child({ module: 'db' }),
          state: this.state,
          signal: this.stopping.signal,
          threads: this.threads,
          onDamage: (message) => this.onAgain({ damage: message }),
          legacyLook: this.legacyLook,
          expectsState: this.adoption !== null,
          onAsk: (about, why) => {
            if (this.options.once) throw new NeedsDecisionError(about, `${why} ${askingAdvice[about]}`);
            if (!isLoopback(this.host)) this.tellCode();
          },
          ...(legacyRetryMs !== undefined && { retryMs: legacyRetryMs }),
          ...(volumeTimeoutMs !== undefined && { legacyTimeoutMs: volumeTimeoutMs }),
        },
        damage,
      );
    } catch (error) {
      if (this.stopping.signal.aborted) return null;
      throw error;
    }
  }

  /** Runs until it is told to stop (null) or has to begin anew. */
  private async runOn(prepared: Prepared, inner: Lifecycle, onReady: () => void): Promise<Again | null> {
    const { log } = this.options;
    const { db } = prepared;
    await inner.start('database', { stop: () => db.destroy() });
    const outcome = new Promise<Again | null>((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve(null), { once: true });
      if (this.stopping.signal.aborted) resolve(null);
      this.onAgain = resolve;
    });
    const { options } = this;
    this.inForce.started({ zone: this.settings.values.zone });
    const parts = new AppParts({
      options: { ...options, config: { ...options.config, zone: this.zone } },
      db,
      events: this.events,
      settings: this.settings,
      state: this.state,
      threads: this.threads,
      journal: this.journal(),
      setupCode: this.setupCode,
      loopbackOnly: isLoopback(this.host),
      integrityDelayMs: this.options.integrityDelayMs ?? integrityDelayMs,
      isKnownHost: (name) => this.isKnownHost(name),
      settingsInForce: () => this.inForce.view(this.settings.values),
      startZone: { name: options.config.zone, isGiven: options.config.isZoneGiven },
      onDamage: (message) => this.onAgain({ damage: message }),
      onBeginAnew: () => this.onAgain({ damage: null }),
    });
    // Whatever became of the database: set-up never opens again by itself.
    if (this.settings.isNoted('$passwordSet')) await parts.accounts.markSetUp();
    if (this.adoption) await this.takeOver(this.adoption, parts);
    await this.problems.attach(parts.problems);
    this.parts = parts;
    this.volume = parts.volume;
    const { once } = this.options;
    if (once) await prepareOnce(db, once);
    else await this.show(parts, inner);
    log.info({ ready: true }, 'the database is open');
    await parts.start(inner, prepared.warnings);
    onReady();
    return outcome;
  }

  /** The page of the open program. */
  private async show(parts: AppParts, inner: Lifecycle): Promise<void> {
    const server = await parts.createServer();
    await inner.start('app', { stop: () => server.close() });
    this.front.show(server);
    this.state.enter('ready', 'Ready.');
    await this.tellAccess(parts);
  }

  /** The camera of the existing system's settings; an address that is none is a problem. */
  private v2Camera(): V2Camera | null {
    const camera = this.adoption?.plan.camera;
    if (!camera) return null;
    const [first, second] = [camera.address, camera.alternativeAddress].map((text) =>
      text === null ? null : parseCameraAddress(text),
    );
    if (!first || 'error' in first) {
      if (this.adoption?.isNew) this.problems.raise(addressProblem);
      return null;
    }
    const alternative = second && !('error' in second) ? second.hostHeader : null;
    return { address: first.hostHeader, alternativeAddress: alternative };
  }

  private async takeOver(adoption: V2SettingsAdoption, parts: AppParts): Promise<void> {
    const { accounts, db } = parts;
    await takeOverSettings({
      db,
      adoption,
      camera: this.v2Camera(),
      now: this.options.clock.now(),
      adoptPassword: (password) => accounts.adoptPassword(password),
      markSetUp: () => accounts.markSetUp(),
      installation: () => installation(db),
      ensureCamera: (camera) => parts.ensureCamera(camera),
      adoptPlaces: (trx, places, at) => parts.adoptPlaces(trx, places, at),
      raise: (problem) => this.problems.raise(problem),
    });
  }

  /** Says in the log who can use the page, and the code where one is asked for. */
  private async tellAccess(parts: AppParts): Promise<void> {
    const access = await parts.accounts.access(null);
    if (access === 'open')
      this.options.log.info('there is no password: only this machine can reach the page');
    if (access === 'set_up') this.tellCode();
    if (access === 'log_in' || access === 'locked') await this.notePassword();
  }

  private async notePassword(): Promise<void> {
    await this.settings
      .note('$passwordSet')
      .catch((error: unknown) =>
        this.options.log.warn({ reason: messageOf(error) }, 'settings.json could not be written'),
      );
  }

  private tellCode(): void {
    const { log, config } = this.options;
    if (config.setupCode === null) log.info(`the page asks for this code: ${this.setupCode}`);
    else log.info('the page asks for the code in VIOFOSYNC_SETUP_CODE');
  }

  private onAgain: (again: Again) => void = () => undefined;

  /** Of the settings, else that of the environment; counts from a start on. */
  private get zone(): string {
    return this.settings.values.zone || this.options.config.zone;
  }

  private isKnownHost(name: string): boolean {
    const allowed = [...this.options.config.allowedHosts, ...hostNamesOf(this.settings.values.allowedHosts)];
    return isKnownHost(name, { machine: [hostname(), this.host].map((each) => each.toLowerCase()), allowed });
  }

  /** Nothing private is answered yet; by name it is as strict as it will be then. */
  private waitingVerdict(): GateVerdict {
    if (isLoopback(this.host)) return { names: 'loopback', denial: null };
    return { names: this.settings.isNoted('$passwordSet') ? 'known' : 'any', denial: null };
  }

  private async createWaitingServer(): Promise<FastifyInstance> {
    const { webRoot, config, log, version, clock } = this.options;
    const throttle = new LogInThrottle(clock);
    const server = await createServer({
      webRoot,
      isDevelopment: config.isDevelopment,
      isStarting: true,
      gate: { check: async () => this.waitingVerdict() },
      trustProxy: config.trustProxy,
      isKnownHost: (name) => this.isKnownHost(name),
      log: log.child({ module: 'http' }, { level: 'warn' }),
    });
    startupRoutes(server, {
      version,
      clock,
      state: this.state,
      needsCode: !isLoopback(this.host),
      codeMatches: (typed, address) => {
        throttle.begin(address);
        const matches = isSetupCode(this.setupCode, typed);
        if (matches) throttle.succeeded(address);
        return matches;
      },
    });
    await server.ready();
    return server;
  }

  private journal(): Journal {
    const { configDir } = this.options.config;
    const { journal, networkType } = journalFor(configDir, this.options.mounts);
    if (networkType === null) this.problems.end(networkProblemKey);
    else this.problems.raise(networkProblem(networkType, configDir));
    return journal;
  }
}
