import { createHash } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { Events } from '../src/shared/events.ts';
import type { Import, ImportItem, ImportOptions, ImportVerdict } from '../src/shared/imports.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { momentAmong } from '../src/server/archive/capture-place-plan.ts';
import { captureAndSiblings } from '../src/server/archive/capture-repository.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { PartFile } from '../src/server/archive/part-file.ts';
import { planScan } from '../src/server/archive/scan-plan.ts';
import { rowsOf } from '../src/server/archive/scan-repository.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { ClipRow, NewClipRow } from '../src/server/db/schema.ts';
import { answerError } from '../src/server/http/answer-error.ts';
import { importRoutes } from '../src/server/import/import-routes.ts';
import { ImportService } from '../src/server/import/import-service.ts';
import type { ImportDeps, SourceVolume } from '../src/server/import/import-types.ts';
import type { Clock } from '../src/server/lib/clock.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { retainFromOf } from '../src/server/retention/policy.ts';
import { addCamera, addListed } from './ledger-rows.ts';

const silent = pino({ level: 'silent' });

/** A source as the program opens it. */
export const openSource = (root: string, clock: Clock): SourceVolume =>
  new ArchiveVolume({
    root,
    clock,
    log: silent,
    readOnly: true,
    knownClips: async () => 0,
    readMarkerId: async () => null,
    writeMarkerId: async () => undefined,
    onChange: () => undefined,
  });

/** What brings imports into an archive, wired as the program does it. */
export function importsOf(
  on: Pick<ImportDeps, 'db' | 'volume' | 'events' | 'clock' | 'settings'> & Partial<ImportDeps>,
): ImportService {
  return new ImportService({
    clips: new ClipRepository(),
    ledger: { planScan, rowsOf, captureAndSiblings, momentAmong },
    times: new ZonedTimes('Europe/London'),
    log: silent,
    openPart: (path, trusted) => PartFile.open(on.volume, path, trusted),
    openSource: (root) => openSource(root, on.clock),
    retainFrom: (scope) => retainFromOf(on.settings(), scope, on.clock.now()),
    onWantedChanged: () => undefined,
    mounts: '',
    ...on,
  });
}

export interface ImportsOptions {
  settings?: Partial<Settings>;
  deps?: Partial<ImportDeps>;
  clock: Clock;
}

/** An archive, a ledger, a folder to import from, and the HTTP operations over them. */
export class TestImports {
  readonly home: string;
  readonly root: string;
  /** The folder of the settings. */
  readonly card: string;
  readonly clips = new ClipRepository();
  readonly clock: Clock;
  readonly heard: [keyof Events, unknown][] = [];
  private readonly options: ImportsOptions;
  settings: Settings;
  db!: Database;
  volume!: ArchiveVolume;
  service!: ImportService;
  http!: FastifyInstance;
  url = '';

  constructor(home: string, options: ImportsOptions) {
    this.home = home;
    this.root = join(home, 'recordings');
    this.card = join(home, 'card');
    this.options = options;
    this.clock = options.clock;
    this.settings = settingsSchema.parse({ importFolder: this.card, keepFreeGb: 0.5, ...options.settings });
  }

  /** What is wished of an import where nothing else is. */
  readonly noOptions: ImportOptions = {
    move: false,
    includeOld: false,
    includeSkipped: false,
    includeUnclassified: true,
  };

  async boot(): Promise<void> {
    for (const folder of [this.root, this.card, join(this.home, 'config')])
      await mkdir(folder, { recursive: true });
    this.db = await openDatabase({ configDir: join(this.home, 'config'), now: new Date(0) });
    const events = new EventBus<Events>((error) => {
      throw error;
    });
    events.onAny((event, payload) => this.heard.push([event, payload]));
    this.volume = new ArchiveVolume({
      root: this.root,
      clock: this.clock,
      log: silent,
      knownClips: async () => 0,
      readMarkerId: () => readAppState(this.db, 'archive.marker'),
      writeMarkerId: (id) => writeAppState(this.db, 'archive.marker', id),
      onChange: () => events.emit('archive.changed', {}),
    });
    await this.volume.check();
    const { db, volume, clock } = this;
    const shared = { db, volume, clock, events, settings: () => this.settings };
    this.service = importsOf({ ...shared, ...this.options.deps });
    this.service.start();
    await this.service.idle();
    this.http = fastify({ forceCloseConnections: true });
    this.http.setErrorHandler(answerError);
    await importRoutes(this.http, { service: this.service });
    this.url = await this.http.listen({ host: '127.0.0.1', port: 0 });
  }

