import { Readable } from 'node:stream';
import type { ByteSource } from './mp4-boxes.ts';
import { hasAlready, planRange, type RangePlan } from './range-policy.ts';

/** An open file; `close` may be called at any time and does not fail. */
export interface OpenFile extends ByteSource {
  /** Names its bytes, without quotes. */
  version: string;
  close: () => void;
}

/** An answer as HTTP has it; `body` is null where there is none, and closes the file when it ends or is given up. */
export interface FileAnswer {
  status: number;
  headers: Record<string, string>;
  body: Readable | null;
}

export interface FileAnswerOptions {
  contentType: string;
  cacheControl: string;
  /** Whole paths are never told. */
  fileName: string;
  /** So much of a range without an end. */
  maxOpenBytes?: number;
}

interface AskedFor {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

const chunkBytes = 256 * 1024;
const tagOf = (version: string): string => `"${version}"`;

/** The answer that nothing has changed, when that is so: no file need be opened for it. Null when it is not. */
export function unchangedAnswer(
  request: AskedFor,
  version: string | null,
  cacheControl: string,
): FileAnswer | null {
  if (version === null || !hasAlready(only(request.headers['if-none-match']), tagOf(version))) return null;
  return { status: 304, headers: { etag: tagOf(version), 'cache-control': cacheControl }, body: null };
}

/** Answers a request for a file, or for a range of it. The file is closed when the answer is sent, or given up. */
export function answerFile(request: AskedFor, file: OpenFile, options: FileAnswerOptions): FileAnswer {
  const { headers: asked, method } = request;
  const etag = tagOf(file.version);
  const plan = planRange(
    {
      method,
      range: only(asked['range']),
      ifNoneMatch: only(asked['if-none-match']),
      ifRange: only(asked['if-range']),
    },
    { sizeBytes: file.sizeBytes, etag },
    options,
  );
  const headers = { etag, 'cache-control': options.cacheControl, 'accept-ranges': 'bytes' };
  if (plan.status === 304) return withoutBody(file, { status: 304, headers });
  if (plan.status === 416)
    return withoutBody(file, {
      status: 416,
      headers: { 'content-range': `bytes */${file.sizeBytes}`, 'accept-ranges': 'bytes' },
    });
  const all = { ...headers, ...partHeaders(plan, file), ...nameHeaders(options) };
  // An empty stream: without one, the server would say a length of nothing.
  if (method === 'HEAD')
    return { ...withoutBody(file, { status: plan.status, headers: all }), body: Readable.from([]) };
  return { status: plan.status, headers: all, body: bodyOf(file, plan) };
}

const only = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

function partHeaders(plan: { status: number; start: number; end: number }, file: OpenFile) {
  const length = { 'content-length': String(plan.end - plan.start) };
  if (plan.status !== 206) return length;
  return { ...length, 'content-range': `bytes ${plan.start}-${plan.end - 1}/${file.sizeBytes}` };
}

/** Nothing in the file is believed to be a page, whatever a browser may find in it. */
const nameHeaders = ({ contentType, fileName }: FileAnswerOptions) => ({
  'content-type': contentType,
  'x-content-type-options': 'nosniff',
  'content-disposition': `inline; filename="${fileName.replaceAll(/[^\w.~ -]/g, '_')}"`,
});

function withoutBody(file: OpenFile, answer: Omit<FileAnswer, 'body'>): FileAnswer {
  file.close();
  return { ...answer, body: null };
}

function bodyOf(file: OpenFile, plan: Extract<RangePlan, { start: number }>): Readable {
  const body = Readable.from(chunksOf(file, plan.start, plan.end), { objectMode: false });
  // Not at the end of the generator: one that was never begun does not end.
  body.once('close', () => file.close());
  return body;
}

async function* chunksOf(file: OpenFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end;) {
    const chunk = await file.read(at, Math.min(chunkBytes, end - at));
    if (chunk.length === 0) throw new Error('The file has become shorter while it was read.');
    at += chunk.length;
    yield chunk;
  }
}
