import { logMatcher, type LogFilter, type LogLine, type LogNews, type LogPage } from '../../shared/log.ts';

/** Lines that have come in since the page was read; newest first. */
export interface Fresh {
  shown: readonly LogLine[];
  /** Come in while the reader was elsewhere in the list, or had paused. */
  waiting: readonly LogLine[];
  dropped: number;
}

export const nothingFresh: Fresh = { shown: [], waiting: [], dropped: 0 };

/** The server has begun to send what is written. */
export function isBeginning({ lines, dropped }: LogNews): boolean {
  return lines.length === 0 && dropped === 0;
}

/** What is held at most; what is older can be read again. */
const mostFresh = 2000;

/** News are added where they belong: at once while the reader follows, else they wait. */
export function withNews(
  fresh: Fresh,
  news: LogNews,
  { filter, follows }: { filter: LogFilter; follows: boolean },
): Fresh {
  const lines = news.lines.filter(logMatcher(filter)).toReversed();
  const dropped = fresh.dropped + news.dropped;
  if (lines.length === 0) return news.dropped === 0 ? fresh : { ...fresh, dropped };
  const key = follows ? 'shown' : 'waiting';
  return { ...fresh, [key]: [...lines, ...fresh[key]].slice(0, mostFresh), dropped };
}

/** The reader is back: what waited is shown. */
export function released(fresh: Fresh): Fresh {
  if (fresh.waiting.length === 0) return fresh;
  return { ...fresh, shown: [...fresh.waiting, ...fresh.shown].slice(0, mostFresh), waiting: [] };
}

/** All lines to be shown, each once, newest first. */
export function allLines(fresh: Fresh, read: readonly LogLine[]): LogLine[] {
  const newest = read[0]?.id ?? -Infinity;
  return [...fresh.shown.filter(({ id }) => id > newest), ...read];
}

/** What waits for the reader; not what has been read meanwhile. */
export function unread({ waiting }: Fresh, read: readonly LogLine[]): readonly LogLine[] {
  const newest = read[0]?.id ?? -Infinity;
  return waiting.filter(({ id }) => id > newest);
}

/** A line as it is copied: everything that is known of it, in one text. */
export function lineText({ time, level, area, message, facts, error }: LogLine): string {
  const more = Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`;
  const stack = error === null ? '' : `\n${error.stack ?? error.message}`;
  return `${new Date(time).toISOString()} ${level} ${area ?? 'app'}: ${message}${more}${stack}`;
}

/** The facts of a line in short: `reason: ETIMEDOUT, clip: 2026_…`. */
export function factsText(facts: LogLine['facts']): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** Parts of the program that have spoken, also in lines that came since they were told. */
export function areasOf(pages: readonly LogPage[], fresh: readonly LogLine[]): string[] {
  const areas = new Set([...pages.flatMap((page) => page.areas), ...fresh.map(({ area }) => area)]);
  return [...areas].filter((area) => area !== null).toSorted();
}
