/** How ffmpeg is called, and what its end means. Pure. */
import type { FfmpegErrorReason } from './media-types.ts';

/** Of no use to any clip of ours, and a way out of this machine for one that was made to find it. */
const protocols = 'file,pipe';

/**
 * The whole command line: `args` are inputs, filters and, last, the one file that is written. Decoding, filtering and
 * encoding have `threads` each; every input is a file of this machine.
 */
export function ffmpegArgs(args: readonly string[], threads: number): string[] {
  const count = String(threads);
  const output = args.at(-1) ?? '';
  const inputs = args
    .slice(0, -1)
    .flatMap((arg) => (arg === '-i' ? ['-protocol_whitelist', protocols, '-threads', count, arg] : [arg]));
  const general = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'];
  const progress = ['-progress', 'pipe:1', '-stats_period', '1'];
  return [...general, ...progress, '-filter_threads', count, ...inputs, '-threads', count, output];
}

export interface FfmpegProgress {
  /** Of the output that is done; null while it does not say. */
  seconds: number | null;
  /** Whatever moves while it works: the same twice is no progress. */
  mark: string;
}

/** The last whole report in what it wrote to its progress pipe; null while there is none. */
export function lastProgress(text: string): FfmpegProgress | null {
  const end = text.lastIndexOf('progress=');
  if (end < 0) return null;
  const values = new Map<string, string>();
  for (const line of text.slice(0, end).split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const moving = ['frame', 'out_time_us', 'total_size', 'dup_frames', 'drop_frames'];
  const microseconds = Number(values.get('out_time_us') ?? NaN);
  return {
    seconds: Number.isFinite(microseconds) ? Math.max(0, microseconds / 1e6) : null,
    mark: moving.map((key) => values.get(key) ?? '').join(' '),
  };
}

/** How a run ended. */
export interface FfmpegEnd {
  exitCode: number | null;
  killedBy: string | null;
  stderrTail: string;
}

/** Null for a good end; else why, with a sentence for people. */
export function judgeEnd(end: FfmpegEnd): { reason: FfmpegErrorReason; message: string } | null {
  if (end.exitCode === 0) return null;
  if (/No space left on device|Disk quota exceeded/i.test(end.stderrTail))
    return { reason: 'full', message: 'The disk of the configuration folder is full.' };
  if (end.killedBy !== null)
    return { reason: 'crashed', message: `ffmpeg was ended by the system (${end.killedBy}).` };
  const said = lastWords(end.stderrTail);
  return {
    reason: 'input',
    message:
      said === ''
        ? `ffmpeg could not read this clip (exit code ${end.exitCode}).`
        : `ffmpeg could not read this clip: ${said}`,
  };
}

const longestWords = 200;

/** The line that says most: the last, without addresses in memory and without places on this machine. */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).flatMap((line) => wordsOf(line) || []);
  return (lines.at(-1) ?? '').slice(0, longestWords);
}

const wordsOf = (line: string): string =>
  line
    .replaceAll(/^(\[[^\]]*\]\s*)+/g, '')
    .replaceAll(/(?:file:)?\/[^\s:']*(?:\/[^\s:']*)*/g, '…')
    .replaceAll(/[^\x20-\x7e…]/g, '')
    .trim();
