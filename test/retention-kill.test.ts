import { expect, test, vi } from 'vitest';
import { retentionSchema } from '../src/shared/retention.ts';
import { expectAgreement, statesOf, auditOf, atOnce } from './retention-scenario.ts';
import { capturesOn, daysAgo, useArchive } from './retention-seed.ts';
import { waitLong } from './scenario.ts';
import { startServer } from './server-process.ts';

/** The program runs by the machine's own clock. */
const now = Date.now();

/** The lines are written when files are gone of which the ledger does not yet say what became of them. */
test.each([
  ['at once', 0, /retention sweep: 10\//],
  ['at once', 0, /retention sweep: 150\//],
  ['into the trash', 24, /retention sweep: 10\//],
  ['into the trash', 24, /retention sweep: 150\//],
])(
  'killed while clips are deleted %s (%s h), at the line %s: rows and files agree after the next start, and nothing is told twice',
  async (_name, trashHours, line) => {
    const clips = [
      ...[50, 45, 40].flatMap((days) => capturesOn(daysAgo(days, now), { captures: 40 })),
      ...capturesOn(daysAgo(5, now), { captures: 5 }),
    ];
    const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce, trashHours } });
    const { configDir, recordings } = archive;
    const killed = await startServer({ configDir, recordings });
    await vi.waitFor(() => expect(killed.log.some(({ msg }) => line.test(String(msg)))).toBe(true), {
      ...waitLong,
      interval: 1,
    });
    await killed.kill();
    const server = await startServer({ configDir, recordings });
    await vi.waitFor(async () => {
      const response = await fetch(`${server.url}/api/retention`);
      const { state, sweeps } = retentionSchema.parse(await response.json());
      expect([state, sweeps.map(({ outcome }) => outcome)]).toEqual(['idle', ['done', 'interrupted']]);
    }, waitLong);
    await server.end('SIGTERM');
    const app = await archive.open({ clock: { now: () => Date.now() } });
    expect(await statesOf(app)).toEqual({ expired: 240, archived: 10 });
    await expectAgreement(app);
    const told = await auditOf(app);
    expect(told).toHaveLength(240);
    expect(new Set(told.map(({ clipId }) => clipId)).size).toBe(240);
    expect(await app.app.db.selectFrom('removal').selectAll().execute()).toEqual([]);
  },
);
