import { Parser } from 'htmlparser2';
import { CameraFailure } from './camera.ts';
import { parseListedTime } from './fat-time.ts';
import { leftOut, listedFile } from './listed-file.ts';
import { Notes } from './notes.ts';
import { flawOfPath, segmentsOf } from './remote-path.ts';
import type { ListedFile } from './camera.ts';

export interface HtmlListing {
  files: ListedFile[];
  /** Decoded paths of the folders right below this one: `/DCIM/Movie/RO`. */
  folders: string[];
  /** Whether the table's own end was seen; without it, only the transport can tell that the page is whole. */
  closed: boolean;
  notes: string[];
}

/** A row of the table as it stands: the link with its text, and the text of the cells after it. */
interface Row {
  href: string | null;
  name: string;
  cells: string[];
}

/**
 * Reads the page a camera shows for one of its folders. Links with a query string (`?del=1` deletes at once) and links
 * to other hosts are dropped. Throws `CameraFailure` `malformed` when it is some other web server's page.
 */
export function parseListingHtml(text: string, page: { folder: string; host: string }): HtmlListing {
  const reader = new HtmlReader();
  reader.read(text);
  const notes = new Notes();
  const files: ListedFile[] = [];
  const folders = new Set<string>();
  let understood = reader.hasHeadings;
  for (const row of reader.rows) {
    const kind = kindOfRow(row);
    if (!kind) continue;
    understood = true;
    const segments = segmentsOfHref(row, page);
    if (!segments) continue;
    if (kind === 'folder') addFolder(folders, segments, { page, notes });
    else addFile(files, segments, { row, page, notes });
  }
  if (!understood)
    throw new CameraFailure('malformed', `${page.host} shows a page that is no camera's folder`);
  return { files, folders: [...folders], closed: reader.closed, notes: notes.lines() };
}

/** Collects the rows; cells and rows are never closed in these pages, so each start tag ends what was before. */
class HtmlReader {
  readonly rows: Row[] = [];
  hasHeadings = false;
  closed = false;
  #row: Row | null = null;
  #place: 'heading' | 'link' | 'cell' | null = null;

  read(text: string): void {
    const parser = new Parser({
      onopentag: (name, attributes) => this.#open(name, attributes),
      ontext: (data) => this.#text(data),
      onclosetag: (name, implied) => this.#close(name, implied),
    });
    parser.end(text);
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === 'tr') {
      this.#row = { href: null, name: '', cells: [] };
      this.#place = null;
    } else if (name === 'th') {
      this.#place = 'heading';
    } else if (name === 'td') {
      this.#place = this.#row?.href == null ? null : 'cell';
      if (this.#place) this.#row?.cells.push('');
    } else if (name === 'a' && this.#row?.href === null && attributes['href'] !== undefined) {
      this.#openLink(this.#row, attributes['href']);
    }
  }

  #openLink(row: Row, href: string): void {
    row.href = href;
    this.#place = 'link';
    // Every other row of a camera's page is the link that deletes the file of the row before.
    if (href.endsWith('?del=1')) this.#row = null;
    else this.rows.push(row);
  }

  #text(data: string): void {
    if (this.#place === 'heading') this.hasHeadings ||= /^\s*file\s*name\b/i.test(data);
    if (!this.#row || data.length > 4096) return;
    if (this.#place === 'link') this.#row.name += data;
    const last = this.#row.cells.length - 1;
    if (this.#place === 'cell' && last >= 0) this.#row.cells[last] += data;
  }

  #close(name: string, implied: boolean): void {
    if (name === 'a' || name === 'td' || name === 'th') this.#place = null;
    if (name === 'table' && !implied) this.closed = true;
  }
}

const sizePattern = /^([\d.,]+)\s*(B|bytes?|[KMGT]i?B?)?$/i;

function kindOfRow(row: Row): 'file' | 'folder' | null {
  const size = row.cells[0]?.trim() ?? '';
  if (row.href === null) return null;
  if (sizePattern.test(size)) return 'file';
  if (/^[<[(]?\s*(?:folder|dir(?:ectory)?)\s*[>\])]?$/i.test(size)) return 'folder';
  return null;
}

/** Decoded segments of where a row's link leads; null when it must not be followed. */
function segmentsOfHref(row: Row, page: { folder: string; host: string }): string[] | null {
  const href = (row.href ?? '').trim();
  // What cameras themselves write: the folder and the name as it is shown, nothing in it to be decoded.
  const name = row.name.trim();
  if (/^\w[\w.-]*$/.test(name) && href === `${page.folder}/${name}`)
    return [...segmentsOf(page.folder), name];
  if (/[?#]/.test(href)) return null;
  const path = pathOnHost(href, page.host);
  if (path === null) return null;
  const absolute = path.startsWith('/') ? path : `${page.folder}/${path}`;
  const raw = segmentsOf(absolute);
  // Firmware that prints names as they are does not encode a percent sign in them either.
  const isPlain = raw.at(-1) === row.name.trim();
  return raw.map((segment, index) =>
    isPlain && index === raw.length - 1 ? segment : decodedSegment(segment),
  );
}

function pathOnHost(href: string, host: string): string | null {
  const [, scheme, authority, rest = ''] =
    /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/]*))?([^]*)$/i.exec(href) ?? [];
  if (scheme !== undefined && (scheme.toLowerCase() !== 'http' || authority === undefined)) return null;
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase()) return null;
  return rest;
}

function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

interface Sink {
  page: { folder: string };
  notes: Notes;
}

function addFolder(folders: Set<string>, segments: string[], { page, notes }: Sink): void {
  const name = segments.at(-1) ?? '';
  if (!isIn(page.folder, segments) || name.startsWith('.')) return;
  const flaw = flawOfPath(segments);
  if (flaw) leftOut(notes, name, `its path ${flaw}`);
  else folders.add(`/${segments.join('/')}`);
}

function addFile(files: ListedFile[], segments: string[], { row, page, notes }: Sink & { row: Row }): void {
  const [size = '', time = ''] = row.cells;
  const [name, shown] = [segments.at(-1) ?? '', row.name.trim()];
  if (!isIn(page.folder, segments) || (shown !== name && decodedSegment(shown) !== name)) {
    leftOut(notes, shown || name, 'its link leads to another file');
    return;
  }
  const times = { timecode: null, endedLocal: parseListedTime(time) };
  const file = listedFile({ segments, volume: '', locked: false, ...sizeOf(size), ...times }, notes);
  if (file) files.push(file);
}

/** Whether the path is right below the folder; FAT knows no case. */
function isIn(folder: string, segments: readonly string[]): boolean {
  return `/${segments.slice(0, -1).join('/')}`.toLowerCase() === (folder || '/').toLowerCase();
}

/** `133.08 MB` is rounded in steps of 1024; a bare number, or one of bytes, is exact. */
function sizeOf(text: string): { sizeBytes: number | null; sizeExact: boolean } {
  const [, digits = '', unit = 'B'] = sizePattern.exec(text.trim()) ?? [];
  const power = Math.max(0, ' KMGT'.indexOf(unit.charAt(0).toUpperCase()));
  const value = Number(digits.replace(/,(?=\d{1,2}$)/, '.').replace(/,/g, ''));
  const bytes = Math.round(value * 1024 ** power);
  if (digits === '' || !Number.isSafeInteger(bytes)) return { sizeBytes: null, sizeExact: false };
  return { sizeBytes: bytes, sizeExact: power === 0 && Number.isInteger(value) };
}
