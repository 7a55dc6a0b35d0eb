import { Parser } from 'htmlparser2';
import { CameraFailure } from './camera.ts';
import { sortFailure } from './failures.ts';
import { decodeTimecode, parseListedTime } from './fat-time.ts';
import { leftOut, listedFile } from './listed-file.ts';
import { parseAnswer } from './novatek-answers.ts';
import { readCommands } from './novatek-commands.ts';
import { Notes } from './notes.ts';
import { flawOfSegment, isIgnoredName, shownName } from './remote-path.ts';
import type { ListedFile } from './camera.ts';

export interface XmlListing {
  files: ListedFile[];
  /** True only when the list's own end was seen. */
  complete: boolean;
  notes: string[];
  /** All entries, also those left out: it tells whether the camera sends its list in pages. */
  entries: number;
}

const fields = ['name', 'fpath', 'size', 'timecode', 'time', 'time_start', 'time_stop', 'attr'] as const;
type Field = (typeof fields)[number];
type Entry = Partial<Record<Field, string>>;
const fieldOfTag: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field, field]));
const longestField = 1024;

/**
 * Reads the answer to command 3015 in every known form. One bad entry never costs the others. Throws a `CameraFailure`:
 * by its status when the camera answered with one, `malformed` when the text is no file list at all.
 */
export function parseListingXml(text: string, host: string): XmlListing {
  const reader = new XmlReader();
  reader.read(text);
  if (!reader.sawList) return withoutList(text, host);
  const notes = new Notes();
  const files = reader.entries.map((entry) => fileOfEntry(entry, notes)).filter((file) => file !== null);
  if (!reader.ended) notes.add('the file list broke off before its end');
  return { files, complete: reader.ended, notes: notes.lines(), entries: reader.entries.length };
}

/** Some builds answer an empty card, and a camera that cannot list now, with a plain status. */
function withoutList(text: string, host: string): XmlListing {
  const command = readCommands.fileList;
  const status = parseAnswer(text)?.find((part) => part.status !== null)?.status;
  if (status === undefined || status === null) {
    throw new CameraFailure('malformed', `${host} does not answer with a camera's file list`);
  }
  if (status < 0) throw sortFailure(host, { commandStatus: status, command });
  return { files: [], complete: false, notes: ['the camera answered without a file list'], entries: 0 };
}

/** Collects the raw fields of each `<File>`, wherever it stands. */
class XmlReader {
  readonly entries: Entry[] = [];
  sawList = false;
  ended = false;
  #entry: Entry | null = null;
  #field: Field | null = null;
  #content = '';
  /** Set once the text is over: what is open then was cut off. */
  #over = false;

  read(text: string): void {
    const handler = {
      onopentagname: (name: string) => this.#open(name),
      ontext: (data: string) => this.#text(data),
      onclosetag: (name: string, implied: boolean) => this.#close(name, implied),
    };
    // Entities stay as they are: the firmware prints names as they are.
    const parser = new Parser(handler, { xmlMode: true, lowerCaseTags: true, decodeEntities: false });
    parser.write(text);
    this.#over = true;
    parser.end();
  }

  #open(name: string): void {
    this.#endField();
    if (name === 'list') this.sawList = true;
    if (name === 'file') {
      this.#endEntry();
      this.#entry = {};
    }
    this.#field = this.#entry ? (fieldOfTag.get(name) ?? null) : null;
  }

  #text(data: string): void {
    if (this.#field && this.#content.length < longestField) this.#content += data;
  }

  #close(name: string, implied: boolean): void {
    if (this.#over) return;
    this.#endField();
    if (name === 'file') this.#endEntry();
    if (name === 'list' && !implied) this.ended = true;
  }

  #endField(): void {
    if (this.#field && this.#entry) this.#entry[this.#field] ??= this.#content.trim();
    this.#field = null;
    this.#content = '';
  }

  #endEntry(): void {
    if (this.#entry) this.entries.push(this.#entry);
    this.#entry = null;
  }
}

const directoryAttribute = 16;
const readOnlyAttribute = 1;

function fileOfEntry(entry: Entry, notes: Notes): ListedFile | null {
  const attributes = Number(entry.attr ?? 0) | 0;
  const name = entry.name ?? '';
  if (attributes & directoryAttribute || isIgnoredName(name)) return null;
  const flaw = flawOfEntry(name, entry.fpath);
  if (flaw !== null) return leftOut(notes, name === '' ? `nameless, ${entry.fpath ?? ''}` : name, flaw);
  const { volume, segments } = splitNativePath(entry.fpath ?? '');
  const sizeBytes = sizeOf(entry.size);
  const { timecode, endedLocal } = timesOf(entry);
  const locked = (attributes & readOnlyAttribute) !== 0;
  const sizeExact = sizeBytes !== null;
  const file = listedFile({ segments, volume, sizeBytes, sizeExact, timecode, endedLocal, locked }, notes);
  if (file && !sizeExact) notes.add(`the camera tells no size for ${shownName(name)}`);
  return file;
}

function flawOfEntry(name: string, path: string | undefined): string | null {
  const flaw = flawOfSegment(name);
  if (flaw !== null) return `its name ${flaw}`;
  if (!path) return 'the camera tells no path for it';
  const isItsPath = path.endsWith(name) || path.toLowerCase().endsWith(name.toLowerCase());
  const before = path.at(-name.length - 1) ?? '';
  return isItsPath && /^[\\/:]?$/.test(before) ? null : 'its path leads to another file';
}

/** `A:\DCIM\Movie\X.MP4`, also with slashes, doubled backslashes or without the drive. */
function splitNativePath(path: string): { volume: string; segments: string[] } {
  const hasDrive = /^[A-Za-z]:/.test(path);
  const segments = path.slice(hasDrive ? 2 : 0).split(/[\\/]/);
  return {
    volume: hasDrive ? path.charAt(0).toUpperCase() : '',
    segments: segments.filter((segment) => segment !== ''),
  };
}

function sizeOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  const size = Number(text);
  return Number.isSafeInteger(size) ? size : null;
}

/** TIMECODE is alike on all models; the order of TIME's day, month and year is not. */
function timesOf(entry: Entry): { timecode: number | null; endedLocal: string | null } {
  const number = /^-?\d{1,10}$/.test(entry.timecode ?? '') ? Number(entry.timecode) : 0;
  const inRange = number >= -(2 ** 31) && number < 2 ** 32;
  const decoded = inRange ? decodeTimecode(number) : null;
  if (decoded !== null) return { timecode: number >>> 0, endedLocal: decoded };
  return { timecode: null, endedLocal: parseListedTime(entry.time_stop ?? entry.time ?? '') };
}
