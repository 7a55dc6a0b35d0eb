import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { once } from 'node:events';
import type { Bandwidth } from './bandwidth.ts';
import type { FaultSettings } from './faults.ts';
import { readRequest, sendAnswer } from './hfs-connection.ts';
import type { HfsAnswer, HfsRequest } from './hfs-reply.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';

/** The firmware's own limit: 40 units of half a second (camera.md 1.1). */
const idleTimeoutMs = 20_000;

export interface HfsServerDeps {
  host: string;
  port: number;
  log: RequestLog;
  bandwidth: Bandwidth;
  settings: () => FaultSettings;
  answer: (request: HfsRequest) => HfsAnswer;
}

/** The raw HTTP behaviour of camera.md 1.1: one request per connection, resets when too many are open. */
export class HfsServer {
  readonly #deps: HfsServerDeps;
  #server: Server | null = null;
  #port: number;
  /** Sockets that still exist; those of `#busy`, not answered yet, count against the limit. */
  #sockets = new Set<Socket>();
  #busy = new Map<Socket, Promise<void>>();
  #frozen = false;

  constructor(deps: HfsServerDeps) {
    this.#deps = deps;
    this.#port = deps.port;
  }

  get port(): number {
    return this.#port;
  }

  /** Also those that wait in silence. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Listens; later starts reuse the port of the first. */
  async start(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, this.#deps.host);
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Refuses new connections and resets those open. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#frozen = false;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    this.#resetAll();
    await Promise.all([closed, ...this.#busy.values()]);
  }

  /** Out of reach without a word: connections are accepted and nothing is ever answered. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Back in reach; what was open during the silence is reset. */
  thaw(): void {
    if (this.#frozen) this.#resetAll();
    this.#frozen = false;
  }

  #resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.#busy.size >= this.#deps.settings().maxConnections && !this.#frozen) {
      this.#deps.log.refuse(this.#busy.size);
      socket.resetAndDestroy();
      return;
    }
    this.#busy.set(
      socket,
      this.#serve(socket).finally(() => this.#busy.delete(socket)),
    );
  }

  async #serve(socket: Socket): Promise<void> {
    const left = new AbortController();
    socket.on('close', () => left.abort());
    socket.setTimeout(idleTimeoutMs, () => socket.destroy());
    const request = await readRequest(socket);
    if (request === null || this.#frozen) return this.#ignore(socket);
    socket.setTimeout(0);
    socket.on('end', () => socket.destroy());
    const record = this.#deps.log.begin(request);
    const complete = await this.#reply(socket, request, { record, signal: left.signal });
    this.#deps.log.end(record, !complete);
  }

  /** Frozen connections stay open and silent until the peer gives up. */
  #ignore(socket: Socket): void {
    if (!this.#frozen) socket.destroy();
    else socket.setTimeout(0);
  }

  /** True when the whole answer went out. */
  async #reply(
    socket: Socket,
    request: HfsRequest,
    { record, signal }: { record: RequestRecord; signal: AbortSignal },
  ): Promise<boolean> {
    const answer = this.#deps.answer(request);
    record.kind = answer === 'closed' ? null : answer.kind;
    const tools = {
      bandwidth: this.#deps.bandwidth,
      headerStyle: this.#deps.settings().headers,
      signal,
      isFrozen: () => this.#frozen,
    };
    try {
      await sendAnswer(socket, answer, record, tools);
      return answer !== 'closed' && answer.end.how === 'complete';
    } catch {
      socket.destroy();
      return false;
    }
  }
}
