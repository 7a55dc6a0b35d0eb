/**
 * A child process of test/removal-crash.test.ts: deletes, restores or empties, and is killed, as in a power cut, before
 * the given of its calls that change something on the volume.
 */
import { isChanging, openRemoval, removalDeeds } from './removal-scenario.ts';

const [configDir = '', recordings = '', deed = '', step = '0'] = process.argv.slice(2);
const removal = await openRemoval({ configDir, recordings, batchSize: 2 });
let calls = 0;
removal.fault = (call) => {
  if (isChanging(call) && calls++ === Number(step)) process.kill(process.pid, 'SIGKILL');
};
await removalDeeds[deed as keyof typeof removalDeeds](removal);
