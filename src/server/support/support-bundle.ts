import { randomUUID } from 'node:crypto';
import type { Camera } from '../../shared/cameras.ts';
import type { Job } from '../../shared/jobs.ts';
import type { LogLine } from '../../shared/log.ts';
import type { MediaStatus } from '../../shared/media.ts';
import type { SyncSummary } from '../../shared/queue.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../../shared/status.ts';
import type { SupportBundle, SupportFile } from '../../shared/support.ts';
import type { System } from '../../shared/system.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import { databaseFacts } from './database-facts.ts';
import { fileSystemOf, machineFacts, roomOf } from './machine-facts.ts';
import { privateTexts, typedSettings } from './private-texts.ts';
import { Redactor } from './redactor-policy.ts';

export interface SupportDeps {
  db: Database;
  clock: Clock;
  version: string;
  zone: string;
  configDir: string;
  recordings: string;
  /** The text of `/proc/mounts`. */
  mounts: () => string;
  settings: () => Settings;
  /** Keys that differ from the defaults. */
  changed: () => readonly string[];
  system: () => Promise<System>;
  cameras: () => Promise<Camera[]>;
  syncSummary: () => Promise<SyncSummary>;
  volume: () => ArchiveVolume;
  mediaStatus: () => Promise<MediaStatus>;
  jobs: () => Promise<Job[]>;
  /** The newest lines, newest first. */
  log: (count: number) => Promise<LogLine[]>;
}

/** A person reads it before it is saved. */
const keptForMs = 30 * 60_000;
const bundlesKept = 2;
const logLines = 2000;
const problemsShown = 200;
const visitsShown = 50;

/**
 * Gathers what helps to find a fault, and takes out what is private: passwords, tokens, positions, names of places,
 * people, cameras and machines. It is put together, shown and kept in memory; nothing leaves this machine by itself.
 */
export class SupportBundles {
  private readonly deps: SupportDeps;
  private readonly made = new Map<string, SupportBundle>();
  private making: Promise<SupportBundle> | null = null;

  constructor(deps: SupportDeps) {
    this.deps = deps;
  }

  /** Asking while one is being put together returns that one. */
  make(): Promise<SupportBundle> {
    this.making ??= this.gather().finally(() => (this.making = null));
    return this.making;
  }

  /** Throws an `AppError('not_found')` when it is not kept any more. */
  get(id: string): SupportBundle {
    const bundle = this.made.get(id);
    if (!bundle || bundle.until < this.deps.clock.now())
      throw new AppError('not_found', 'It is not kept any more. Put it together again.');
    return bundle;
  }

  private async gather(): Promise<SupportBundle> {
    const { deps } = this;
    const redactor = new Redactor(await privateTexts(deps.db, deps.settings(), deps));
    const files: SupportFile[] = [];
    for (const [name, gather] of parts) {
      const found = await gather(deps, redactor).catch((error: unknown) => ({
        couldNotBeRead: messageOf(error),
      }));
      files.push(fileOf(name, found, redactor));
    }
    files.unshift(fileOf('read-me.txt', readMe(deps.version), redactor));
    const madeAt = deps.clock.now();
    const bundle = { id: randomUUID(), madeAt, until: madeAt + keptForMs, files };
    this.made.set(bundle.id, bundle);
    for (const id of [...this.made.keys()].slice(0, -bundlesKept)) this.made.delete(id);
    return bundle;
  }
}

function fileOf(name: string, content: unknown, redactor: Redactor): SupportFile {
  const text =
    typeof content === 'string'
      ? redactor.text(content)
      : `${JSON.stringify(redactor.value(content), null, 2)}\n`;
  return { name, bytes: Buffer.byteLength(text), text };
}

type Part = [name: string, gather: (deps: SupportDeps, redactor: Redactor) => Promise<unknown>];

/** Order as a reader wants it. */
const parts: readonly Part[] = [
  ['problems.json', problemsOf],
  ['log.txt', logOf],
  ['program.json', programOf],
  ['settings.json', settingsOf],
  ['cameras.json', camerasOf],
  ['work.json', workOf],
  ['volumes.json', volumesOf],
  ['database.json', databaseOf],
];

