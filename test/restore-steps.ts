/** A child process of test/backup.test.ts: restores a backup and is killed before the given call that changes a name. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [configDir = '', file = '', step = '0'] = process.argv.slice(2);
let calls = 0;
for (const name of ['linkSync', 'renameSync', 'rmSync', 'fsyncSync'] as const) {
  const original = fs[name] as (...args: unknown[]) => void;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      if (calls++ === Number(step) * 3) process.kill(process.pid, 'SIGKILL');
      return original(...args);
    },
  });
}
syncBuiltinESMExports();
const { restoreFile } = await import('../src/server/db/recover.ts');
await restoreFile(file, { configDir, now: Date.now() });
