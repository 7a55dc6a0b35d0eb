/** A child process of test/move.test.ts: moves a legacy database and ends itself, as a power cut would, at one step. */
import { moveLegacy, retireLegacy, type MoveStep } from '../src/server/db/move-legacy.ts';

const [configDir = '', recordings = '', at = ''] = process.argv.slice(2);
const endAt = (step: MoveStep | 'retired') => {
  if (step === at) process.kill(process.pid, 'SIGKILL');
};
await moveLegacy({ configDir, recordings, onStep: endAt });
await retireLegacy(configDir, recordings);
endAt('retired');
