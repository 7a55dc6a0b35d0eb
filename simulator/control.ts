import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';
import { attributeOf, currentBytes, listedBytes, pathOf } from './card.ts';
import type { CardEntry } from './card.ts';
import type { SimulatedCamera } from './simulated-camera.ts';
import { tinyMp4Source } from './tiny-mp4.ts';

/**
 * A second server beside the camera, which a real one does not have: JSON in, JSON out.
 * `GET /` tells the state, `GET /files` and `GET /requests` the details, `POST /<action>` acts; see `actions`.
 */
export class ControlServer {
  readonly #camera: SimulatedCamera;
  readonly #host: string;
  #port: number;
  #server: Server | null = null;

  constructor(camera: SimulatedCamera, { host = '127.0.0.1', port = 0 } = {}) {
    this.#camera = camera;
    this.#host = host;
    this.#port = port;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void respond(this.#camera, request, response);
    });
    this.#server = server;
    server.listen(this.#port, this.#host);
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** `http://127.0.0.1:40124` */
  get url(): string {
    return `http://${this.#host}:${this.#port}`;
  }
}

type Action = (camera: SimulatedCamera, body: unknown) => unknown;

function action<Schema extends z.ZodType>(
  schema: Schema,
  act: (camera: SimulatedCamera, body: z.infer<Schema>) => unknown,
): Action {
  return (camera, body) => act(camera, schema.parse(body));
}

const nothing = z.strictObject({});
const onFile = z.strictObject({ path: z.string().startsWith('/') });
const capture = z.strictObject({
  channels: z
    .array(z.enum(['front', 'rear', 'interior', 'tele']))
    .min(1)
    .default(['front', 'rear']),
  sizeBytes: z
    .number()
    .int()
    .min(10_000)
    .max(2 ** 32)
    .default(1_000_000),
  durationSeconds: z.number().int().min(1).max(600).default(60),
  kind: z.enum(['normal', 'parking', 'event']).default('normal'),
  seed: z.number().int().default(1),
});

/** What can be POSTed, by path: the body's schema and what is done. */
const actions: Readonly<Record<string, Action>> = {
  /** Changes the named faults and leaves the rest. */
  faults: action(z.unknown(), (camera, change) => {
    camera.faults.setUnchecked(change);
    return camera.faults.current;
  }),
  /** No faults, in reach. */
  clear: action(nothing, async (camera) => {
    camera.faults.clear();
    await camera.comeBack();
    return state(camera);
  }),
  away: action(
    z.strictObject({ how: z.enum(['refuse', 'black-hole']).default('refuse') }),
    async (camera, { how }) => {
      await camera.goAway(how);
      return state(camera);
    },
  ),
  back: action(nothing, async (camera) => {
    await camera.comeBack();
    return state(camera);
  }),
  lock: action(onFile, (camera, { path }) => fileFacts(camera.card.lock(path) ?? missing(path))),
  delete: action(onFile, (camera, { path }) => {
    if (!camera.card.remove(path)) missing(path);
    return { deleted: path };
  }),
  /** Adds a finished capture of small valid MP4s that starts at the camera's time. */
  capture: action(capture, (camera, body) => camera.card.addCapture(newCapture(camera, body)).map(fileFacts)),
  /** Begins one that stays open until `finish`. */
  record: action(capture, (camera, body) =>
    camera.card.recordCapture(newCapture(camera, body)).map(fileFacts),
  ),
  /** Lets the open files grow to a fraction of their size. */
  grow: action(z.strictObject({ fraction: z.number().min(0).max(1) }), (camera, { fraction }) => {
    camera.card.growRecording(fraction);
    return camera.card.recordingEntries.map(fileFacts);
  }),
  finish: action(nothing, (camera) => camera.card.finishRecording().map(fileFacts)),
  /** Formats the card. */
  format: action(nothing, (camera) => {
    camera.card.clear();
    return state(camera);
  }),
  clock: action(z.strictObject({ jumpSeconds: z.number() }), (camera, { jumpSeconds }) => {
    camera.clock.jump(jumpSeconds);
    return { local: camera.clock.local().toISOString() };
  }),
};

class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function missing(path: string): never {
  throw new ControlError(404, `there is no file ${path} on the card`);
}

function newCapture(camera: SimulatedCamera, body: z.infer<typeof capture>) {
  const { channels, sizeBytes, durationSeconds, kind, seed } = body;
  const startedLocal = camera.clock.local();
  const source = (index: number) =>
    tinyMp4Source(seed * 10 + index, sizeBytes, { durationSeconds, startedLocal });
  const sources = Object.fromEntries(channels.map((channel, index) => [channel, source(index)]));
  return { startedLocal, durationSeconds, kind, sources };
}

function fileFacts(entry: CardEntry) {
  return {
    path: pathOf(entry),
    sizeBytes: currentBytes(entry),
    listedBytes: listedBytes(entry),
    attribute: attributeOf(entry),
    recording: entry.recording !== null,
  };
}

function state(camera: SimulatedCamera) {
  const { card } = camera;
  return {
    address: camera.address,
    firmware: camera.device.firmware,
    local: camera.clock.local().toISOString(),
    away: camera.away,
    recording: camera.device.isRecording,
    faults: camera.faults.current,
    card: { files: card.entries.length, usedBytes: card.usedBytes, freeBytes: card.freeBytes },
    requests: camera.requests.length,
    maxConcurrent: camera.maxConcurrent,
    bytesSent: camera.bytesSent,
    violations: camera.violations,
    deletions: camera.deletions,
  };
}

async function respond(camera: SimulatedCamera, request: IncomingMessage, response: ServerResponse) {
  try {
    send(response, 200, await answerControl(camera, request));
  } catch (error) {
    const status = error instanceof ControlError ? error.status : 400;
    send(response, status, { error: explain(error) });
  }
}

async function answerControl(camera: SimulatedCamera, request: IncomingMessage): Promise<unknown> {
  const name = (request.url ?? '/').slice(1);
  if (request.method === 'GET') return lookUp(camera, name);
  const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (request.method !== 'POST' || act === undefined) {
    throw new ControlError(404, `no such action; POST one of ${Object.keys(actions).join(', ')}`);
  }
  return act(camera, await readJson(request));
}

function lookUp(camera: SimulatedCamera, name: string): unknown {
  if (name === '') return state(camera);
  if (name === 'files') return camera.card.entries.map(fileFacts);
  if (name === 'requests') return camera.requests;
  throw new ControlError(404, 'GET one of /, /files, /requests');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const chunk of request) parts.push(Buffer.from(chunk));
  const text = Buffer.concat(parts).toString('utf8');
  return text.trim() === '' ? {} : JSON.parse(text);
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
