import { execa } from 'execa';

const TIME_LIMIT_MS = 120_000;
const STDERR_TAIL_CHARACTERS = 1_000;

/** Runs ffmpeg; throws an error that says what to do when it is missing, and its last words when it fails. */
export async function runFfmpeg(ffmpegPath: string, args: readonly string[]): Promise<void> {
  const result = await execa(ffmpegPath, ['-hide_banner', '-v', 'error', '-nostdin', '-y', ...args], {
    stdin: 'ignore',
    timeout: TIME_LIMIT_MS,
    reject: false,
  });
  if (!result.failed) return;
  if (result.code === 'ENOENT' || result.code === 'EACCES') throw new FfmpegMissingError(ffmpegPath);
  const lastWords = result.stderr.slice(-STDERR_TAIL_CHARACTERS) || result.shortMessage;
  throw new Error(`ffmpeg could not make the simulated camera's footage: ${lastWords}`);
}

/** There is no ffmpeg to run. */
export class FfmpegMissingError extends Error {
  constructor(ffmpegPath: string) {
    super(
      `The simulated camera makes its footage with ffmpeg, which could not be started as "${ffmpegPath}". ` +
        'Install ffmpeg (Debian: apt install ffmpeg) or say where it is with ffmpegPath.',
    );
  }
}
