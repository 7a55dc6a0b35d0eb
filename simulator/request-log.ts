import type { HfsRequest, ReplyKind } from './hfs-reply.ts';

/** One request as the camera saw it. */
export interface RequestRecord {
  method: string;
  /** As sent: path and query. */
  target: string;
  /** Percent-decoded, without query. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, this computer's clock. */
  startedAt: number;
  /** Null while it is being answered. */
  endedAt: number | null;
  /** 0 when no answer was begun. */
  status: number;
  /** Body bytes handed to the network. */
  bytesSent: number;
  /** The client left, or a fault cut the answer short. */
  aborted: boolean;
  kind: ReplyKind | null;
}

/** All requests of a camera's life, and the sums that tests ask for. */
export class RequestLog {
  readonly all: RequestRecord[] = [];
  /** The most requests that were open at one moment, including those reset for being too many. */
  maxConcurrent = 0;
  /** Connections reset because too many were open. */
  refusedConnections = 0;
  #open = 0;

  get bytesSent(): number {
    return this.all.reduce((sum, request) => sum + request.bytesSent, 0);
  }

  /** Requests for an XML or HTML listing. */
  get listingRequests(): RequestRecord[] {
    return this.all.filter((request) => request.kind === 'listing');
  }

  /** GETs of files. */
  get downloads(): RequestRecord[] {
    return this.all.filter((request) => request.kind === 'file' && request.method === 'GET');
  }

  begin({ method, target, path, headers }: Omit<HfsRequest, 'query'>): RequestRecord {
    const record: RequestRecord = {
      method,
      target,
      path,
      headers,
      startedAt: Date.now(),
      endedAt: null,
      status: 0,
      bytesSent: 0,
      aborted: false,
      kind: null,
    };
    this.all.push(record);
    this.#open += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.#open);
    return record;
  }

  end(record: RequestRecord, aborted: boolean): void {
    Object.assign(record, { endedAt: Date.now(), aborted });
    this.#open -= 1;
  }

  refuse(openConnections: number): void {
    this.refusedConnections += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, openConnections + 1);
  }

  /** Forgets the past; requests under way still end properly. */
  clear(): void {
    this.all.length = 0;
    this.refusedConnections = 0;
    this.maxConcurrent = this.#open;
  }
}
