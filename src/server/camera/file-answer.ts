import { once } from 'node:events';
import { CameraFailure } from './camera.ts';
import { RangeNotSatisfiable, sortFailure } from './failures.ts';
import { parseAnswer } from './novatek-answers.ts';
import { HarmfulRequest, pathTarget } from './novatek-commands.ts';
import { shownName } from './remote-path.ts';
import type { Readable } from 'node:stream';
import type { ByteRange, OpenedFile } from './camera.ts';
import type { HfsClient, HfsStream } from './hfs-client.ts';

interface FileRequest {
  remotePath: string;
  range: ByteRange;
  signal: AbortSignal;
}

/** Asks for a file and checks that the answer is the one asked for, before any byte of it is used. */
export async function openFile(
  { client, host }: { client: HfsClient; host: string },
  { remotePath, range, signal }: FileRequest,
): Promise<OpenedFile> {
  const target = targetOf(remotePath, host);
  const answer = await client.open(target, rangeHeader(range), signal);
  try {
    const place = placeOf(answer, { host, remotePath, range });
    if (isMarkup(answer)) await refuseMarkup(answer.body, host, remotePath);
    return { ...place, body: answer.body };
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

function targetOf(remotePath: string, host: string): string {
  try {
    return pathTarget(remotePath);
  } catch (error) {
    if (!(error instanceof HarmfulRequest)) throw error;
    throw new CameraFailure('gone', `${host} cannot have a file of that name`, { cause: error });
  }
}

/** `[from, to)` as HTTP counts it, with both ends included; none for a whole file. */
function rangeHeader({ from, to }: ByteRange): Record<string, string> {
  if (from === 0 && to === undefined) return {};
  if (to !== undefined && to <= from) throw new RangeError('an empty range cannot be asked for');
  return { Range: `bytes=${from}-${to === undefined ? '' : to - 1}` };
}

interface Asked {
  host: string;
  remotePath: string;
  range: ByteRange;
}

function placeOf(answer: HfsStream, asked: Asked): { from: number; totalBytes: number | null } {
  const { host, remotePath, range } = asked;
  if (answer.httpStatus === 200) return { from: 0, totalBytes: answer.lengthBytes };
  if (answer.httpStatus === 206) return placeOfPart(answer, asked);
  if (answer.httpStatus === 416) {
    const total = /\/\s*(\d+)\s*$/.exec(answer.headers['content-range'] ?? '')?.[1];
    const message = `${host} has no bytes of ${shownName(remotePath)} from ${range.from} on`;
    throw new RangeNotSatisfiable(message, total === undefined ? null : Number(total));
  }
  if (answer.httpStatus === 404 || answer.httpStatus === 410) {
    throw new CameraFailure('gone', `${host} does not have ${shownName(remotePath)} any more`);
  }
  throw sortFailure(host, { httpStatus: answer.httpStatus });
}

/** A part is believed only when it says where it begins and that is what was asked for. */
function placeOfPart(answer: HfsStream, { host, range }: Asked): { from: number; totalBytes: number | null } {
  const part = parseContentRange(answer.headers['content-range'] ?? '');
  const isAsked = part !== null && part.from === range.from && part.to <= (range.to ?? Infinity);
  const fits = part !== null && (answer.lengthBytes ?? part.to - part.from) === part.to - part.from;
  if (isAsked && fits) return { from: part.from, totalBytes: part.totalBytes };
  throw new CameraFailure('malformed', `${host} sent another part of the file than the one asked for`);
}

/** `bytes 5-9/20` as `[from, to)`; null when it is missing or contradicts itself. */
function parseContentRange(header: string): { from: number; to: number; totalBytes: number | null } | null {
  const [, first, last, total] = /^\s*bytes[\s=]+(\d+)\s*-\s*(\d+)\s*\/\s*(\d+|\*)\s*$/i.exec(header) ?? [];
  if (first === undefined) return null;
  const [from, to] = [Number(first), Number(last) + 1];
  const totalBytes = total === '*' ? null : Number(total);
  return to > from && to <= (totalBytes ?? Infinity) ? { from, to, totalBytes } : null;
}

function isMarkup(answer: HfsStream): boolean {
  const type = answer.headers['content-type'];
  return type === undefined || /^\s*(?:text\/|application\/(?:xml|xhtml|json))/i.test(type);
}

/** No recording begins with an XML or HTML tag; what does is a page or a command's answer in the file's place. */
async function refuseMarkup(body: Readable, host: string, remotePath: string): Promise<void> {
  const start = await peek(body);
  const text = start.toString('latin1');
  if (!/^\s*<(?:\?xml|!doctype|html|head|body|function|list)\b/i.test(text)) return;
  const status = parseAnswer(text)?.find((part) => part.status !== null)?.status ?? 0;
  if (status === -1)
    throw new CameraFailure('gone', `${host} does not have ${shownName(remotePath)} any more`);
  throw new CameraFailure('malformed', `${host} sent a page in the place of ${shownName(remotePath)}`);
}

/** The first bytes of a body, which stay in it; none when it ends at once. */
async function peek(body: Readable): Promise<Buffer> {
  for (;;) {
    const first: unknown = body.read();
    if (first instanceof Buffer) {
      body.unshift(first);
      return first;
    }
    if (body.readableEnded) return Buffer.alloc(0);
    await Promise.race([once(body, 'readable'), once(body, 'end')]);
  }
}
