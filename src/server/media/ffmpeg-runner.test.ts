import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FfmpegRunner } from './ffmpeg-runner.ts';

/** A stand-in for ffmpeg: a script, whose last argument is the file it writes. */
async function useFfmpeg(script: string, isBusy: () => boolean = () => false) {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-ffmpeg-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'ffmpeg');
  await writeFile(path, `#!/bin/bash\nout="\${@: -1}"\nhere="${folder}"\n${script}\n`);
  await chmod(path, 0o755);
  const output = join(folder, 'made.webp');
  const runner = new FfmpegRunner({ path, isThere: () => true, isBusy, lookMs: 20 });
  return { folder, output, run: runner.run.bind(runner) };
}

const never = new AbortController().signal;
const limits = { signal: never, timeoutMs: 20_000 };
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const pidIn = async (folder: string) => Number(await readFile(join(folder, 'pid'), 'utf8'));

test('what it was asked for is written, by low priority and without the network', async () => {
  const { folder, output, run } = await useFfmpeg(
    'printf "%s\\n" "$@" > "$here/args"; ps -o ni= -p $$ > "$here/nice"; echo done > "$out"',
  );
  await run(['-i', '/rec/a.MP4', output], limits);
  expect(await readFile(output, 'utf8')).toBe('done\n');
  const args = (await readFile(join(folder, 'args'), 'utf8')).trim().split('\n');
  const input = args.indexOf('-i');
  expect(args.slice(input - 4, input + 2)).toEqual([
    '-protocol_whitelist',
    'file,pipe',
    '-threads',
    '2',
    '-i',
    '/rec/a.MP4',
  ]);
  expect(args).toContain('-nostdin');
  expect(args.at(-1)).toBe(output);
});

test('progress is told in seconds of the output', async () => {
  const { output, run } = await useFfmpeg(
    'for s in 1 2; do printf "frame=%d\\nout_time_us=%d000000\\nprogress=continue\\n" $s $s; sleep 0.1; done; echo > "$out"',
  );
  const told: number[] = [];
  await run([output], { ...limits, onProgress: (seconds) => told.push(seconds) });
  expect(told).toEqual([1, 2]);
});

test('one that hangs is killed with what it says, and so is one that goes on for too long', async () => {
  const hanging = await useFfmpeg('echo $$ > "$here/pid"; exec sleep 600');
  await expect(hanging.run([hanging.output], { ...limits, quietMs: 100 })).rejects.toMatchObject({
    reason: 'hung',
  });
  expect(isAlive(await pidIn(hanging.folder))).toBe(false);
  const busy = await useFfmpeg(
    'for i in $(seq 1 3000); do printf "frame=%d\\nprogress=continue\\n" $i; sleep 0.02; done',
  );
  await expect(busy.run([busy.output], { ...limits, timeoutMs: 300 })).rejects.toMatchObject({
    reason: 'hung',
    message: expect.stringContaining('not done'),
  });
});

test('reports that show no progress are no sign of life', async () => {
  const { output, run } = await useFfmpeg(
    'for i in $(seq 1 3000); do printf "frame=0\\nspeed=%d\\nprogress=continue\\n" $i; sleep 0.02; done',
  );
  await expect(run([output], { ...limits, quietMs: 300 })).rejects.toMatchObject({ reason: 'hung' });
});

test('a child of its own that holds its pipes open does not hold us up', async () => {
  const { output, run } = await useFfmpeg('sleep 30 & echo ok > "$out"');
  await run([output], limits);
  expect((await stat(output)).size).toBe(3);
});

test.each([
  ['kill -SEGV $$', 'crashed', /SIGSEGV/],
  ['echo "[mov @ 0x5581] moov atom not found" >&2; exit 1', 'input', /: moov atom not found$/],
  ['echo "/rec/a b.MP4: Invalid data found when processing input" >&2; exit 1', 'input', /Invalid data/],
  ['exit 187', 'input', /exit code 187/],
  ['echo "av_interleaved_write_frame(): No space left on device" >&2; exit 228', 'full', /full/],
] as const)('%s is %s', async (script, reason, message) => {
  const { output, run } = await useFfmpeg(script);
  await expect(run([output], limits)).rejects.toMatchObject({
    reason,
    message: expect.stringMatching(message),
  });
});

