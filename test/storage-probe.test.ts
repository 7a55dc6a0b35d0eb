import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { canScan } from '../src/server/archive/archive-scan.ts';
import { ArchiveVolume, markerName, type ArchiveVolumeDeps } from '../src/server/archive/archive-volume.ts';
import { nodeProbeFiles, probePrefix, type ProbeFiles } from '../src/server/archive/volume-probe.ts';
import { isUsable, type ArchiveVolume as VolumeStatus } from '../src/shared/status.ts';
import { useMount } from './mounts.ts';
import { handClock } from './scenario.ts';

const isRoot = process.getuid?.() === 0;
const hourMs = 60 * 60_000;

/** The real calls, counted, with a place to refuse or hold one up. */
class WatchedFiles implements ProbeFiles {
  readonly calls: (keyof ProbeFiles)[] = [];
  before: (call: keyof ProbeFiles, path: string) => void | Promise<void> = () => undefined;

  async write(path: string, text: string): Promise<void> {
    await this.heed('write', path);
    await nodeProbeFiles.write(path, text);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.heed('rename', from);
    await nodeProbeFiles.rename(from, to);
  }

  async read(path: string): Promise<string> {
    await this.heed('read', path);
    return nodeProbeFiles.read(path);
  }

  async unlink(path: string): Promise<void> {
    await this.heed('unlink', path);
    await nodeProbeFiles.unlink(path);
  }

  /** From now on one call is refused. */
  refuse(call: keyof ProbeFiles, code: string): void {
    this.before = (what) => {
      if (what === call) throw Object.assign(new Error(`${code}: refused`), { code });
    };
  }

  allow(): void {
    this.before = () => undefined;
  }

  /** How many trial files were begun. */
  get trials(): number {
    return this.calls.filter((call) => call === 'write').length;
  }

  private async heed(call: keyof ProbeFiles, path: string): Promise<void> {
    this.calls.push(call);
    await this.before(call, path);
  }
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-probe-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function openVolume(change: Partial<ArchiveVolumeDeps> = {}) {
  const root = change.root ?? (await makeFolder());
  const files = new WatchedFiles();
  const clock = handClock();
  const heard: VolumeStatus[] = [];
  const marker: { id: string | null } = { id: null };
  const volume = new ArchiveVolume({
    root,
    clock,
    log: pino({ level: 'silent' }),
    readMarkerId: async () => marker.id,
    writeMarkerId: async (id) => void (marker.id = id),
    knownClips: async () => 0,
    onChange: (status) => heard.push(status),
    probeFiles: files,
    ...change,
  });
  onTestFinished(() => volume.stop());
  return { root, files, clock, heard, volume };
}

const namesIn = async (folder: string) => (await readdir(folder)).toSorted();

test('the first look writes, renames, reads and deletes a small file, and leaves nothing but the marker', async () => {
  const { volume, files, root } = await openVolume();
  expect(await volume.check()).toMatchObject({ state: 'ready', message: null });
  expect(files.calls.slice(0, 4)).toEqual(['write', 'rename', 'read', 'unlink']);
  expect(await namesIn(root)).toEqual([markerName]);
});

test('a volume that was seen to work is tried again after an hour, when asked, and when it was away', async () => {
  const { volume, files, clock, root } = await openVolume();
  for (let look = 0; look < 3; look++) await volume.check();
  expect(files.trials).toBe(1);
  clock.advance(hourMs - 1);
  await volume.check();
  expect(files.trials).toBe(1);
  clock.advance(1);
  await volume.check();
  expect(files.trials).toBe(2);
  await volume.check({ probe: true });
  expect(files.trials).toBe(3);
  await rename(root, `${root}-away`);
  expect((await volume.check()).state).toBe('missing');
  await rename(`${root}-away`, root);
  expect((await volume.check()).state).toBe('ready');
  expect(files.trials).toBe(4);
});

test('who asks for a trial while a look without one is under way gets one all the same', async () => {
  const { volume, files } = await openVolume();
  await volume.check();
  await Promise.all([volume.check(), volume.check({ probe: true }), volume.check({ probe: true })]);
  expect(files.trials).toBe(2);
});

test('the watch over a volume that is too full never writes on it, not even after an hour', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { volume, files, clock } = await openVolume({ criticalPct: () => 0.001 });
  volume.start();
  expect((await volume.check()).state).toBe('critical');
  for (let look = 0; look < 3; look++) {
    clock.advance(2 * hourMs);
    const { checkedAt } = volume.status;
    vi.advanceTimersByTime(30_000);
    await vi.waitFor(() => expect(volume.status.checkedAt).toBeGreaterThan(checkedAt ?? 0));
  }
  expect(files.trials).toBe(1);
});

