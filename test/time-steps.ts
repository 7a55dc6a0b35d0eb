/**
 * A child process of test/time.test.ts: works the times of a camera out anew, and is killed, as in a power cut, when it
 * has begun the given chunk.
 */
import { openDatabase } from '../src/server/db/open.ts';
import { timeParts } from './time-scenario.ts';

const [configDir = '', at = '0'] = process.argv.slice(2);
const db = await openDatabase({ configDir, now: new Date(0) });
const parts = timeParts(db, 'Europe/Berlin', 10);
let chunks = 0;
const place = parts.keeper.place.bind(parts.keeper);
parts.keeper.place = async (...given) => {
  const placed = await place(...given);
  if (chunks++ === Number(at)) process.kill(process.pid, 'SIGKILL');
  return placed;
};
await parts.drain();
await db.destroy();
