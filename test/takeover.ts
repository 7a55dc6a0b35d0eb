import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hash } from '@node-rs/bcrypt';
import { onTestFinished } from 'vitest';
import type { CardEntry } from '../simulator/card.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { legacyFileName } from '../src/server/db/move-legacy.ts';
import { V2Database } from './legacy/v2-database.ts';
import { bytesOf } from './scenario.ts';

export const v2Password = 'hunter2!';

export interface V2Home {
  configDir: string;
  recordings: string;
  /** By what the existing system knew of it. */
  clips: {
    archived: CardEntry;
    pinned: CardEntry;
    skipped: CardEntry;
    deleted: CardEntry;
    pending: CardEntry[];
  };
}

/**
 * The two folders of somebody who used the Python version: settings with a password, the state on the recordings
 * volume, two clips archived, one skipped, one deleted by retention; the other clips of the card were still to come.
 */
export async function useV2Home(camera: SimulatedCamera, entries: CardEntry[]): Promise<V2Home> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-takeover-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const [archived, pinned, skipped, deleted, ...pending] = entries as [
    CardEntry,
    CardEntry,
    CardEntry,
    CardEntry,
    ...CardEntry[],
  ];
  const configDir = join(home, 'config');
  const recordings = join(home, 'recordings');
  await mkdir(configDir);
  await mkdir(recordings);
  const v2 = new V2Database(join(recordings, legacyFileName), { generation: '2.5' });
  for (const [entry, locked] of [
    [archived, 0],
    [pinned, 1],
  ] as const) {
    const path = `${entry.name.slice(0, 4)}-${entry.name.slice(5, 7)}-${entry.name.slice(7, 9)}/${entry.name}`;
    const bytes = await bytesOf(entry.source);
    await mkdir(dirname(join(recordings, path)), { recursive: true });
    await writeFile(join(recordings, path), bytes);
    v2.addFile(entry.name, { path: `/data/rec/${path}`, size_bytes: bytes.length, locked });
    v2.addQueued(entry.name, { state: 'done', remote_size: bytes.length, finished_at: 1_780_000_000 });
  }
  v2.addQueued(skipped.name, { state: 'skipped', skip_reason: 'user' });
  v2.addQueued(deleted.name, { state: 'done', finished_at: 1_780_000_000 });
  for (const entry of pending) v2.addQueued(entry.name);
  v2.close();
  const config = {
    ADDRESS: camera.address,
    GROUPING: 'weekly',
    RETENTION_MAX_DAYS: '3650',
    MQTT_QOS: 'often',
    WEB_PASSWORD_HASH: await hash(v2Password, { cost: 4 }),
    SESSION_SECRET: 'a'.repeat(64),
  };
  await writeFile(join(configDir, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  return { configDir, recordings, clips: { archived, pinned, skipped, deleted, pending } };
}
