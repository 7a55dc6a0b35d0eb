import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from '@fastify/websocket';
import type { Events } from '../../shared/events.ts';
import { logWatchSchema, type LogNews } from '../../shared/log.ts';
import type { GateVerdict } from '../accounts/gate.ts';
import type { EventBus } from '../lib/event-bus.ts';

const pingEveryMs = 30_000;
/** A browser that reads slower than this much behind is let go; it comes back and asks for the state anew. */
const maxBacklogBytes = 1024 * 1024;

/** In the range that applications give their own meaning. */
const sessionEnded = 4401;

type TailLog = (listener: (news: LogNews) => void) => () => void;

export interface LiveDeps {
  events: EventBus<Events>;
  gate: { check(request: FastifyRequest): Promise<GateVerdict> };
  /** News of the log, for who looks at it; returns how to stop that. */
  tailLog?: TailLog;
  /** Calls back after sessions have ended; returns how to stop that. */
  whenSessionsEnd: (listener: () => void) => () => void;
}

/** The live channel `/api/live`: every event of the bus, one JSON message each. A WebSocket, for an event stream beside `<video>` elements would use up the browser's connections. */
export function serveLive(app: FastifyInstance, { events, gate, tailLog, whenSessionsEnd }: LiveDeps): void {
  const sockets = new Map<WebSocket, FastifyRequest>();
  const readers = new LogReaders(tailLog ?? (() => () => undefined));
  const unsubscribe = events.onAny((event, payload) => {
    if (sockets.size === 0) return;
    const message = JSON.stringify({ event, payload });
    for (const socket of sockets.keys()) send(socket, message);
  });
  const look = (onAllowed: (socket: WebSocket) => void) => {
    for (const [socket, request] of sockets) {
      void stillAllowed(gate, request).then((allowed) =>
        allowed ? onAllowed(socket) : socket.close(sessionEnded, 'log in again'),
      );
    }
  };
  const pings = setInterval(() => look((socket) => socket.ping()), pingEveryMs);
  pings.unref();
  const stopHearing = whenSessionsEnd(() => look(() => undefined));
  app.addHook('onClose', async () => {
    clearInterval(pings);
    stopHearing();
    unsubscribe();
    readers.clear();
  });
  app.get('/api/live', { websocket: true }, (socket, request) => {
    sockets.set(socket, request);
    socket.on('message', (data: Buffer) => readers.hear(socket, String(data)));
    socket.on('close', () => {
      sockets.delete(socket);
      readers.delete(socket);
    });
    socket.on('error', () => socket.terminate());
  });
}

/** A connection outlives its session: asked again with every ping. */
async function stillAllowed(gate: LiveDeps['gate'], request: FastifyRequest): Promise<boolean> {
  try {
    return (await gate.check(request)).denial === null;
  } catch {
    return false;
  }
}

function send(socket: WebSocket, message: string): void {
  if (socket.bufferedAmount > maxBacklogBytes) socket.terminate();
  else socket.send(message);
}

/** The sockets of pages that look at the log: only they are sent it. */
class LogReaders {
  private readonly sockets = new Set<WebSocket>();
  private readonly tailLog: TailLog;
  private stopTail: (() => void) | null = null;

  constructor(tailLog: TailLog) {
    this.tailLog = tailLog;
  }

  /** What a browser says; anything but the one word that is known is let pass. */
  hear(socket: WebSocket, text: string): void {
    const said = logWatchSchema.safeParse(jsonOf(text));
    if (!said.success) return;
    if (said.data.watch === 'none') return this.delete(socket);
    this.sockets.add(socket);
    this.stopTail ??= this.tailLog((news) => this.send(news));
    // From here on nothing is missed: what was written before it is to be read.
    send(socket, messageOf({ lines: [], dropped: 0 }));
  }

  delete(socket: WebSocket): void {
    this.sockets.delete(socket);
    if (this.sockets.size === 0) this.clear();
  }

  clear(): void {
    this.sockets.clear();
    this.stopTail?.();
    this.stopTail = null;
  }

  private send(payload: LogNews): void {
    const message = messageOf(payload);
    for (const socket of this.sockets) send(socket, message);
  }
}

const messageOf = (payload: LogNews) => JSON.stringify({ event: 'log.written', payload });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
