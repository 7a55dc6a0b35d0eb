import type { FastifyInstance } from 'fastify';
import type { WebSocket } from '@fastify/websocket';
import type { Events } from '../../shared/events.ts';
import type { EventBus } from '../lib/event-bus.ts';

const pingEveryMs = 30_000;
/** A browser that reads slower than this much behind is let go; it comes back and asks for the state anew. */
const maxBacklogBytes = 1024 * 1024;

/** The live channel `/api/live`: every event of the bus, one JSON message each. A WebSocket, for an event stream beside `<video>` elements would use up the browser's connections. */
export function serveLive(app: FastifyInstance, events: EventBus<Events>): void {
  const sockets = new Set<WebSocket>();
  events.onAny((event, payload) => {
    if (sockets.size === 0) return;
    const message = JSON.stringify({ event, payload });
    for (const socket of sockets) send(socket, message);
  });
  const pings = setInterval(() => {
    for (const socket of sockets) socket.ping();
  }, pingEveryMs);
  pings.unref();
  app.addHook('onClose', async () => clearInterval(pings));
  app.get('/api/live', { websocket: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.terminate());
  });
}

function send(socket: WebSocket, message: string): void {
  if (socket.bufferedAmount > maxBacklogBytes) socket.terminate();
  else socket.send(message);
}
