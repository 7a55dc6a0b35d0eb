import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { waitLong } from './scenario.ts';

/** A file system of its own, unmounted with the test. */
export async function useMount(
  options: string,
): Promise<{ path: string; remount(options: string): Promise<void>; names(): number }> {
  const path = await mkdtemp(join(tmpdir(), 'viofosync-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  onTestFinished(async () => {
    execFileSync('umount', ['-l', path]);
    await rm(path, { recursive: true, force: true });
  });
  return {
    path,
    /** While a file is being written (a sidecar), a volume cannot become read-only: it is asked again. */
    remount: (changed) =>
      vi.waitFor(
        () => void execFileSync('mount', ['-o', `remount,${changed}`, path], { stdio: 'pipe' }),
        waitLong,
      ),
    /** Files and folders on it, by which their number can be limited to what is there. */
    names: () => {
      const { files, ffree } = statfsSync(path);
      return files - ffree;
    },
  };
}
