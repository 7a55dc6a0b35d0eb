import type { ClipSource } from './clip-source.ts';
import type { FaultSettings, TransferEnd } from './faults.ts';
import { bytesSource } from './pattern-source.ts';

export type ReplyKind = 'command' | 'listing' | 'file' | 'page';

export interface HfsRequest {
  method: string;
  /** As sent: path and query. */
  target: string;
  /** Percent-decoded, without query. */
  path: string;
  /** As sent, without `?`; empty when there is none. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** One answer. What of it really leaves is decided by `end`. */
export interface HfsReply {
  status: number;
  kind: ReplyKind;
  /** In order, after the server's own; a repeated name replaces the server's. */
  headers: ReadonlyArray<readonly [name: string, value: string]>;
  body: { source: ClipSource; from: number; to: number };
  /** Written as Content-length; null leaves it out, and the reply ends with the connection. */
  declaredBytes: number | null;
  end: TransferEnd;
  delayMs: number;
  /** Called when `end` is `delete`, at that byte. */
  deleteFile?: () => void;
}

/** `closed`: the connection is closed without an answer. */
export type HfsAnswer = HfsReply | 'closed';

const reasons: Record<number, string> = {
  200: 'OK',
  206: 'Partial Content',
  400: 'Bad Request',
  404: 'Not Found',
  416: 'Requested Range Not Satisfiable',
  500: 'Internal Server Error',
  501: 'Not Implemented',
};

interface TextReply {
  kind: ReplyKind;
  contentType: string;
  text: string | Uint8Array;
  status?: number;
}

export function textReply({ kind, contentType, text, status = 200 }: TextReply): HfsReply {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return {
    status,
    kind,
    headers: [['Content-Type', contentType]],
    body: { source: bytesSource(bytes), from: 0, to: bytes.length },
    declaredBytes: bytes.length,
    end: { how: 'complete' },
    delayMs: 0,
  };
}

export function xmlReply(text: string, kind: ReplyKind = 'command'): HfsReply {
  return textReply({ kind, contentType: 'text/xml', text });
}

/** A small HTML page; what the server says for errors too. */
export function pageReply(status: number, text = reasons[status] ?? ''): HfsReply {
  const html = `<html><head><title>${status}</title></head><body><h1>${status} ${text}</h1></body></html>\n`;
  return textReply({ kind: 'page', contentType: 'text/html', text: html, status });
}

/** The header block of camera.md 1.1, in the style that the faults ask for. */
export function formatHead(reply: HfsReply, style: FaultSettings['headers']): string {
  const lines = [...headerLines(reply)].map(([name, value]) => formatLine(name, value, style));
  const newline = style === 'lf-only' ? '\n' : '\r\n';
  const first = `HTTP/1.1 ${reply.status} ${reasons[reply.status] ?? 'Unknown'}`;
  return [first, ...lines, '', ''].join(newline);
}

function headerLines(reply: HfsReply): Map<string, string> {
  const lines = new Map<string, string>([
    ['Server', 'hfs/1.00.000'],
    ['Cache-Control', 'no-store, no-cache, must-revalidate'],
    ['Pragma', 'no-cache'],
    ['Accept-Ranges', 'bytes'],
    ...reply.headers,
  ]);
  if (reply.declaredBytes !== null) lines.set('Content-length', String(reply.declaredBytes));
  lines.set('Connection', 'close');
  return lines;
}

function formatLine(name: string, value: string, style: FaultSettings['headers']): string {
  if (style === 'space-before-colon') return `${name} : ${value}`;
  return style === 'lower-case' ? `${name.toLowerCase()}:${value}` : `${name}: ${value}`;
}
