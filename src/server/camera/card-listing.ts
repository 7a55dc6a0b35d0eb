import { CameraFailure } from './camera.ts';
import { mostTelling, sortFailure, transportErrorOf } from './failures.ts';
import { parseListingHtml } from './listing-html.ts';
import { mergeListings } from './listing-merge.ts';
import { parseListingXml } from './listing-xml.ts';
import { commandTarget, pathTarget, readCommands } from './novatek-commands.ts';
import { folderOf, segmentsOf, shownName } from './remote-path.ts';
import type { ListedFile } from './camera.ts';
import type { HfsClient } from './hfs-client.ts';
import type { ListingPart, MergedListing } from './listing-merge.ts';

const videoFolders = ['/DCIM/Movie', '/DCIM/Movie/Parking', '/DCIM/Movie/RO'];
const photoFolder = '/DCIM/Photo';
const mediaTree = /^\/(?:DCIM|CARDV|Novatek)$/i;
const deepest = 4;
const mostFolders = 64;
/** Some builds answer 3015 in pages of this size, the first one when asked without a page. */
const pageEntries = 60;
const mostPages = 500;

export interface CardListingDeps {
  client: HfsClient;
  /** For messages, and to tell links of the camera from those to other hosts. */
  host: string;
}

/** Reads everything a camera lists: its XML file list and its folder pages, merged. */
export class CardListing {
  readonly #client: HfsClient;
  readonly #host: string;

  constructor(deps: CardListingDeps) {
    this.#client = deps.client;
    this.#host = deps.host;
  }

