import { join } from 'node:path';
import {
  logIdAt,
  logMatcher,
  type LogFilter,
  type LogLine,
  type LogNews,
  type LogPage,
} from '../../shared/log.ts';
import { LogFile, type LogFileOptions } from './log-file.ts';
import { readLogLine, writeLogLine } from './log-line.ts';
import { LogReader } from './log-reader.ts';

export interface LogBookOptions {
  /** Null: kept in memory only. */
  folder: string | null;
  /** Lines in memory, and what they may take. */
  maxLines?: number;
  maxBytes?: number;
  /** News are sent in batches, at most one each so often, of so many lines. */
  newsEveryMs?: number;
  newsLines?: number;
  file?: Partial<Pick<LogFileOptions, 'size' | 'rotated' | 'maxWaitingBytes' | 'retryMs'>>;
}

interface Kept {
  line: LogLine;
  bytes: number;
}

type NewsListener = (news: LogNews) => void;

/**
 * The log where the page finds it: the newest lines in memory, older ones in files. It is written to by the logger
 * itself, so it neither waits nor throws.
 */
export class LogBook {
  private readonly options: Required<Omit<LogBookOptions, 'folder' | 'file'>>;
  private readonly file: LogFile | null;
  private readonly reader: LogReader | null;
  private kept: Kept[] = [];
  private keptBytes = 0;
  private lastId = 0;
  private readonly areas = new Set<string>();
  private readonly concealed = new Set<string>();
  private readonly listeners = new Set<NewsListener>();
  private news: LogLine[] = [];
  private newsDropped = 0;
  private newsTimer: NodeJS.Timeout | null = null;
  private fault: string | null = null;
  private faultListener: ((reason: string | null) => void) | null = null;

  constructor({ folder, file, ...options }: LogBookOptions) {
    this.options = { maxLines: 5000, maxBytes: 4_000_000, newsEveryMs: 250, newsLines: 200, ...options };
    this.reader = folder === null ? null : new LogReader(folder);
    this.file =
      folder === null ? null : new LogFile({ ...fileDefaults, ...file, folder, onFault: this.onFault });
    this.lastId = this.reader?.lastId() ?? 0;
  }

  /** One line of JSON as the logger writes it. */
  write(text: string): void {
    const read = readLogLine(this.conceal(text));
    if (read === null) return;
    this.lastId = Math.max(this.lastId + 1, logIdAt(read.time));
    const line = { ...read, id: this.lastId };
    const written = writeLogLine(line);
    this.keep({ line, bytes: written.length });
    this.file?.write(written, performance.now());
    this.spread(line);
  }

  /** From now on this text stands in no line: a code that standard output alone shows. */
  addSecret(secret: string): void {
    if (secret.length >= 4) this.concealed.add(secret);
  }

  /** Told once when the file cannot be written, and once when it can again (null). Also of what was before. */
  whenFaulty(listener: (reason: string | null) => void): void {
    this.faultListener = listener;
    if (this.fault !== null) listener(this.fault);
  }

  /** Hears of new lines, in batches; returns how to stop that. */
  tail(listener: NewsListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.endNews();
    };
  }

  /** Lines before another one, the newest first; looks through a bounded part of the files. */
  async page(
    filter: LogFilter,
    { before = Infinity, limit }: { before?: number | undefined; limit: number },
  ): Promise<LogPage> {
    const matches = logMatcher(filter);
    const recent = this.recent(matches, before, limit);
    const isFull = recent.lines.length >= limit;
    const older =
      isFull || this.reader === null
        ? { lines: [], next: isFull ? recent.next : null }
        : await this.reader.before(recent.next ?? before, matches, limit - recent.lines.length);
    return {
      lines: [...recent.lines, ...older.lines],
      next: older.next,
      areas: [...this.areas].toSorted(),
      file: this.file?.isWritten === true ? 'written' : 'off',
    };
  }

  /** The last lines, newest first, from the files too. */
  async last(count: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    let before: number | undefined;
    while (lines.length < count) {
      const page = await this.page({}, { before, limit: Math.min(500, count - lines.length) });
      lines.push(...page.lines);
      if (page.next === null) break;
      before = page.next;
    }
    return lines;
  }

  async close(): Promise<void> {
    this.endNews();
    await this.file?.close();
  }

  private readonly onFault = (reason: string | null): void => {
    this.fault = reason;
    this.faultListener?.(reason);
  };

  private conceal(text: string): string {
    let clean = text;
    for (const secret of this.concealed) clean = clean.replaceAll(secret, '[private]');
    return clean;
  }

  private keep(kept: Kept): void {
    this.kept.push(kept);
    this.keptBytes += kept.bytes;
    if (kept.line.area !== null && this.areas.size < 100) this.areas.add(kept.line.area);
    const { maxLines, maxBytes } = this.options;
    if (this.kept.length <= maxLines * 1.1 && this.keptBytes <= maxBytes * 1.1) return;
    // Seldom and many at once: taking one off the front of a long list costs as much.
    let from = Math.max(0, this.kept.length - maxLines);
    let bytes = this.kept.slice(from).reduce((sum, each) => sum + each.bytes, 0);
    while (bytes > maxBytes && from < this.kept.length - 1) bytes -= this.kept[from++]?.bytes ?? 0;
    this.kept = this.kept.slice(from);
    this.keptBytes = bytes;
  }

  private recent(matches: (line: LogLine) => boolean, before: number, limit: number) {
    const lines: LogLine[] = [];
    let next: number | null = null;
    for (let at = this.kept.length - 1; at >= 0 && lines.length < limit; at--) {
      const line = this.kept[at]?.line;
      if (!line || line.id >= before) continue;
      next = line.id;
      if (matches(line)) lines.push(line);
    }
    return { lines, next };
  }

  private spread(line: LogLine): void {
    if (this.listeners.size === 0) return;
    this.news.push(line);
    if (this.news.length > this.options.newsLines) {
      this.news.shift();
      this.newsDropped += 1;
    }
    this.newsTimer ??= setTimeout(() => this.sendNews(), this.options.newsEveryMs).unref();
  }

  private sendNews(): void {
    const news = { lines: this.news, dropped: this.newsDropped };
    this.endNews();
    for (const listener of this.listeners) listener(news);
  }

  private endNews(): void {
    if (this.newsTimer) clearTimeout(this.newsTimer);
    this.newsTimer = null;
    this.news = [];
    this.newsDropped = 0;
  }
}

/** Together at most 32 MB. */
const fileDefaults = { size: '4M', rotated: 7, maxWaitingBytes: 1_000_000, retryMs: 60_000 } as const;

/** Where the log of an installation lies. */
export function logFolder(configDir: string): string {
  return join(configDir, 'logs');
}
