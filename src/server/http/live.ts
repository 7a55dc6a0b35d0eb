import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from '@fastify/websocket';
import type { Events } from '../../shared/events.ts';
import type { GateVerdict } from '../accounts/gate.ts';
import type { EventBus } from '../lib/event-bus.ts';

const pingEveryMs = 30_000;
/** A browser that reads slower than this much behind is let go; it comes back and asks for the state anew. */
const maxBacklogBytes = 1024 * 1024;

/** In the range that applications give their own meaning. */
const sessionEnded = 4401;

export interface LiveDeps {
  events: EventBus<Events>;
  gate: { check(request: FastifyRequest): Promise<GateVerdict> };
}

/** The live channel `/api/live`: every event of the bus, one JSON message each. A WebSocket, for an event stream beside `<video>` elements would use up the browser's connections. */
export function serveLive(app: FastifyInstance, { events, gate }: LiveDeps): void {
  const sockets = new Map<WebSocket, FastifyRequest>();
  const unsubscribe = events.onAny((event, payload) => {
    if (sockets.size === 0) return;
    const message = JSON.stringify({ event, payload });
    for (const socket of sockets.keys()) send(socket, message);
  });
  const pings = setInterval(() => {
    for (const [socket, request] of sockets) {
      void stillAllowed(gate, request).then((allowed) =>
        allowed ? socket.ping() : socket.close(sessionEnded, 'log in again'),
      );
    }
  }, pingEveryMs);
  pings.unref();
  app.addHook('onClose', async () => {
    clearInterval(pings);
    unsubscribe();
  });
  app.get('/api/live', { websocket: true }, (socket, request) => {
    sockets.set(socket, request);
    socket.on('close', () => sockets.delete(socket));
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
