import { openDatabase } from '../src/server/db/open.ts';
import { sql } from 'kysely';
import { addCamera, timeParts } from './time-scenario.ts';
import { mkdtempSync, rmSync } from 'node:fs';
const dir = mkdtempSync('/tmp/TIME/b-');
const db = await openDatabase({ configDir: dir, now: new Date(0) });
const t = timeParts(db);
const cam = await addCamera(db);
const N = 200_000;
await sql`with recursive n(i) as (select 1 union all select i+1 from n where i < ${N})
 insert into capture (id, camera_id, started_at, local_start, local_day, kind, locked)
 select i, ${cam}, 1735689600000 + i*60000 - 3600000, strftime('%Y-%m-%dT%H:%M:%S', 1735689600 + i*60, 'unixepoch'), strftime('%Y-%m-%d', 1735689600 + i*60, 'unixepoch'), 'normal', 0 from n`.execute(db);
await sql`insert into clip (id, camera_id, capture_id, name, generation, channel, kind, container, local_start, started_at, zone_offset_min, time_source, local_day, locked, kept, state, state_at, attempts, remote_volume, remote_size_exact, origin, track_due)
 select id, camera_id, id, 'c'||id, 0, 'front', 'normal', 'mp4', local_start, started_at, 60, 'setting', local_day, 0, 0, 'archived', 0, 0, '', 0, 'found', 0 from capture`.execute(db);
await sql`insert into track (clip_id, camera_id, capture_id, started_at, source, version, read_at, samples, fixes, dropped, span_ms, distance_m, clock_offset_ms, zone, points)
 select id, camera_id, id, started_at, 'file', 1, 0, 60, 60, 0, 59000, 1, -3600000, 'Europe/London', x'' from capture where id % 2 = 0`.execute(db);
const time = async (what: string, ids: number[], n = 20) => {
  const ms: number[] = [];
  for (let i = 0; i < n; i++) { const s = performance.now(); await db.transaction().execute((trx) => t.keeper.place(trx, ids.map((id) => id + i * 4000))); ms.push(performance.now() - s); }
  ms.sort((a, b) => a - b);
  console.log(what, 'median', ms[n >> 1]!.toFixed(1), 'max', ms.at(-1)!.toFixed(1));
};
await time('own fix, first time (with neighbours)', [50_000]);
await time('own fix, again', [50_000]);
await time('own fix, neighbours known', [50_100]);
await time('no fix', [50_001]);
let s = performance.now();
await t.clocks.get(cam); console.log('clock page', (performance.now() - s).toFixed(1));
s = performance.now();
await t.clocks.update(cam, { gpsClock: 'utc' });
await t.drain(); console.log('re-derive 200k', (performance.now() - s).toFixed(0));
await db.destroy(); rmSync(dir, { recursive: true });