test('where a clip lies is not in the message', async () => {
  const { output, run } = await useFfmpeg('echo "/home/me/rec/a.MP4: Invalid data" >&2; exit 1');
  await expect(run([output], limits)).rejects.toMatchObject({
    message: expect.not.stringContaining('/home'),
  });
});

test('one that fills the disk is ended at what the result can need', async () => {
  const { output, run } = await useFfmpeg('exec head -c 2000000000 /dev/zero > "$out"');
  await expect(run([output], { ...limits, maxBytes: 100_000 })).rejects.toMatchObject({
    reason: 'input',
    message: expect.stringContaining('more than'),
  });
  expect((await stat(output)).size).toBeLessThan(2_000_000_000);
});

test('megabytes of messages are not kept', async () => {
  const { output, run } = await useFfmpeg(
    'head -c 30000000 /dev/zero | tr "\\0" x >&2; echo; echo last >&2; head -c 30000000 /dev/zero; echo > "$out"',
  );
  const { stderrTail } = await run([output], limits);
  expect(stderrTail.length).toBeLessThanOrEqual(4000);
  expect(stderrTail).toContain('last');
});

async function* megabytes(count: number, error?: Error) {
  for (let index = 0; index < count; index++) yield Buffer.alloc(1_000_000);
  if (error) throw error;
}

test('what it is handed over it reads', async () => {
  const { output, run } = await useFfmpeg('cat | wc -c > "$out"');
  await run([output], { ...limits, input: megabytes(3) });
  expect((await readFile(output, 'utf8')).trim()).toBe('3000000');
});

test('one that ends before it has read everything is judged by its end', async () => {
  const early = await useFfmpeg('echo ok > "$out"');
  await early.run([early.output], { ...limits, input: megabytes(20) });
  const failing = await useFfmpeg('echo "No space left on device" >&2; exit 1');
  for (let count = 0; count < 10; count++) {
    const running = failing.run([failing.output], { ...limits, input: megabytes(20) });
    await expect(running).rejects.toMatchObject({ reason: 'full' });
  }
});

test('an error of what it reads is told as it is, and ends it', async () => {
  const { folder, output, run } = await useFfmpeg('echo $$ > "$here/pid"; cat > /dev/null; exec sleep 600');
  const error = new Error('the share is gone');
  await expect(run([output], { ...limits, input: megabytes(3, error) })).rejects.toBe(error);
  expect(isAlive(await pidIn(folder))).toBe(false);
});

test('what is not there is missing', async () => {
  const runner = new FfmpegRunner({
    path: '/nonexistent/ffmpeg',
    isThere: () => true,
    isBusy: () => false,
  });
  await expect(runner.run(['/tmp/x'], limits)).rejects.toMatchObject({ reason: 'missing' });
});

test('who stops waiting gets his own reason, and the process ends', async () => {
  const { folder, output, run } = await useFfmpeg('echo $$ > "$here/pid"; exec sleep 600');
  const abort = new AbortController();
  const running = run([output], { ...limits, signal: abort.signal });
  await vi.waitFor(async () => expect(await pidIn(folder)).toBeGreaterThan(0));
  abort.abort(new Error('over'));
  await expect(running).rejects.toThrow('over');
  await vi.waitFor(async () => expect(isAlive(await pidIn(folder))).toBe(false));
});

test('in the background it stands still while others need the disk, and then goes on', async () => {
  const world = { isBusy: true, pidFile: '' };
  const { folder, output, run } = await useFfmpeg(
    'echo $$ > "$here/new"; mv "$here/new" "$here/pid"; for i in $(seq 1 50); do sleep 0.02; done; echo > "$out"',
    () => world.isBusy && existsSync(world.pidFile),
  );
  world.pidFile = join(folder, 'pid');
  const running = run([output], { ...limits, quietMs: 15_000, isBackground: true });
  const stateOf = async () => {
    const text = await readFile(`/proc/${await pidIn(folder)}/stat`, 'utf8');
    return text.split(' ')[2];
  };
  await vi.waitFor(async () => expect(await stateOf()).toBe('T'));
  world.isBusy = false;
  await running;
  expect((await stat(output)).size).toBe(1);
});
