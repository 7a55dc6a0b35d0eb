import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Component } from '../lib/lifecycle.ts';

/** As Fastify's own servers have it. */
const keepAliveMs = 72_000;

/**
 * The one server that listens, from the first moment to the last. Who answers behind it changes: first the start,
 * then the whole program, and the start again when the database turns out to be damaged.
 */
export class Front implements Component {
  private readonly server: Server;
  private current: FastifyInstance | null = null;
  /** Node forgets these, and would wait for them for ever. */
  private readonly upgraded = new Set<Duplex>();

  constructor() {
    this.server = createServer({ keepAliveTimeout: keepAliveMs });
    // Each app has a server of its own that never listens; its listeners do the work.
    this.server.on('request', (...args) => void this.current?.server.emit('request', ...args));
    this.server.on('upgrade', (request, socket, head) => {
      this.upgraded.add(socket);
      socket.once('close', () => this.upgraded.delete(socket));
      if (!this.current?.server.emit('upgrade', request, socket, head)) socket.destroy();
    });
  }

  /** From now on this app answers; it must be ready. */
  show(app: FastifyInstance): void {
    this.current = app;
  }

  /** Resolves to the address to type: `http://127.0.0.1:8080`. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    const address = this.server.address() as AddressInfo;
    return `http://${shownHost(host)}:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    for (const socket of this.upgraded) socket.destroy();
    await closed;
  }
}

/** All interfaces have no name; this machine's is one of theirs. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
