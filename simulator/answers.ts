import { answerCommand } from './commands.ts';
import { isCommand, parseCommand } from './command-query.ts';
import { deleteByLink } from './deletions.ts';
import type { Device } from './device.ts';
import { answerFile } from './file-replies.ts';
import { pageReply, textReply } from './hfs-reply.ts';
import type { HfsAnswer, HfsReply, HfsRequest, ReplyKind } from './hfs-reply.ts';
import { folderListing } from './listing-replies.ts';

/** One request in, one answer out: the camera as HTTP sees it, all faults but those of the wire included. */
export function answer(device: Device, request: HfsRequest): HfsAnswer {
  const { persona, latencyMs, serverError } = device.faults.current;
  if (persona === 'router') return routerPage();
  const kind = kindOf(device, request);
  if (isBroken(device, request, { kind, serverError }))
    return { ...pageReply(500), kind, delayMs: latencyMs };
  const reply = route(device, request);
  return reply === 'closed' ? reply : { ...reply, delayMs: reply.delayMs + latencyMs };
}

function kindOf(device: Device, { path, query }: HfsRequest): ReplyKind {
  if (isCommand(query)) return [3015, 9328].includes(parseCommand(query).cmd) ? 'listing' : 'command';
  return folderAt(device, path) === undefined ? 'file' : 'listing';
}

function isBroken(
  device: Device,
  { path }: HfsRequest,
  { kind, serverError }: { kind: ReplyKind; serverError: string },
): boolean {
  if (serverError === 'all') return true;
  if (serverError === 'files') return kind === 'file' && device.faults.concerns(path);
  return serverError === `${kind}s`;
}

function route(device: Device, request: HfsRequest): HfsAnswer {
  const { method, path, query, target } = request;
  if (method === 'POST') return postReply(device, target);
  if (method !== 'GET' && method !== 'HEAD') return pageReply(501);
  if (isCommand(query)) return answerCommand(device, request);
  if (query === 'query_devinfo') return deviceInfo(device);
  const folder = folderAt(device, path);
  if (folder !== undefined) return folderListing(device, folder);
  if (query === 'del=1') return pageReply(deleteByLink(device, path, target) ? 200 : 404);
  return rootFile(device, path) ?? answerFile(device, request);
}

/** Everything a POST could do is an upload or worse (camera.md 1.6, 1.11). */
function postReply(device: Device, target: string): HfsReply {
  device.violations.push({ reason: 'post', cmd: null, target });
  return pageReply(200);
}

/** The folder's own spelling; with and without a slash at the end, FAT without case. */
function folderAt(device: Device, path: string): string | undefined {
  const wanted = path === '/' ? '/' : path.replace(/\/+$/, '').toLowerCase();
  const folders = device.servedCards.flatMap((card) => [...card.folderPaths]);
  return folders.find((folder) => folder.toLowerCase() === wanted);
}

function rootFile(device: Device, path: string): HfsReply | undefined {
  const text = device.options.rootFiles?.[path.slice(1)];
  return text === undefined ? undefined : textReply({ kind: 'file', contentType: 'text/plain', text });
}

/** The `?query_devinfo` text of the SDK (camera.md 1.1). */
function deviceInfo(device: Device): HfsReply {
  const text = JSON.stringify({ mfr: 'VIOFO', type: '1', model: device.firmware, p2p_uuid: '' });
  return textReply({ kind: 'page', contentType: 'application/json', text });
}

/** Another machine took over the address: a home router that answers its login page to everything. */
function routerPage(): HfsReply {
  const form = '<form action="/login.cgi"><input name="user"><input name="password" type="password"></form>';
  const text = `<!DOCTYPE html>\n<html><head><title>Router login</title></head><body>${form}</body></html>\n`;
  const reply = textReply({ kind: 'page', contentType: 'text/html', text });
  return { ...reply, headers: [...reply.headers, ['Server', 'lighttpd/1.4.59']] };
}