test('what earlier trials left is removed, and nothing else: no folder, no target of a link', async () => {
  const { volume, root } = await openVolume();
  const mine = join(await makeFolder(), 'mine');
  await writeFile(mine, 'mine');
  await writeFile(join(root, `${probePrefix}0123`), 'left by a crash');
  await symlink(mine, join(root, `${probePrefix}link`));
  await mkdir(join(root, `${probePrefix}folder`));
  await writeFile(join(root, '2026_0628_133416_0001F.MP4'), 'a clip');
  await volume.check();
  const left = ['.viofosync-archive', `${probePrefix}folder`, '2026_0628_133416_0001F.MP4'];
  await vi.waitFor(async () => expect(await namesIn(root)).toEqual(left.toSorted()));
  expect(await readFile(mine, 'utf8')).toBe('mine');
});

test('a trial never writes or reads through a link', async () => {
  const folder = await makeFolder();
  const [mine, link] = [join(folder, 'mine'), join(folder, 'link')] as const;
  await writeFile(mine, 'mine');
  await symlink(mine, link);
  await expect(nodeProbeFiles.write(link, 'yours')).rejects.toThrow(/EEXIST/);
  await expect(nodeProbeFiles.read(link)).rejects.toThrow(/ELOOP/);
  expect(await readFile(mine, 'utf8')).toBe('mine');
});

test.each(['write', 'rename', 'read', 'unlink'] as const)(
  'a volume that refuses to %s is told with owner and mode, tried again at each look, and used when it can be',
  async (call) => {
    const { volume, files, root } = await openVolume();
    files.refuse(call, 'EACCES');
    const { state, message } = await volume.check();
    const { uid, mode } = await lstat(root);
    expect(state).toBe('unwritable');
    expect(message).toContain(`it belongs to uid ${uid} and has mode ${(mode & 0o777).toString(8)}`);
    expect((await volume.check()).state).toBe('unwritable');
    files.allow();
    expect((await volume.check()).state).toBe('ready');
    expect(await namesIn(root)).toEqual([markerName]);
  },
);

test('a refusal is told without its owner when nothing answers any more', async () => {
  const { volume, files } = await openVolume();
  const answered = new AbortController();
  onTestFinished(() => answered.abort());
  const hang = () => once(answered.signal, 'abort');
  files.before = async () => {
    await Promise.allSettled([1, 2].map(() => volume.run('a call', hang, 1)));
    throw Object.assign(new Error('EACCES: refused'), { code: 'EACCES' });
  };
  const { state, message } = await volume.check();
  expect(state).toBe('unwritable');
  expect(message).not.toContain('belongs to');
});

test('where a trial file cannot be deleted, no second one is made', async () => {
  const { volume, files, root } = await openVolume();
  files.refuse('unlink', 'EPERM');
  for (let look = 0; look < 5; look++) expect((await volume.check()).state).toBe('unwritable');
  expect((await namesIn(root)).filter((name) => name.startsWith(probePrefix))).toHaveLength(1);
  expect(files.trials).toBe(1);
});

test.each([
  ['EROFS', 'unwritable', /read-only/],
  ['EIO', 'missing', /health/],
  ['ESTALE', 'missing', /Mount it again/],
  ['ENOTCONN', 'missing', /no longer connected/],
] as const)('a trial write that ends in %s is told in words', async (code, state, words) => {
  const { volume, files } = await openVolume();
  files.refuse('write', code);
  expect(await volume.check()).toMatchObject({ state, message: expect.stringMatching(words) });
});

test('a volume that gives back other bytes than it was given is not written to', async () => {
  const { volume, files } = await openVolume();
  files.before = async (call, path) => {
    if (call === 'read') await writeFile(path, 'other bytes');
  };
  expect(await volume.check()).toMatchObject({
    state: 'unwritable',
    message: expect.stringMatching(/not what is read/),
  });
});

test.each(['ENOSPC', 'EDQUOT'])(
  'a volume without room for a trial (%s) is full, and known for ours',
  async (code) => {
    const { volume, files } = await openVolume();
    files.refuse('write', code);
    const status = await volume.check();
    expect(status).toMatchObject({ state: 'full', freeBytes: expect.any(Number) });
    expect(canScan(status)).toBe(true);
    expect(isUsable(status)).toBe(false);
    files.allow();
    expect((await volume.check()).state).toBe('ready');
  },
);

