import { brokenHtmlRows, brokenXmlItems, hostileFiles } from './bad-entries.ts';
import type { CardEntry } from './card.ts';
import type { Device } from './device.ts';
import type { FaultSettings } from './faults.ts';
import { pageReply, textReply, xmlReply } from './hfs-reply.ts';
import type { HfsReply } from './hfs-reply.ts';
import { folderHtml } from './listing-html.ts';
import { listedFile, listingXml } from './listing-xml.ts';
import type { ListedFile } from './listing-xml.ts';
import { localTime } from './times.ts';
import { statusCode, statusXml, valueXml } from './xml.ts';

/** `cmd=3015`; `page` counts only where the listing style is paged. */
export function xmlListing(device: Device, page: number): HfsReply {
  if (device.faults.current.busy || (device.options.busyWhileRecording === true && device.isRecording)) {
    return xmlReply(statusXml(3015, statusCode.busy), 'listing');
  }
  return listingReply(device, xmlFiles(device), page);
}

function listingReply(device: Device, files: ListedFile[], page: number): HfsReply {
  const { listing, badEntries } = device.faults.current;
  const text = listingXml(listing === 'empty' ? [] : files, device.listing, page);
  const broken = badEntries ? text.replace('</LIST>', () => `${brokenXmlItems}</LIST>`) : text;
  const reply = xmlReply(broken, 'listing');
  const whole = device.listing.contentLength ? reply : { ...reply, declaredBytes: null };
  return delayed(device, '3015', spoilt(device, whole));
}

function xmlFiles(device: Device): ListedFile[] {
  const files = device.listedCards.flatMap((card) =>
    card.entries.map((entry) => listedFile(entry, card.drive, device.listedBytes(entry))),
  );
  return device.faults.current.badEntries ? [...hostileFiles(device.listedCard.drive), ...files] : files;
}

/** 9328: bare is 3015; `querry` (sic) is the number of files; `list&start=0&end=9` some of them (camera.md 1.5). */
export function pagedListing(device: Device, str: string | null): HfsReply {
  const files = xmlFiles(device);
  if (str === 'querry') return xmlReply(valueXml(9328, files.length), 'listing');
  const range = /^list&start=(\d+)&end=(\d+)$/.exec(str ?? '');
  if (range === null) return listingReply(device, files, 0);
  return listingReply(device, files.slice(Number(range[1]), Number(range[2]) + 1), 0);
}

/** The HTML page of an existing folder (`/DCIM/Movie`, no slash at the end). */
export function folderListing(device: Device, path: string): HfsReply {
  const { listing, badEntries } = device.faults.current;
  const empty = listing === 'empty';
  const text = folderHtml({
    path,
    folders: empty ? [] : subfolders(device, path),
    files: empty ? [] : [...rootFiles(device, path), ...filesIn(device, path)],
  });
  const broken = badEntries ? text.replace('</table>', () => `${brokenHtmlRows}</table>`) : text;
  const reply = textReply({ kind: 'listing', contentType: 'text/html', text: broken });
  return delayed(device, path, spoilt(device, reply));
}

function subfolders(device: Device, path: string) {
  const prefix = path === '/' ? '/' : `${path}/`;
  const folders = new Set(device.servedCards.flatMap((card) => [...card.folderPaths]));
  const children = [...folders].filter(
    (folder) => folder !== '/' && folder.startsWith(prefix) && !folder.slice(prefix.length).includes('/'),
  );
  const changedLocal = device.card.entries.at(0)?.startedLocal ?? localTime(2026, 1, 1);
  return children.map((folder) => ({ name: folder.slice(prefix.length), changedLocal }));
}

function filesIn(device: Device, path: string) {
  const inFolder = (entry: CardEntry) => entry.folder.toLowerCase() === path.toLowerCase();
  const entries = device.servedCards.flatMap((card) => card.entries.filter(inFolder));
  return onceByName(entries).map((entry) => ({
    name: entry.name,
    sizeBytes: device.listedBytes(entry),
    endedLocal: entry.endedLocal,
  }));
}

/** The first of each name: what HTTP serves. */
function onceByName(entries: readonly CardEntry[]): CardEntry[] {
  const byName = new Map<string, CardEntry>();
  for (const entry of entries) {
    const key = entry.name.toLowerCase();
    if (!byName.has(key)) byName.set(key, entry);
  }
  return [...byName.values()];
}

function rootFiles(device: Device, path: string) {
  if (path !== '/') return [];
  return Object.entries(device.options.rootFiles ?? {}).map(([name, text]) => ({
    name,
    sizeBytes: Buffer.byteLength(text),
    endedLocal: localTime(2026, 1, 1),
  }));
}

/** What the `listing` fault makes of a good listing. */
function spoilt(device: Device, reply: HfsReply): HfsReply {
  return spoilers[device.faults.current.listing](reply);
}

const spoilers: Record<FaultSettings['listing'], (reply: HfsReply) => HfsReply> = {
  works: (reply) => reply,
  empty: (reply) => reply,
  partial: (reply) => ({ ...reply, end: { how: 'close', atBytes: Math.floor(reply.body.to * 0.6) } }),
  garbage: () => instead(Uint8Array.from({ length: 2000 }, (_, index) => 128 + ((index * 67 + 13) % 128))),
  'html-error': () =>
    instead('<html><body><h1>Internal error</h1>Please try again later.</body></html>', 'text/html'),
  'empty-body': () => instead(''),
  'not-found': () => ({ ...pageReply(404), kind: 'listing' }),
};

function instead(text: string | Uint8Array, contentType = 'text/xml'): HfsReply {
  return textReply({ kind: 'listing', contentType, text });
}

function delayed(device: Device, what: string, reply: HfsReply): HfsReply {
  const { listingDelayMs } = device.faults.current;
  const delayMs = typeof listingDelayMs === 'number' ? listingDelayMs : (listingDelayMs[what] ?? 0);
  return { ...reply, delayMs: reply.delayMs + delayMs };
}
