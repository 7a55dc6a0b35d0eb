import SqliteDatabase from 'better-sqlite3';
import { adoptV2 } from '../../src/server/db/legacy/adopt.ts';

/** Adopts the database named first and dies, as in a power cut, at the first statement or progress that starts as named second. */
const [path = '', deadline = ''] = process.argv.slice(2);
const sqlite = new SqliteDatabase(path);
// Little memory, so that the transaction reaches the disk long before its end.
sqlite.pragma('cache_size = 10');
for (const method of ['exec', 'prepare'] as const) {
  const original = sqlite[method].bind(sqlite) as (text: string) => unknown;
  Object.assign(sqlite, {
    [method]: (text: string) => {
      dieAt(text);
      return original(text);
    },
  });
}
await adoptV2({
  sqlite,
  zone: 'Europe/London',
  recordings: '/recordings',
  camera: { address: '192.168.1.254', alternativeAddress: null },
  now: Date.UTC(2026, 8, 1),
  copy: null,
  onProgress: ({ what, done }) => dieAt(`progress ${what} ${done}`),
});
sqlite.close();

function dieAt(moment: string): void {
  if (moment.startsWith(deadline)) process.kill(process.pid, 'SIGKILL');
}
