/**
 * `tsx test/import-child.ts <home> [<before|after> <call>]`: imports as the program does, in a process that ends as by a
 * power cut right before or after such a call on the recordings volume. Prints its address, then answers.
 */
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { TestImports } from './import-archive.ts';

const [home = '', when, at] = process.argv.slice(2);
const end = (): void => process.kill(process.pid, 'SIGKILL') && undefined;

if (when !== undefined) {
  // oxlint-disable-next-line typescript/unbound-method -- called with its volume below
  const { run } = ArchiveVolume.prototype;
  ArchiveVolume.prototype.run = async function watched<T>(
    this: ArchiveVolume,
    what: string,
    call: () => Promise<T>,
    timeoutMs?: number,
  ): Promise<T> {
    if (what === at && when === 'before') end();
    const result = (await run.call(this, what, call, timeoutMs)) as T;
    if (what === at) end();
    return result;
  };
}

const imports = new TestImports(home, { clock: systemClock });
await imports.boot();
process.stdout.write(`${imports.url}\n`);