test('a trial that hangs makes the volume slow, is never begun a second time, and is believed when it ends', async () => {
  const { volume, files, root } = await openVolume({ timeoutMs: 30 });
  const answered = new AbortController();
  files.before = async () => {
    if (!answered.signal.aborted) await once(answered.signal, 'abort');
  };
  expect(await volume.check()).toMatchObject({
    state: 'slow',
    message: expect.stringMatching(/a trial write.*asleep/),
  });
  expect((await volume.check()).state).toBe('slow');
  expect(files.trials).toBe(1);
  answered.abort();
  await vi.waitFor(async () => expect((await volume.check()).state).toBe('ready'));
  expect(await namesIn(root)).toEqual([markerName]);
});

test('nothing is tried in a folder that is not proven to be ours, nor where nothing is to be written', async () => {
  const { volume, files, root } = await openVolume();
  await volume.check();
  await rm(join(root, markerName));
  expect((await volume.check({ probe: true })).state).toBe('unmarked');
  await writeFile(join(root, markerName), JSON.stringify({ id: 'another' }));
  expect((await volume.check({ probe: true })).state).toBe('foreign');
  expect(files.trials).toBe(1);
  const looker = await openVolume({ readOnly: true });
  expect((await looker.volume.check({ probe: true })).state).toBe('ready');
  expect(looker.files.calls).toEqual([]);
  expect(await namesIn(looker.root)).toEqual([]);
});

test.runIf(isRoot)('a volume that is mounted read-only is told, and tried when it no longer is', async () => {
  const mount = await useMount('size=1m');
  const { volume, files } = await openVolume({ root: mount.path });
  expect((await volume.check()).state).toBe('ready');
  await mount.remount('ro');
  expect(await volume.check()).toMatchObject({
    state: 'unwritable',
    message: expect.stringMatching(/read-only/),
  });
  await mount.remount('rw');
  expect((await volume.check()).state).toBe('ready');
  expect(files.trials).toBe(2);
});

test.runIf(isRoot)(
  'a disk on which not a byte is left is full, and ready when there is room again',
  async () => {
    const mount = await useMount('size=1m');
    const { volume } = await openVolume({ root: mount.path });
    await volume.check();
    const filler = join(mount.path, 'filler');
    await writeFile(filler, Buffer.alloc(1 << 20)).catch(() => undefined);
    expect(await volume.check({ probe: true })).toMatchObject({ state: 'full', freeBytes: 0 });
    await rm(filler);
    expect((await volume.check()).state).toBe('ready');
    expect(await namesIn(mount.path)).toEqual([markerName]);
  },
);

test.runIf(isRoot)(
  'a disk fuller than it may be is critical until it is not, and still good for all but downloads',
  async () => {
    const mount = await useMount('size=1m');
    let limit = 60;
    const { volume, heard } = await openVolume({ root: mount.path, criticalPct: () => limit });
    expect((await volume.check()).state).toBe('ready');
    await writeFile(join(mount.path, 'filler'), Buffer.alloc(700 * 1024));
    const status = await volume.check();
    expect(status).toMatchObject({ state: 'critical', message: expect.stringMatching(/fuller than 60 %/) });
    expect([isUsable(status), canScan(status)]).toEqual([true, true]);
    await volume.check();
    expect(heard.map((seen) => seen.state)).toEqual(['ready', 'critical']);
    // A limit that is changed counts at once, by what was seen.
    limit = 90;
    volume.reconsider();
    expect(volume.status).toMatchObject({ state: 'ready', message: null });
    limit = 60;
    volume.reconsider();
    expect(volume.status.state).toBe('critical');
    volume.noteFull('no room for a clip', Infinity);
    expect((await volume.check()).state).toBe('full');
    volume.reconsider();
    await rm(join(mount.path, 'filler'));
    expect((await volume.check()).state).toBe('ready');
  },
);

test('what is used and what is free are those of df', async () => {
  const { volume, root } = await openVolume();
  const { freeBytes, totalBytes } = await volume.check();
  const shown = execFileSync('df', ['-B1', '--output=used,avail', root], { encoding: 'utf8' });
  const [used, available] = shown.trim().split('\n').at(-1)!.trim().split(/\s+/).map(Number);
  // Others write on this disk meanwhile.
  const near = (a: number, b: number) => expect(Math.abs(a - b) / (used! + available!)).toBeLessThan(0.02);
  near(totalBytes!, used! + available!);
  near(freeBytes!, available!);
});

test.runIf(isRoot)('the same archive on another device is the same archive', async () => {
  const mount = await useMount('size=1m');
  const { volume, root } = await openVolume();
  await volume.check();
  const marker = await readFile(join(root, markerName));
  await writeFile(join(mount.path, markerName), marker);
  execFileSync('mount', ['--bind', mount.path, root]);
  onTestFinished(() => void execFileSync('umount', ['-l', root]));
  expect((await volume.check()).state).toBe('ready');
});