  async stop(): Promise<void> {
    await this.http.close();
    await this.service.stop();
    await this.volume.stop();
    await this.db.destroy();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.boot();
  }

  /** Puts a file on the card. */
  async put(
    path: string,
    bytes: Uint8Array | number = 4000,
    at = new Date(Date.UTC(2026, 5, 28, 12)),
  ): Promise<void> {
    await putFile(join(this.card, path), bytes, at);
  }

  /** A dry run to its end. */
  async plan(
    options: Partial<ImportOptions> = {},
    path = this.card,
    cameraId: number | null = null,
  ): Promise<Import> {
    const whole = { ...this.noOptions, ...options };
    const { id } = await this.service.plan({ path, cameraId, options: whole });
    await this.service.idle();
    return this.service.get(id);
  }

  /** An import to its end. */
  async run(id: number, options: Partial<ImportOptions> = {}): Promise<Import> {
    await this.service.startImport(id, options);
    await this.service.idle();
    return this.service.get(id);
  }

  async bring(options: Partial<ImportOptions> = {}, path = this.card): Promise<Import> {
    const { id } = await this.plan(options, path);
    return this.run(id);
  }

  async items(id: number): Promise<ImportItem[]> {
    return (await this.service.items(id, { limit: 500, offset: 0 })).items;
  }

  /** Verdicts by path. */
  async verdicts(id: number): Promise<Record<string, ImportVerdict>> {
    return Object.fromEntries((await this.items(id)).map(({ path, verdict }) => [path, verdict]));
  }

  rows(): Promise<ClipRow[]> {
    return this.db.selectFrom('clip').selectAll().orderBy('id').execute();
  }

  async row(name: string): Promise<ClipRow> {
    return this.db.selectFrom('clip').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
  }

  camera(folder = ''): Promise<number> {
    return addCamera(this.db, folder);
  }

  /** A row as a listing makes it of this name, waiting. */
  listed(name: string, change: Partial<NewClipRow> = {}): Promise<number> {
    const local = `${name.slice(0, 4)}-${name.slice(5, 7)}-${name.slice(7, 9)}T${name.slice(10, 12)}:${name.slice(12, 14)}:${name.slice(14, 16)}`;
    return addListed(this.db, name, {
      local_start: local,
      started_at: Date.parse(`${local}Z`) - 3_600_000,
      remote_size_bytes: 4000,
      remote_seen_at: 1,
      state: 'waiting',
      ...change,
    });
  }

  call(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }

  sendPiece(itemId: number, offset: number, body: Uint8Array | ReadableStream): Promise<Response> {
    return sendPiece(this.url, itemId, offset, body);
  }

  /** Nothing of an import is left where files are staged. */
  async staged(): Promise<string[]> {
    return readdir(join(this.root, '.viofosync/import')).catch(() => []);
  }
}

export const sendPiece = (
  url: string,
  itemId: number,
  offset: number,
  body: Uint8Array | ReadableStream,
): Promise<Response> =>
  fetch(`${url}/api/uploads/items/${itemId}?offset=${offset}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: body as BodyInit,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });

export async function putFile(
  place: string,
  bytes: Uint8Array | number,
  at = new Date(Date.UTC(2026, 5, 28, 12)),
): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  // Other bytes under every name, the same under one.
  const seed = [...basename(place)].reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1e6,
    1,
  );
  await writeFile(place, typeof bytes === 'number' ? await clipBytes(bytes, seed) : bytes);
  await utimes(place, at, at);
}

/** A real, whole MP4 of this size; another seed, other bytes. */
export async function clipBytes(bytes: number, seed = 1): Promise<Buffer> {
  const source = tinyMp4Source(seed, bytes, { startedLocal: localTime(2026, 6, 28, 13) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(0, source.sizeBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** `2026_0628_13MM16_00MMF.MP4` */
export const named = (minute: number, letters = 'F'): string =>
  `2026_0628_13${String(minute).padStart(2, '0')}16_${String(minute).padStart(4, '0')}${letters}.MP4`;
