/**
 * A child process of test/refile.test.ts: moves clips into another layout, and is killed, as in a power cut, before the
 * given of its calls that change something on the volume.
 */
import { openRefiling } from './refile-scenario.ts';
import { isChanging } from './removal-scenario.ts';

const [configDir = '', recordings = '', step = '0'] = process.argv.slice(2);
const refiling = await openRefiling({ configDir, recordings });
let calls = 0;
refiling.removal.fault = (call) => {
  if (isChanging(call) && calls++ === Number(step)) process.kill(process.pid, 'SIGKILL');
};
await refiling.refile.start();
await refiling.refile.begin();
// Until it is killed.
setInterval(() => undefined, 1000);
