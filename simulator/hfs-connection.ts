import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bandwidth } from './bandwidth.ts';
import { formatHead } from './hfs-reply.ts';
import type { HfsAnswer, HfsReply, HfsRequest } from './hfs-reply.ts';
import type { FaultSettings } from './faults.ts';
import type { RequestRecord } from './request-log.ts';

const maxHeadBytes = 8192;

export interface SendTools {
  bandwidth: Bandwidth;
  headerStyle: FaultSettings['headers'];
  /** Aborts when the connection ends. */
  signal: AbortSignal;
  /** True while the camera is out of reach: nothing leaves any more. */
  isFrozen: () => boolean;
}

/** Resolves with the request once its head is complete; null when the peer left or sent no HTTP. */
export function readRequest(socket: Socket): Promise<HfsRequest | null> {
  return new Promise((resolve) => {
    let received = '';
    const finish = (request: HfsRequest | null) => {
      socket.off('data', take);
      socket.off('close', leave);
      socket.resume();
      resolve(request);
    };
    const leave = () => finish(null);
    const take = (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const end = /\r?\n\r?\n/.exec(received);
      if (end !== null) finish(parseHead(received.slice(0, end.index)));
      else if (received.length > maxHeadBytes) finish(null);
    };
    socket.on('data', take);
    socket.on('close', leave);
  });
}

function parseHead(head: string): HfsRequest | null {
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [method, target, version] = first.split(' ');
  if (method === undefined || target === undefined || version?.startsWith('HTTP/') !== true) return null;
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  return { method, target, path: decoded(rawPath), query, headers: parseHeaders(lines) };
}

function parseHeaders(lines: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** Percent-decoded text, or the text itself where the escapes are wrong. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sends one answer and ends the connection in the way the answer says. Rejects when the peer leaves. */
export async function sendAnswer(
  socket: Socket,
  answer: HfsAnswer,
  record: RequestRecord,
  tools: SendTools,
): Promise<void> {
  if (answer === 'closed') {
    socket.end();
    return;
  }
  await pause(answer.delayMs, tools);
  record.status = answer.status;
  await write(socket, Buffer.from(formatHead(answer, tools.headerStyle), 'latin1'));
  if (record.method !== 'HEAD') await sendBody(socket, answer, record, tools);
  await endConnection(socket, answer, tools);
}

async function sendBody(
  socket: Socket,
  reply: HfsReply,
  record: RequestRecord,
  tools: SendTools,
): Promise<void> {
  const { source, from, to } = reply.body;
  const end = reply.end.how === 'complete' ? to : Math.min(to, from + reply.end.atBytes);
  for await (const chunk of source.read(from, end)) {
    const step = tools.bandwidth.sliceBytes;
    for (let at = 0; at < chunk.length; at += step) {
      const slice = chunk.subarray(at, at + step);
      await pause(0, tools);
      await tools.bandwidth.take(slice.length, tools.signal);
      record.bytesSent += slice.length;
      await write(socket, slice);
    }
  }
}

/** Data and reset that arrive together look to many clients like a clean end. */
const beforeResetMs = 25;

async function endConnection(socket: Socket, reply: HfsReply, tools: SendTools): Promise<void> {
  if (reply.end.how === 'stall') await untilAborted(tools.signal);
  if (reply.end.how === 'delete') reply.deleteFile?.();
  if (reply.end.how !== 'reset') {
    socket.end();
    return;
  }
  await pause(beforeResetMs, tools);
  socket.resetAndDestroy();
}

async function pause(delayMs: number, { signal, isFrozen }: SendTools): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal });
  if (isFrozen()) await untilAborted(signal);
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw new Error('the connection ended');
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
