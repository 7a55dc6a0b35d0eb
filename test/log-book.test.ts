import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LogNews } from '../src/shared/log.ts';
import { createLogs } from '../src/server/lib/logger.ts';
import { LogBook, type LogBookOptions } from '../src/server/log/log-book.ts';

let folder: string;
const books: LogBook[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viofosync-log-'));
});
afterEach(async () => {
  await Promise.all(books.splice(0).map((book) => book.close()));
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

function openBook(options: Partial<LogBookOptions> = {}): LogBook {
  const book = new LogBook({ folder, ...options });
  books.push(book);
  return book;
}

function logsOf(book: LogBook, level: 'info' | 'debug' = 'debug') {
  const out: string[] = [];
  return { ...createLogs({ level, json: true, out: { write: (line) => out.push(line) }, also: book }), out };
}

const messages = (lines: readonly { message: string }[]) => lines.map(({ message }) => message);

async function allOf(book: LogBook, filter = {}, limit = 50): Promise<string[]> {
  const found: string[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await book.page(filter, { before, limit });
    found.push(...messages(page.lines));
    if (page.next === null) return found;
    before = page.next;
  }
}

test('the newest lines come first, with their level, area, facts and error', async () => {
  const book = openBook({ folder: null });
  const { log } = logsOf(book);
  log.child({ module: 'sync' }).info({ clip: 'a.MP4' }, 'archived');
  log.error({ err: new Error('no luck') }, 'failed');
  const { lines, next, areas } = await book.page({}, { limit: 10 });
  expect(lines).toMatchObject([
    { level: 'error', area: null, message: 'failed', error: { message: 'no luck' } },
    { level: 'info', area: 'sync', message: 'archived', facts: { clip: 'a.MP4' }, error: null },
  ]);
  expect(lines[0]!.error!.stack).toContain('log-book.test');
  expect(lines[0]!.id).toBeGreaterThan(lines[1]!.id);
  expect([next, areas]).toEqual([null, ['sync']]);
});

test('pages follow each other without a gap or a repetition, from memory into the files', async () => {
  const book = openBook({ maxLines: 100 });
  const { log } = logsOf(book);
  for (let n = 0; n < 1000; n++) log.info(`line ${n}`);
  await vi.waitFor(async () => expect(await fileLines()).toBe(1000));
  const expected = Array.from({ length: 1000 }, (_, n) => `line ${999 - n}`);
  expect(await allOf(book, {}, 73)).toEqual(expected);
  expect(await allOf(book, { text: 'line 17' })).toEqual(expected.filter((line) => line.includes('17')));
});

test('after a start the lines of before are there, and new ones have greater ids', async () => {
  const before = openBook();
  logsOf(before).log.info('of before');
  await before.close();
  const after = openBook();
  logsOf(after).log.info('of now');
  expect(await allOf(after)).toEqual(['of now', 'of before']);
  const { lines } = await after.page({}, { limit: 5 });
  expect(lines[0]!.id).toBeGreaterThan(lines[1]!.id);
});

test('files are bounded in size and number, and what is in them is found however many there are', async () => {
  const book = openBook({ maxLines: 10, file: { size: '64K', rotated: 3 } });
  const { log } = logsOf(book);
  for (let n = 0; n < 4000; n++) {
    log.info({ about: 'x'.repeat(60) }, `line ${n}`);
    if (n % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(async () => expect(await fileTexts()).toContain('line 3999'), { timeout: 10_000 });
  const names = await readdir(folder);
  expect(names.toSorted()).toEqual([
    'viofosync.log',
    'viofosync.log.1',
    'viofosync.log.2',
    'viofosync.log.3',
  ]);
  for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThan(64 * 1024 + 20_000);
  const found = await allOf(book, {}, 200);
  const numbers = found.map((line) => Number(line.slice(5)));
  expect(numbers).toEqual(Array.from({ length: found.length }, (_, n) => 3999 - n));
  expect(numbers.length).toBeGreaterThan(300);
  const middle = numbers[Math.floor(numbers.length / 2)]!;
  expect(await allOf(book, { text: `line ${middle}` })).toEqual([`line ${middle}`]);
});

test('a file of others, or one that is torn, does no harm', async () => {
  await mkdir(join(folder, 'viofosync.log.2'));
  await writeFile(join(folder, 'viofosync.log.1'), 'x'.repeat(300_000));
  await writeFile(join(folder, 'other.log'), '{"level":30,"time":1,"msg":"not ours","id":1}\n');
  await writeFile(
    join(folder, 'viofosync.log'),
    '{"id":5,"level":30,"time":5,"msg":"whole"}\n{"id":6,"level":30,"ti',
  );
  const book = openBook();
  logsOf(book).log.info('new');
  await vi.waitFor(async () => expect(await fileTexts()).toContain('new'));
  expect(await allOf(book)).toEqual(['new', 'whole']);
});

test('a folder that cannot be written is said once, costs nobody anything, and is tried again', async () => {
  await writeFile(join(folder, 'file'), '');
  const faults: (string | null)[] = [];
  const book = openBook({ folder: join(folder, 'file', 'logs'), file: { retryMs: 20 } });
  book.whenFaulty((reason) => faults.push(reason));
  const { log } = logsOf(book);
  await vi.waitFor(() => {
    log.info('said');
    expect(faults).toEqual(['ENOTDIR']);
  });
  for (let n = 0; n < 50; n++) log.info(`more ${n}`);
  expect((await book.page({}, { limit: 1 })).file).toBe('off');
  await rm(join(folder, 'file'));
  await vi.waitFor(() => {
    log.info('again');
    expect(faults).toEqual(['ENOTDIR', null]);
  });
  expect((await book.page({}, { limit: 1 })).file).toBe('written');
  expect(await allOf(book, { text: 'more 49' })).toEqual(['more 49']);
});

test('a disk that takes nothing costs lines of the file, not memory', async () => {
  const book = openBook({ file: { maxWaitingBytes: 2000 } });
  const { log } = logsOf(book);
  // All at once: none of them can have been written meanwhile.
  for (let n = 0; n < 500; n++) log.info({ about: 'y'.repeat(100) }, `line ${n}`);
  await vi.waitFor(async () => expect(await fileLines()).toBeGreaterThan(0));
  await book.close();
  expect(await fileLines()).toBeLessThan(100);
  expect(await allOf(book, { text: 'line 499' })).toEqual(['line 499']);
});

describe('news', () => {
  test('come in batches, bounded, and tell how many lines were left out', async () => {
    const book = openBook({ folder: null, newsEveryMs: 30, newsLines: 20 });
    const { log } = logsOf(book);
    log.info('before anybody looked');
    const news: LogNews[] = [];
    const stop = book.tail((batch) => news.push(batch));
    for (let n = 0; n < 50; n++) log.info(`line ${n}`);
    await vi.waitFor(() => expect(news).toHaveLength(1));
    expect(news[0]!.dropped).toBe(30);
    expect(messages(news[0]!.lines)).toEqual(Array.from({ length: 20 }, (_, n) => `line ${n + 30}`));
    stop();
    log.info('after');
    const others: LogNews[] = [];
    book.tail((batch) => others.push(batch));
    log.info('for the other');
    await vi.waitFor(() => expect(others).toHaveLength(1));
    expect([news.length, messages(others[0]!.lines)]).toEqual([1, ['for the other']]);
  });
});

test('the level changes for loggers that exist already', () => {
  const book = openBook({ folder: null });
  const { log, setLevel, out } = logsOf(book, 'info');
  const child = log.child({ module: 'sync' });
  child.debug('not told');
  setLevel('debug');
  child.debug('told');
  setLevel('error');
  child.warn('not told either');
  expect(out.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['told']);
});

describe('what is private', () => {
  test('is in no line, whoever logs it', async () => {
    const book = openBook();
    const { log, out } = logsOf(book);
    book.addSecret('482913');
    log.info({ password: 'hunter22', nested: { token: 'tok-en', latitude: 51.5007 } }, 'fields');
    log.info('fetching https://joe:hunter22@maps.example.com/t?api_key=s3cret&z=4');
    log.warn({ reason: 'no name for 51.50072, -0.12462', list: [51.50072, -0.12462] }, 'Bearer abcdefghijkl');
    log.info('the page asks for this code: 482913');
    await vi.waitFor(async () => expect(await fileLines()).toBe(4));
    const kept = `${JSON.stringify(await book.page({}, { limit: 9 }))}${await fileTexts()}`;
    for (const secret of ['hunter22', 'tok-en', '51.5', '0.124', 's3cret', 'abcdefghijkl', '482913'])
      expect(kept, secret).not.toContain(secret);
    // The person who sets it up reads it there.
    expect(out.join('')).toContain('482913');
    expect(kept).toContain('maps.example.com');
    expect(messages((await book.page({}, { limit: 9 })).lines)).toHaveLength(4);
  });
  test('and the file is for the program alone', async () => {
    const book = openBook();
    logsOf(book).log.info('hello');
    await vi.waitFor(async () => expect(await fileLines()).toBe(1));
    expect((await stat(join(folder, 'viofosync.log'))).mode & 0o077).toBe(0);
  });
});

test('a line of any length is kept short', async () => {
  const book = openBook({ folder: null });
  const { log } = logsOf(book);
  log.info({ about: 'z'.repeat(1_000_000) }, 'w'.repeat(1_000_000));
  const { lines } = await book.page({}, { limit: 1 });
  expect(JSON.stringify(lines).length).toBeLessThan(25_000);
});

async function fileTexts(): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('viofosync.log'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.join('');
}

async function fileLines(): Promise<number> {
  return (await fileTexts()).split('\n').length - 1;
}
