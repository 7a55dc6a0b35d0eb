import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLine } from '../../shared/log.ts';
import { logFileName } from './log-file.ts';
import { readLogLine } from './log-line.ts';

/** Longer than any line that was written. */
const blockBytes = 128 * 1024;
/** What is looked through for one page. */
const pageBytes = 4 * 1024 * 1024;

interface OpenFile {
  handle: FileHandle;
  bytes: number;
  firstId: number;
}

export interface OlderLines {
  lines: LogLine[];
  /** Lines before this one have not been looked at; null when there are none. */
  next: number | null;
}

/** Reads the log's files backwards; lines stand in them in the order of their ids. */
export class LogReader {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The newest line's id; 0 when there is none. At start only, for it waits for the disk. */
  lastId(): number {
    try {
      const names = readdirSync(this.folder).filter(isLogFile).toSorted(newestFirst);
      for (const name of names) {
        const id = lastIdOf(join(this.folder, name));
        if (id > 0) return id;
      }
    } catch {
      // No folder yet, or none that can be read: then ids begin with the time.
    }
    return 0;
  }

  /** Up to `limit` lines with smaller ids, newest first, of a bounded part of the files. A disk that fails has none. */
  async before(id: number, matches: (line: LogLine) => boolean, limit: number): Promise<OlderLines> {
    const files = await this.files();
    try {
      return await search(files, { id, matches, limit });
    } finally {
      await Promise.all(files.map(({ handle }) => handle.close().catch(() => undefined)));
    }
  }

  /** Newest first. One that is renamed meanwhile is read all the same. */
  private async files(): Promise<OpenFile[]> {
    const names = await readdir(this.folder).catch(() => []);
    const files: OpenFile[] = [];
    for (const name of names.filter(isLogFile)) {
      const file = await openLog(join(this.folder, name)).catch(() => null);
      if (file) files.push(file);
    }
    return files.toSorted((a, b) => b.firstId - a.firstId);
  }
}

interface Search {
  id: number;
  matches: (line: LogLine) => boolean;
  limit: number;
}

async function search(files: readonly OpenFile[], { id, matches, limit }: Search): Promise<OlderLines> {
  const lines: LogLine[] = [];
  let next = id;
  let budget = pageBytes;
  for (const file of files) {
    if (file.firstId >= next) continue;
    let end = await endBefore(file, next);
    while (end > 0) {
      if (budget <= 0) return { lines, next };
      const block = await linesBefore(file, end);
      budget -= end - block.start;
      end = block.start;
      for (const line of block.lines.toReversed()) {
        if (line.id >= next) continue;
        next = line.id;
        if (matches(line)) lines.push(line);
        if (lines.length >= limit) return { lines, next };
      }
    }
  }
  return { lines, next: null };
}

/** Whole lines that end at `end`, and where they begin. */
async function linesBefore({ handle }: OpenFile, end: number): Promise<{ lines: LogLine[]; start: number }> {
  const from = Math.max(0, end - blockBytes);
  const text = await readText(handle, from, end);
  const cut = from === 0 ? 0 : text.indexOf(lineFeed) + 1;
  // No line of ours is as long as a block: whatever it is, it is passed over.
  if (from > 0 && (cut === 0 || cut === text.length)) return { lines: [], start: from };
  const lines = text.subarray(cut).toString('utf8').split('\n');
  return { lines: lines.flatMap((line) => readLogLine(line) ?? []), start: from + cut };
}

/** An offset after all lines before this id, and not far behind them. */
async function endBefore(file: OpenFile, id: number): Promise<number> {
  let low = 0;
  let high = file.bytes;
  while (high - low > 2 * blockBytes) {
    const middle = Math.floor((low + high) / 2);
    const text = await readText(file.handle, middle, Math.min(file.bytes, middle + blockBytes));
    const found = firstIdIn(text.subarray(text.indexOf(lineFeed) + 1));
    if (found !== null && found < id) low = middle;
    else high = middle + blockBytes;
  }
  return high;
}

const lineFeed = 0x0a;

function firstIdIn(text: Buffer): number | null {
  for (const line of text.toString('utf8').split('\n')) {
    const read = readLogLine(line);
    if (read) return read.id;
  }
  return null;
}

async function openLog(path: string): Promise<OpenFile | null> {
  const handle = await open(path, 'r');
  try {
    const { size: bytes } = await handle.stat();
    const firstId = firstIdIn(await readText(handle, 0, Math.min(bytes, blockBytes)));
    if (firstId !== null) return { handle, bytes, firstId };
  } catch {
    // As if it were not there.
  }
  await handle.close();
  return null;
}

async function readText(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(to - from);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead);
}

function lastIdOf(path: string): number {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(0, size - blockBytes);
    const buffer = Buffer.alloc(size - from);
    readSync(descriptor, buffer, 0, buffer.length, from);
    const ids = buffer
      .toString('utf8')
      .split('\n')
      .map((line) => readLogLine(line)?.id ?? 0);
    return Math.max(0, ...ids);
  } finally {
    closeSync(descriptor);
  }
}

const isLogFile = (name: string) => name === logFileName || /^viofosync\.log\.\d+$/.test(name);

function newestFirst(a: string, b: string): number {
  return numberOf(a) - numberOf(b);
}

function numberOf(name: string): number {
  return Number(name.slice(logFileName.length + 1) || 0);
}
