import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { archiveFiles } from './invariants.ts';
import { capturesOn, useArchive } from './retention-seed.ts';
import {
  expectAgreement,
  isChanging,
  openRemoval,
  removalDeeds,
  stateOf,
  type Removal,
} from './removal-scenario.ts';

const clips = [...capturesOn('2026-05-01', { captures: 1 }), ...capturesOn('2026-05-02', { captures: 1 })];
type Deed = keyof typeof removalDeeds;
type Folders = Pick<Removal, 'configDir' | 'recordings'>;

const states: Record<Deed, string> = {
  trash: 'expired',
  delete: 'expired',
  hand: 'deleted',
  restore: 'archived',
  empty: 'expired',
  purge: 'expired',
};
const deeds = Object.keys(states) as Deed[];
const needsTrash = (deed: Deed) => deed === 'restore' || deed === 'empty' || deed === 'purge';

/** An archive, with its clips in the trash where the deed is about them there. */
async function prepared(deed: Deed): Promise<Folders> {
  const folders = await useArchive({ clips });
  const removal = await openRemoval(folders);
  for (const { path } of (await removal.clips()).slice(0, 2))
    await writeFile(join(folders.recordings, `${path}.json`), JSON.stringify({ viofosync: 1, locked: true }));
  if (needsTrash(deed)) await removalDeeds.trash(removal);
  await removal.db.destroy();
  return folders;
}

/** What the next start makes of it; a rule has to begin anew, what people ordered is done. */
async function expectRecovery(folders: Folders, deed: Deed): Promise<void> {
  const removal = await openRemoval(folders);
  try {
    await removal.remover.recover(removal.signal);
    await removal.carryOut();
    await expectAll(removal);
    if (deed === 'trash' || deed === 'delete' || deed === 'purge') await removalDeeds[deed](removal);
    // The process may have ended before there was an order.
    if (deed === 'restore' && (await removal.trash()).length === 4) await removalDeeds.restore(removal);
    expect(stateOf(await removal.clips())).toEqual(Array.from({ length: 4 }, () => states[deed]));
    expect((await removal.audit()).filter((row) => row.action === 'missing')).toEqual([]);
    if (deed === 'empty' || deed === 'purge') expect(await removal.trash()).toEqual([]);
    await expectAll(removal);
  } finally {
    await removal.db.destroy();
  }
}

async function expectAll(removal: Removal): Promise<void> {
  await expectBesides(removal);
  await expectAgreement(removal);
}

/** What lies beside a clip is where the clip is, and nowhere else. */
async function expectBesides(removal: Removal): Promise<void> {
  const files = await archiveFiles(removal.recordings);
  const ends = (ending: string) => files.filter((path) => path.endsWith(ending));
  const withSidecar = ends('.MP4').filter((path) => path.includes('2026-05-01/'));
  expect(ends('.MP4.json')).toEqual(withSidecar.map((path) => `${path}.json`));
}

test.each(deeds)(
  'the power may fail before any call of "%s": the next start brings rows and files to agreement',
  async (deed) => {
    const folders = await prepared(deed);
    const home = await mkdtemp(join(tmpdir(), 'viofosync-power-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const moments: Folders[] = [];
    const removal = await openRemoval({ ...folders, batchSize: 2 });
    removal.fault = async (call) => {
      if (!isChanging(call)) return;
      // As a power cut would leave it: no transaction is open while files are touched.
      const at = join(home, String(moments.length));
      const copy = { configDir: join(at, 'config'), recordings: join(at, 'recordings') };
      await cp(folders.configDir, copy.configDir, { recursive: true });
      await cp(folders.recordings, copy.recordings, { recursive: true });
      moments.push(copy);
    };
    await removalDeeds[deed](removal);
    await removal.db.destroy();
    expect(moments.length).toBeGreaterThan(8);
    for (const moment of moments) await expectRecovery(moment, deed);
    await expectRecovery(folders, deed);
  },
  120_000,
);

test.each(deeds)(
  'kill -9 in the middle of "%s" is made good by the next start',
  async (deed) => {
    const folders = await prepared(deed);
    const args = [
      '--import',
      'tsx',
      'test/removal-steps.ts',
      folders.configDir,
      folders.recordings,
      deed,
      '5',
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect([code, signal], errors).toEqual([null, 'SIGKILL']);
    await expectRecovery(folders, deed);
  },
  60_000,
);
