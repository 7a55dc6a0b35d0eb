import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { TransportError, transportCodes } from './failures.ts';
import { RepairedConnection } from './head-repair.ts';
import { assertHarmless } from './novatek-commands.ts';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CameraAddress } from './address.ts';
import type { RequestPhase } from './failures.ts';

export interface Outgoing {
  address: CameraAddress;
  method: 'GET' | 'HEAD';
  target: string;
  headers: Readonly<Record<string, string>>;
  connectMs: number;
  /** From the connection to the end of the answer's headers. */
  answerMs: number;
  signal: AbortSignal;
  /** Called once, when the connection is closed, or when none was opened. */
  onClosed: () => void;
}

/**
 * Sends one request on a connection of its own and resolves with the answer's headers. Nothing else in this program
 * puts a request for a camera on the wire. Rejects with a `TransportError`, with the signal's reason, or with
 * `HarmfulRequest` before anything is sent. The server is lenient and so are we: LF-only headers, a blank before the
 * colon, control characters and doubled framing are accepted.
 */
export async function exchange(outgoing: Outgoing): Promise<IncomingMessage> {
  try {
    outgoing.signal.throwIfAborted();
    assertHarmless(outgoing.method, outgoing.target);
  } catch (error) {
    outgoing.onClosed();
    throw error;
  }
  const socket = connect({ host: outgoing.address.host, port: outgoing.address.port });
  socket.once('close', outgoing.onClosed);
  return answerOf(requestOn(socket, outgoing), socket, outgoing);
}

function requestOn(socket: Socket, { address, method, target, headers }: Outgoing): ClientRequest {
  return httpRequest({
    method,
    path: target,
    // An IPv6 zone (`fe80::1%eth0`) means something on this host only.
    headers: { Host: address.hostHeader.replace(/%[^\]]*/, ''), ...headers, Connection: 'close' },
    setHost: false,
    createConnection: () => new RepairedConnection(socket),
    insecureHTTPParser: true,
  });
}

function answerOf(request: ClientRequest, socket: Socket, outgoing: Outgoing): Promise<IncomingMessage> {
  const { connectMs, answerMs, signal } = outgoing;
  return new Promise((resolve, reject) => {
    let phase: RequestPhase = 'connect';
    const giveUp = (code: string): void => {
      request.destroy(new TransportError(phase, code));
    };
    let timer = setTimeout(giveUp, connectMs, transportCodes.connectTimeout);
    const abort = (): void => {
      request.destroy();
      reject(signal.reason);
    };
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      phase = 'answer';
      clearTimeout(timer);
      timer = setTimeout(giveUp, answerMs, transportCodes.answerTimeout);
    });
    request.once('response', (response) => {
      settle();
      resolve(response);
    });
    // Stays on after the answer: what breaks later reaches the body's reader through the response.
    request.on('error', (error) => {
      settle();
      reject(transportError(error, phase));
    });
    request.end();
  });
}

/** Node's error with the phase it came in. */
export function transportError(error: Error, phase: RequestPhase): TransportError {
  if (error instanceof TransportError) return error;
  const code = 'code' in error ? String(error.code) : 'UNKNOWN';
  return new TransportError(phase, code, { cause: error });
}