async function problemsOf({ db }: SupportDeps) {
  const rows = await db
    .selectFrom('problem')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(problemsShown)
    .execute();
  return rows.map(({ key, severity, message, camera_id, since, ended_at }) => ({
    key,
    severity,
    message,
    camera: camera_id === null ? null : `camera-${camera_id}`,
    since: timeOf(since),
    ended: timeOf(ended_at),
  }));
}

async function logOf({ log }: SupportDeps, redactor: Redactor): Promise<string> {
  const read = await log(logLines);
  // Facts have names, by which some of them are left out.
  const lines = read.map((line) => ({ ...line, facts: redactor.facts(line.facts) }));
  return `${lines.toReversed().map(lineText).join('\n')}\n`;
}

/** `2026-11-23T22:05:00.000Z warn archive: the recordings volume is away {"reason":"…"}` */
function lineText({ time, level, area, message, facts, error }: LogLine): string {
  const more = Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`;
  const stack = error === null ? '' : `\n    ${(error.stack ?? error.message).replaceAll('\n', '\n    ')}`;
  return `${timeOf(time)} ${level} ${area ?? 'app'}: ${message}${more}${stack}`;
}

async function programOf({ version, zone, clock, system }: SupportDeps) {
  const { startedAt } = await system();
  return { version, zone, now: timeOf(clock.now()), startedAt: timeOf(startedAt), ...machineFacts() };
}

/** What was chosen as it is; of what was typed only whether there is anything. */
async function settingsOf({ settings, changed }: SupportDeps) {
  const typed = new Set<string>(typedSettings);
  const shown = Object.entries(settings()).map(([key, value]) => [
    key,
    typed.has(key) ? (value === '' ? 'empty' : 'something') : value,
  ]);
  return { values: Object.fromEntries(shown), differFromDefaults: changed() };
}

async function camerasOf({ db, cameras }: SupportDeps) {
  const visits = await db.selectFrom('visit').selectAll().orderBy('id', 'desc').limit(visitsShown).execute();
  return {
    cameras: (await cameras()).map((camera) => ({
      ...camera,
      name: `camera-${camera.id}`,
      vehicle: camera.vehicle === null ? null : 'named',
      identity: {
        hasWifiMac: camera.identity.wifiMac !== null,
        hasBluetoothMac: camera.identity.bluetoothMac !== null,
      },
    })),
    visits: visits.map((visit) => ({ ...visit, from: timeOf(visit.from_at), to: timeOf(visit.to_at) })),
  };
}

async function workOf({ jobs, syncSummary, mediaStatus }: SupportDeps) {
  return { jobs: await jobs(), sync: await syncSummary(), media: await mediaStatus() };
}

async function volumesOf({ configDir, recordings, volume, mounts }: SupportDeps) {
  const text = mounts();
  return {
    config: { ...fileSystemOf(configDir, text), ...(await roomOf(configDir)) },
    // As it was last seen: it may hang.
    recordings: { ...fileSystemOf(recordings, text), seen: volume() },
  };
}

async function databaseOf({ db, system }: SupportDeps) {
  const { database, backups, adoptions, scan } = await system();
  return {
    ...(await databaseFacts(db)),
    bytes: database.bytes,
    schema: database.schema,
    journal: database.journal,
    integrity: database.integrity,
    backups: {
      count: backups.list.length,
      newest: timeOf(backups.list[0]?.at ?? null),
      error: backups.error,
    },
    adoptions: adoptions.map(({ kind, generation, at, tookMs }) => ({
      kind,
      generation,
      at: timeOf(at),
      tookMs,
    })),
    scan,
  };
}

function timeOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

const readMe = (version: string) => `Support bundle of viofosync ${version}.

It was put together by a person on the page Health, who could read all of it before saving it.

Left out or replaced by names such as camera-1, host-2 and place-3, the same thing by the same name in all files:
passwords, tokens and codes; positions and names of places; names of cameras, cars, people and machines; addresses of
the network and of the internet, hardware addresses and names of Wi-Fi networks; what people wrote; folders of users.

In it: versions, settings that were chosen (not typed), problems, work in the background, counts of the database (not
what it holds), facts about disks, and the last lines of the log. Names of recordings tell when something was recorded.
`;
