import { expect, test } from 'vitest';
import { ffmpegArgs, judgeEnd, lastProgress, lastWords } from './ffmpeg-policy.ts';

test('every input is a file of this machine, and everything has as many threads', () => {
  const args = ffmpegArgs(['-i', '/a.MP4', '-i', '/b.MP4', '-c', 'copy', '/out.mp4'], 3);
  const text = args.join(' ');
  expect(text.match(/-protocol_whitelist file,pipe -threads 3 -i/g)).toHaveLength(2);
  expect(text).toContain('-filter_threads 3');
  expect(text.endsWith('-c copy -threads 3 /out.mp4')).toBe(true);
});

test('the last whole report is read', () => {
  expect(lastProgress('frame=1\nout_time_us=500000\n')).toBeNull();
  const report =
    'frame=1\nout_time_us=500000\nprogress=continue\nframe=2\nout_time_us=1500000\nprogress=continue\nfra';
  expect(lastProgress(report)).toMatchObject({ seconds: 1.5 });
  expect(lastProgress('frame=0\nout_time_us=N/A\nprogress=continue\n')?.seconds).toBeNull();
  expect(lastProgress('frame=0\nout_time_us=-92233720\nprogress=continue\n')?.seconds).toBe(0);
});

const mark = (speed: string) => lastProgress(`frame=3\nspeed=${speed}\nprogress=continue\n`)?.mark;

test('speed alone is no progress', () => {
  expect(mark('1x')).toBe(mark('0.5x'));
});

test.each([
  [{ exitCode: 0, killedBy: null, stderrTail: 'warning' }, null],
  [{ exitCode: 1, killedBy: null, stderrTail: 'x: Disk quota exceeded' }, 'full'],
  [{ exitCode: null, killedBy: 'SIGSEGV', stderrTail: '' }, 'crashed'],
  [{ exitCode: 1, killedBy: null, stderrTail: '' }, 'input'],
])('%j is %s', (end, reason) => {
  expect(judgeEnd(end)?.reason ?? null).toBe(reason);
});

test('its last words are told without addresses and places', () => {
  expect(lastWords('[mov @ 0x55] [h264 @ 0x66] no frame!\n\n')).toBe('no frame!');
  expect(lastWords('first\n/home/me/a.MP4: Invalid data found\n')).not.toContain('home');
  expect(lastWords('x'.repeat(5000)).length).toBe(200);
  expect(lastWords('\u001b[31m\u0007bad')).toBe('[31mbad');
});
