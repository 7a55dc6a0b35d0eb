import { containerOfName } from '../../shared/clip-name.ts';
import { flawOfPath, segmentsOf } from './remote-path.ts';

/** The commands this program sends, all of them read-only on every known model. */
export const readCommands = {
  recordedSeconds: 2016,
  supportedCommands: 3002,
  firmwareVersion: 3012,
  allSettings: 3014,
  fileList: 3015,
  heartbeat: 3016,
  freeBytes: 3017,
  cardState: 3024,
  currentMode: 3037,
  /** Only for cameras of `tellsBluetoothMac` that name it themselves: elsewhere the number may be a setting. */
  bluetoothMac: 9346,
} as const;
export type ReadCommand = (typeof readCommands)[keyof typeof readCommands];

/** Whether 9346 is a question on this model: on others nobody knows what the number does. */
export function tellsBluetoothMac(model: string | null): boolean {
  return model !== null && /^(?:A149|A229.*|A329.*|S330|S340)$/i.test(model);
}

/** Deletes one file; only `deletionTarget` builds it. */
const deleteCommand = 4003;

/**
 * Formats, resets, flashes, deletes, reboots, drops Wi-Fi or saves settings on some model. The allow-list alone would
 * keep them out; they are named so that a refusal can say how bad it was, and so that nobody allows one by mistake.
 */
export const deniedCommands: ReadonlySet<number> = new Set([
  3003, 3004, 3010, 3011, 3013, 3018, 3021, 3023, 3026, 3027, 3032, 3033, 4003, 4004, 5001, 5002, 8093, 8230,
  8231, 9095, 9310, 9316, 9317, 9327, 9352, 9353, 9423,
]);

const allowedCommands: ReadonlySet<number> = new Set(Object.values(readCommands));
const mediaTrees = /^(?:DCIM|CARDV|Novatek)$/i;
/** What cameras make of names. `&` would end the text early on some firmware, so it is not among them. */
const deletableSegment = /^[A-Za-z0-9_][A-Za-z0-9_. -]*$/;
/** The path buffer of the camera's own program. */
const longestNativePath = 128;

const commandPattern = /^\/\?custom=1&cmd=(\d{4})(?:&par=\d{1,4})?$/;
const pathPattern = /^\/(?:(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+(?:\/|$))*$/;
const deletionPattern = /^\/\?custom=1&cmd=4003&str=((?:[A-Za-z0-9._-]|%3A|%5C|%20|\/)+)$/;

/** A request that must never reach a camera. Seeing one is a bug of ours or a hostile listing, never the camera's fault. */
export class HarmfulRequest extends Error {
  override name = 'HarmfulRequest';
}

/** `/?custom=1&cmd=3015&par=1`: firmware compares the text, so the order of parameters stays as it is. */
export function commandTarget(command: ReadCommand, par?: number): string {
  return `/?custom=1&cmd=${command}${par === undefined ? '' : `&par=${par}`}`;
}

/**
 * Request target of a file or folder given as decoded path (`/DCIM/Movie/X.MP4`); whatever stands in a name stays part
 * of the path. Throws `HarmfulRequest` when no card can have such a path.
 */
export function pathTarget(remotePath: string): string {
  const segments = segmentsOf(remotePath);
  if (segments.some((segment) => /^\.\.?$|\p{Cs}|\p{Cc}|[/\\]/u.test(segment))) {
    throw new HarmfulRequest('a path with such a segment is not asked for');
  }
  return `/${segments.map(encodeSegment).join('/')}`;
}

/**
 * The one request that deletes: a single media file below a camera's media tree. `native` is `A:\DCIM\Movie\X.MP4`,
 * `url` is `/DCIM/Movie/X.MP4`, which some firmware wants. Null when the path is not one that may be deleted.
 */
export function deletionTarget(file: {
  remotePath: string;
  volume: string;
  form: 'native' | 'url';
}): string | null {
  const segments = segmentsOf(file.remotePath);
  if (!/^[A-Z]$/.test(file.volume) || !isDeletable(segments)) return null;
  const text =
    file.form === 'url'
      ? segments.map((segment) => `/${encodeSegment(segment)}`).join('')
      : encodeSegment([`${file.volume}:`, ...segments].join('\\'));
  return `/?custom=1&cmd=${deleteCommand}&str=${text}`;
}

/**
 * The gate every request passes right before it goes on the wire. Only three forms pass: a read-only command, a plain
 * path without a query, and the deletion of one media file. Everything else throws `HarmfulRequest`.
 */
export function assertHarmless(method: string, target: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new HarmfulRequest(`${method} is never sent to a camera`);
  const command = commandPattern.exec(target);
  if (command) return assertReadOnly(Number(command[1]), target);
  if (pathPattern.test(target) && isPlainPath(target)) return;
  if (method === 'GET' && isDeletion(target)) return;
  throw new HarmfulRequest(`${explain(target)} is never sent to a camera`);
}

function assertReadOnly(command: number, target: string): void {
  if (deniedCommands.has(command))
    throw new HarmfulRequest(`the command ${command} is never sent to a camera`);
  if (!allowedCommands.has(command)) {
    throw new HarmfulRequest(
      `the command ${command} is unknown here; asked bare, a setting might be written`,
    );
  }
  if (target.includes('&par=') && command !== readCommands.fileList) {
    throw new HarmfulRequest(`the command ${command} takes no parameter here`);
  }
}

function isPlainPath(target: string): boolean {
  const segments = decoded(target)?.slice(1).split('/');
  if (!segments) return false;
  return (
    segments.every((segment) => segment !== '.' && segment !== '..') && !/%(?:2F|5C|[01]\w|7F)/.test(target)
  );
}

function isDeletion(target: string): boolean {
  const text = decoded(deletionPattern.exec(target)?.[1] ?? '');
  if (!text) return false;
  if (text.startsWith('/')) return !text.includes('\\') && isDeletable(text.slice(1).split('/'));
  const native = /^[A-Z]:\\([^/]+)$/.exec(text);
  return native !== null && isDeletable((native[1] ?? '').split('\\'));
}

function isDeletable(segments: readonly string[]): boolean {
  const [tree = ''] = segments;
  return (
    segments.length >= 2 &&
    mediaTrees.test(tree) &&
    segments.every((segment) => deletableSegment.test(segment) && !/^\.+$|[. ]$/.test(segment)) &&
    flawOfPath(segments) === null &&
    containerOfName(segments.at(-1) ?? '') !== null &&
    segments.join('\\').length + 'A:\\'.length < longestNativePath
  );
}

/** Which rule a refused target breaks, without repeating what may be hostile text. */
function explain(target: string): string {
  const text = decoded(target) ?? target;
  const denied = [...text.matchAll(/cmd=0*(\d+)/gi)].find(([, id]) => deniedCommands.has(Number(id)));
  if (denied) return `the command ${Number(denied[1])} in this form`;
  if (/del=/i.test(text)) return 'a deletion by link';
  return 'a request of this form';
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
