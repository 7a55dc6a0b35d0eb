import type { QueryClient } from '@tanstack/react-query';
import type { LiveMessage } from '../shared/events.ts';
import type { LogNews } from '../shared/log.ts';
import { routes } from '../shared/routes.ts';
import { call, keyOf } from './api.ts';
import { ClipNews } from './live-clips.ts';
import { queriesAffected, reconnectDelayMs, refetchGapMs } from './live-plan.ts';
import { pageAtRest } from './page-rest.ts';
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
  readonly #clipNews: ClipNews;
  readonly #listeners = new Set<() => void>();
  readonly #logListeners = new Set<(news: LogNews) => void>();
  #state: LiveState = { connected: false, since: Date.now() };
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #heardAt = 0;
  #wasConnected = false;
  #rest: Promise<void> | undefined;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#refetcher = new Refetcher({ client: deps.client, gapMs: refetchGapMs, now: Date.now });
    this.#clipNews = new ClipNews({
      client: deps.client,
      fetchClip: (id) => call(routes.getClip, { params: { id } }),
      refetch: (keys) => this.#refetcher.add(keys),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly get = (): LiveState => this.#state;

  /** Hears new lines of the log; the server sends them as long as somebody does. */
  readonly tailLog = (listener: (news: LogNews) => void): (() => void) => {
    this.#logListeners.add(listener);
    if (this.#logListeners.size === 1) this.#sayWatch();
    return () => {
      this.#logListeners.delete(listener);
      if (this.#logListeners.size === 0) this.#sayWatch();
    };
  };

  #sayWatch(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ watch: this.#logListeners.size > 0 ? 'log' : 'none' }));
  }

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
    this.#clipNews.stop();
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
    socket.addEventListener('message', (event) => void this.#received(String(event.data), socket));
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
    if (this.#logListeners.size > 0) this.#sayWatch();
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

  /** What reads messages comes after the first view: it brings the schemas of everything with it. */
  async #received(text: string, socket: WebSocket): Promise<void> {
    this.#heardAt = Date.now();
    try {
      await (this.#rest ??= pageAtRest());
      const { parseLiveMessage } = await import('./live-messages.ts');
      const message = parseLiveMessage(text);
      if (message && socket === this.#socket) this.#heard(message);
    } catch {
      // It could not be fetched. With the next connection everything is read anew.
      socket.close();
    }
  }

  #heard(message: LiveMessage): void {
    if (message.event === 'log.written') for (const listener of this.#logListeners) listener(message.payload);
    this.#applyToTransfers(message);
    if (message.event === 'media.made') this.#clipNews.add(message.payload.clipIds);
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
