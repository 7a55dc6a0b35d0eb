import type { QueryClient } from '@tanstack/react-query';
import type { LiveMessage } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';
import { parseLiveMessage, queriesAffected, reconnectDelayMs, refetchGapMs } from './live-plan.ts';
import { Refetcher } from './refetcher.ts';
import type { TransferStore } from './transfers.ts';

export interface LiveState {
  connected: boolean;
  /** Since when it is so. */
  since: number;
}

export interface LiveDeps {
  url: string;
  client: QueryClient;
  transfers: TransferStore;
}

/** After this long without a word a socket is not trusted any more when the page is looked at again. */
const quietMs = 60_000;

/** The one WebSocket to the server: hears what happened, has the affected queries refetched, reconnects for ever. */
export class Live {
  readonly #deps: LiveDeps;
  readonly #refetcher: Refetcher;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { connected: false, since: Date.now() };
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #heardAt = 0;
  #wasConnected = false;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#refetcher = new Refetcher({ client: deps.client, gapMs: refetchGapMs, now: Date.now });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly get = (): LiveState => this.#state;

  /** Connects, and goes on trying until stopped; may be started again. */
  start(): void {
    document.addEventListener('visibilitychange', this.#lookedAt);
    window.addEventListener('online', this.#lookedAt);
    this.#connect();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#lookedAt);
    window.removeEventListener('online', this.#lookedAt);
    clearTimeout(this.#timer);
    this.#refetcher.stop();
    this.#drop();
    this.#setConnected(false);
    this.#attempt = 0;
  }

  readonly #lookedAt = (): void => {
    const isQuiet = Date.now() - this.#heardAt > quietMs;
    if (document.hidden || (this.#state.connected && !isQuiet)) return;
    this.#attempt = 0;
    this.#connect();
  };

  #connect(): void {
    clearTimeout(this.#timer);
    this.#drop();
    const socket = new WebSocket(this.#deps.url);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener('message', (event) => this.#received(String(event.data)));
    socket.addEventListener('close', () => this.#closed(socket));
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#attempt = 0;
    this.#heardAt = Date.now();
    this.#setConnected(true);
    // Whatever happened while nobody listened is in the answers, not in the events.
    if (this.#wasConnected) void this.#deps.client.invalidateQueries();
    this.#wasConnected = true;
  }

  #closed(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#setConnected(false);
    // It may be away, starting anew, or know this browser no more; only an answer tells which.
    void this.#deps.client.invalidateQueries({ queryKey: keyOf(routes.getStartup) });
    this.#timer = setTimeout(() => this.#connect(), reconnectDelayMs(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #received(text: string): void {
    this.#heardAt = Date.now();
    const message = parseLiveMessage(text);
    if (!message) return;
    this.#applyToTransfers(message);
    this.#refetcher.add(queriesAffected(message));
  }

  #applyToTransfers(message: LiveMessage): void {
    const { transfers } = this.#deps;
    if (message.event === 'transfer.progressed') transfers.progressed(message.payload, this.#heardAt);
    if (message.event === 'clip.archived') {
      transfers.arrived(message.payload.clipId, this.#heardAt);
    }
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#state.connected) return;
    this.#state = { connected, since: Date.now() };
    for (const listener of this.#listeners) listener();
  }
}
