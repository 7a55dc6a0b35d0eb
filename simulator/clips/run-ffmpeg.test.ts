import { expect, test } from 'vitest';
import { FfmpegMissingError, runFfmpeg } from './run-ffmpeg.ts';

test('a missing ffmpeg is one error that says what to do', async () => {
  const running = runFfmpeg('/nowhere/ffmpeg', ['-version']);
  await expect(running).rejects.toThrow(FfmpegMissingError);
  await expect(running).rejects.toThrow(/"\/nowhere\/ffmpeg"\. Install ffmpeg/);
});

test('a failing ffmpeg is reported with its last words', async () => {
  await expect(runFfmpeg('ffmpeg', ['-i', '/nowhere.mp4', '-f', 'null', '-'])).rejects.toThrow(
    /No such file or directory/,
  );
});
