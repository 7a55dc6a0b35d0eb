import { describe, expect, test } from 'vitest';
import {
  archiveCheckSchema,
  refileSchema,
  type ArchiveCheck,
  type Refile,
} from '../../shared/archive-care.ts';
import { formatInstant } from '../format.ts';
import { mediaStatusSchema, type MediaStatus } from '../../shared/media.ts';
import { previewLine, refileLine } from '../storage/refile-words.ts';
import {
  badTitle,
  cacheWords,
  checkedWords,
  checkLine,
  checkTone,
  failureLine,
  mediaLine,
  waitingWords,
} from './care-words.ts';

const now = new Date(2026, 8, 3, 20, 0).getTime();
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

const check = (over: Partial<ArchiveCheck>): ArchiveCheck =>
  archiveCheckSchema.parse({
    state: 'off',
    message: null,
    clips: 100,
    checked: 40,
    checkedBytes: 4_000_000_000,
    startedAt: now,
    endedAt: null,
    arrived: 0,
    everChecked: 40,
    oldestCheckAt: now - 60_000,
    onlyOnArrival: 0,
    unknown: 0,
    bad: [],
    badCount: 0,
    ...over,
  });

const bad = (...kinds: ArchiveCheck['bad'][number]['kind'][]) =>
  kinds.map((kind, clipId) => ({ clipId, path: 'a', kind, message: 'b' }));

describe('the check of files', () => {
  test('says how far it is; what came in since it began is not to be read', () => {
    expect(plain(checkLine(check({ state: 'running' }), now))).toBe('Reading: 40 of 100 files, 4 GB.');
    const stopped = check({ state: 'stopped', arrived: 10 });
    expect(plain(checkLine(stopped, now))).toBe('Stopped: 40 of 90 files are read. It goes on from there.');
    expect(checkLine(check({}), now)).toMatch(/not read again by themselves/);
    const at = formatInstant(now, now);
    expect(checkLine(check({ endedAt: now }), now)).toBe(
      `The last check ended ${at}; the next one begins by hand.`,
    );
    expect(checkLine(check({ state: 'idle', endedAt: now }), now)).toBe(`The last check ended ${at}.`);
  });
  test.each<[Partial<ArchiveCheck>, string[]]>([
    [{ clips: 0 }, []],
    [{ everChecked: 0, oldestCheckAt: null }, ['No file has been read again yet.']],
    [{}, ['40 of 100 files have been read again (oldest reading: AT).']],
    [{ everChecked: 100 }, ['All 100 files have been read again (oldest reading: AT).']],
    [{ clips: 1, everChecked: 1 }, ['The one file has been read again (AT).']],
    [
      { everChecked: 0, oldestCheckAt: null, onlyOnArrival: 99, unknown: 1 },
      [
        'No file has been read again yet.',
        '99 files have only been checked on arrival, and not read again since.',
        'One file has no checksum yet: it is taken down at the first reading.',
      ],
    ],
  ])('says of %j what was checked, how and when', (over, words) => {
    const at = formatInstant(now - 60_000, now);
    expect(checkedWords(check(over), now).map(plain)).toEqual(
      words.map((each) => plain(each.replace('AT', at))),
    );
  });
  test('is red as long as a file is bad', () => {
    expect(checkTone(check({ state: 'running', badCount: 1 }))).toBe('red');
  });
  test.each([
    [bad('rotten'), 1, 'One file is spoilt: its checksum is another one'],
    [bad('rotten', 'rotten'), 2, '2 files are spoilt: their checksums are others'],
    [bad('length'), 1, 'One file has another length than it was stored with'],
    [bad('unreadable', 'unreadable'), 2, '2 files cannot be read by their disk'],
    [bad('rotten', 'length'), 2, '2 files are not as they were stored'],
    [bad('rotten'), 7, '7 files are not as they were stored'],
  ])('calls spoilt only what a checksum proves: %j of %i', (list, badCount, title) => {
    expect(badTitle(check({ bad: list, badCount }))).toBe(title);
  });
});

const status = (over: Partial<MediaStatus>): MediaStatus =>
  mediaStatusSchema.parse({
    state: 'idle',
    message: null,
    current: null,
    waiting: { facts: 0, pictures: 0, proxies: 0, repairs: 0 },
    failed: 0,
    failures: [],
    cache: { bytes: 1_000_000_000, budgetBytes: 10_000_000_000, thumbnails: 2, filmstrips: 1, proxies: 1 },
    encoders: [],
    encoder: null,
    ...over,
  });

describe('pictures and small copies', () => {
  test('say what is made now, and of which recording', () => {
    const current = { clipId: 1, name: '2026_0903_154712_0001F.MP4', kind: 'filmstrip' as const };
    expect(mediaLine(status({ state: 'working', current }))).toMatch(/^Making the filmstrip of .*front$/);
    expect(mediaLine(status({}))).toBe('Everything is made');
    expect(mediaLine(status({ waiting: { facts: 0, pictures: 1, proxies: 0, repairs: 0 } }))).toBe('At rest');
  });
  test('say what waits, and what is kept', () => {
    expect(waitingWords(status({}))).toBeNull();
    const waiting = { facts: 2, pictures: 0, proxies: 1, repairs: 0 };
    expect(plain(waitingWords(status({ waiting })))).toBe(
      'Waiting: 2 clips to be looked into and 1 small copy.',
    );
    expect(plain(cacheWords(status({})))).toBe('1 of 10 GB: 2 pictures, 1 filmstrip and 1 small copy.');
  });
  test('say why something could not be made, and whether it is tried again', () => {
    const failure = {
      clipId: 1,
      name: 'x',
      kind: 'proxy' as const,
      error: 'ffmpeg was killed',
      nextAt: null,
    };
    expect(failureLine(failure, now)).toBe('Small copy: ffmpeg was killed. Not tried again by itself.');
    expect(failureLine({ ...failure, nextAt: now + 60_000 }, now)).toMatch(/Tried again at /);
  });
});

const refile = (over: Partial<Refile>): Refile =>
  refileSchema.parse({
    state: 'running',
    layout: 'monthly',
    clips: 3,
    moved: 1,
    left: 0,
    message: null,
    startedAt: now,
    finishedAt: null,
    ...over,
  });

describe('the folders of the archive', () => {
  const preview = {
    layout: 'monthly' as const,
    clips: 3,
    bytes: 3e9,
    inPlace: 1,
    newFolders: 1,
    examples: [],
  };
  test('say what would move', () => {
    expect(plain(previewLine(preview))).toBe(
      '3 clips (3 GB) would move, into 1 new folder. 1 clip lies there already.',
    );
    expect(previewLine({ ...preview, clips: 0 })).toBe('Every clip lies there already.');
  });
  test('say how far the moving is, and what became of it', () => {
    expect(refileLine(refile({ state: 'never' }), now)).toBeNull();
    expect(plain(refileLine(refile({}), now))).toBe(
      'Moving clips into a folder for each month: 1 of 3 clips.',
    );
    expect(plain(refileLine(refile({ state: 'done', moved: 2, left: 1 }), now))).toBe(
      'Moved into a folder for each month: 2 clips, 1 left where they are.',
    );
    expect(refileLine(refile({ state: 'stopped' }), now)).toMatch(/the others stay where they are\.$/);
  });
});
