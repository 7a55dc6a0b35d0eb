import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { Import } from '../src/shared/imports.ts';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { sha256Of, TestImports, type ImportsOptions } from './import-archive.ts';
import { handClock, waitLong } from './scenario.ts';

export async function useImports(options: Partial<ImportsOptions> = {}): Promise<TestImports> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-import-'));
  const imports = new TestImports(home, { clock: handClock(), ...options });
  await imports.boot();
  onTestFinished(async () => {
    await imports.stop();
    await rm(imports.home, { recursive: true, force: true });
  });
  return imports;
}

/** Every clip of the archive has its file with the bytes that its row says, and days are a recount. */
export async function expectTrue(imports: Pick<TestImports, 'db' | 'root'>): Promise<void> {
  const rows = await imports.db.selectFrom('clip').selectAll().execute();
  for (const row of rows) {
    expect(row.path !== null, `${row.name} is ${row.state}`).toBe(row.state === 'archived');
    if (row.path === null) continue;
    const file = await readFile(join(imports.root, row.path));
    expect(file.length).toBe(row.size_bytes);
    if (row.sha256 !== null) expect(sha256Of(file)).toBe(row.sha256);
  }
  const counted = () =>
    imports.db.selectFrom('day').selectAll().orderBy('local_day').orderBy('camera_id').execute();
  const before = await counted();
  await rebuildDays(imports.db);
  expect(before).toEqual(await counted());
}

export const untilState = (imports: TestImports, id: number, state: Import['state']): Promise<void> =>
  vi.waitFor(async () => expect((await imports.service.get(id)).state).toBe(state), waitLong);