  /**
   * Takes the XML list first, then the pages of the folders where videos are. Complete only when every part came
   * whole; an empty camera is never taken for proven. Throws the failure that tells most when no part worked.
   */
  async read(signal: AbortSignal): Promise<MergedListing> {
    const xml = await settled(this.#readXml(signal), signal);
    if (xml instanceof CameraFailure && transportErrorOf(xml)?.phase === 'connect') throw xml;
    const walk = new FolderWalk({ client: this.#client, host: this.#host }, signal);
    await walk.visitAll(await this.#firstFolders(xml, walk));
    if (xml instanceof CameraFailure && walk.pages.length === 0) throw mostTelling([xml, ...walk.failures]);
    const parts = [...walk.pages];
    if (!(xml instanceof CameraFailure)) parts.unshift(xml);
    const merged = mergeListings(parts);
    const notes = [...merged.notes, ...walk.notes];
    if (xml instanceof CameraFailure) notes.unshift(`only the folder pages were read: ${xml.message}`);
    const complete = merged.complete && walk.complete;
    if (merged.files.length > 0) return { ...merged, notes, complete };
    return { files: [], complete: false, notes: [...notes, 'the camera lists no files at all'] };
  }

  async #readXml(signal: AbortSignal): Promise<ListingPart> {
    const first = await this.#readXmlPage(signal);
    return first.entries === pageEntries ? this.#readMorePages(first, signal) : first;
  }

  async #readXmlPage(signal: AbortSignal, page?: number): Promise<ListingPart & { entries: number }> {
    const target = commandTarget(readCommands.fileList, page);
    const answer = await this.#client.readText(target, 'listing', signal);
    if (answer.httpStatus !== 200) throw commandFailure(this.#host, answer.httpStatus);
    return parseListingXml(answer.text, this.#host);
  }

  /** Asks for pages as long as they bring files that were not there before. */
  async #readMorePages(first: ListingPart, signal: AbortSignal): Promise<ListingPart> {
    const parts = [first];
    const known = new Set(first.files.map((file) => file.remotePath));
    for (let page = 1; page <= mostPages; page += 1) {
      const next = await settled(this.#readXmlPage(signal, page), signal);
      if (next instanceof CameraFailure) {
        parts.push({
          files: [],
          complete: false,
          notes: [`page ${page} of the file list failed: ${next.message}`],
        });
        break;
      }
      const fresh = next.files.filter((file) => !known.has(file.remotePath));
      if (fresh.length === 0) break;
      parts.push({ ...next, files: fresh });
      for (const file of fresh) known.add(file.remotePath);
      if (next.entries < pageEntries) break;
    }
    return mergeListings(parts);
  }

  /** Where to look for pages: where the XML list says videos are, else where the root page leads. */
  async #firstFolders(xml: ListingPart | CameraFailure, walk: FolderWalk): Promise<string[]> {
    if (!(xml instanceof CameraFailure) && xml.files.length > 0) {
      return [...foldersOfVideos(xml.files), ...videoFolders];
    }
    const trees = await walk.mediaTrees();
    const isNamed = trees.some((tree) => tree.toLowerCase() === '/dcim');
    return isNamed ? trees : [...trees, ...videoFolders, photoFolder];
  }
}

function foldersOfVideos(files: readonly ListedFile[]): string[] {
  return [
    ...new Set(files.filter((file) => file.container !== 'jpg').map((file) => folderOf(file.remotePath))),
  ];
}

/** The failure of a command that was not answered with HTTP 200, as every camera does even when it refuses. */
export function commandFailure(host: string, httpStatus: number): CameraFailure {
  if (httpStatus !== 404) return sortFailure(host, { httpStatus });
  return new CameraFailure(
    'malformed',
    `${host} is a web server, but does not know a camera's commands (HTTP 404)`,
  );
}

/** The promise's value or the `CameraFailure` it ended with; anything else, and an abort, is thrown. */
async function settled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | CameraFailure> {
  try {
    return await promise;
  } catch (error) {
    if (signal.aborted || !(error instanceof CameraFailure)) throw error;
    return error;
  }
}

/** A bounded walk over the folder pages of one listing; links with a query string were dropped by the parser. */
class FolderWalk {
  readonly pages: ListingPart[] = [];
  readonly failures: CameraFailure[] = [];
  readonly notes: string[] = [];
  readonly #deps: CardListingDeps;
  readonly #signal: AbortSignal;
  readonly #seen = new Set<string>();
  #left = mostFolders;

  constructor(deps: CardListingDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Every page that exists was read. */
  get complete(): boolean {
    return this.notes.length === 0;
  }

  async visitAll(folders: readonly string[]): Promise<void> {
    const waiting = [...folders];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      const key = folder.toLowerCase();
      if (this.#seen.has(key)) continue;
      // A camera that has gone would cost its time limit for each folder that is left.
      if (this.#left === 0 || this.failures.some((failure) => failure.kind === 'unreachable')) {
        this.notes.push(`some folders were not read, ${shownName(folder)} among them`);
        return;
      }
      this.#seen.add(key);
      this.#left -= 1;
      waiting.push(...(await this.#visit(folder)));
    }
  }

  /** The media trees the root page shows; none when there is no such page. */
  async mediaTrees(): Promise<string[]> {
    const root = await settled(this.#readPage(''), this.#signal);
    if (root instanceof CameraFailure) this.failures.push(root);
    if (root instanceof CameraFailure || root === null) return [];
    return root.folders.filter((folder) => mediaTree.test(folder));
  }

  /** Reads one page and returns the folders below it. */
  async #visit(folder: string): Promise<string[]> {
    const page = await settled(this.#readPage(folder), this.#signal);
    if (page === null) return [];
    if (page instanceof CameraFailure) {
      this.failures.push(page);
      this.notes.push(`the folder ${shownName(folder)} could not be read: ${page.message}`);
      return [];
    }
    this.pages.push(page);
    if (segmentsOf(folder).length < deepest) return page.folders;
    if (page.folders.length > 0)
      this.notes.push(`folders below ${shownName(folder)} are too deep to be read`);
    return [];
  }

  /** Null when the camera has no such folder, which is normal for each of them. */
  async #readPage(folder: string): Promise<(ListingPart & { folders: string[] }) | null> {
    const { client, host } = this.#deps;
    const answer = await client.readText(pathTarget(folder), 'listing', this.#signal);
    if (answer.httpStatus === 404) return null;
    if (answer.httpStatus !== 200) throw sortFailure(host, { httpStatus: answer.httpStatus });
    const page = parseListingHtml(answer.text, { folder, host });
    const complete = page.closed || answer.whole;
    const cutOff = complete ? [] : [`the page of ${shownName(folder)} broke off before its end`];
    return { files: page.files, folders: page.folders, complete, notes: [...page.notes, ...cutOff] };
  }
}
