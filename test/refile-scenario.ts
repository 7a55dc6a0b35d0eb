import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { RefileService } from '../src/server/archive/refile-service.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import type { Refile } from '../src/shared/archive-care.ts';
import type { Events } from '../src/shared/events.ts';
import type { Layout } from '../src/shared/settings.ts';
import { expectAgreement, openRemoval, type Removal } from './removal-scenario.ts';
import { waitLong } from './scenario.ts';

export interface Refiling {
  removal: Removal;
  refile: RefileService;
  settings: { layout: Layout };
  state: { isScanning: boolean };
  events: EventBus<Events>;
  /** Ends as a stop of the program does. */
  close(): Promise<void>;
}

/** An archive with what moves its clips, without the program around them; not started. */
export async function openRefiling(
  folders: Pick<Removal, 'configDir' | 'recordings'>,
  options: { layout?: Layout; batchMs?: number } = {},
): Promise<Refiling> {
  const removal = await openRemoval({ ...folders, volumeTimeoutMs: 2000 });
  const settings = { layout: options.layout ?? ('monthly' as const) };
  const state = { isScanning: false };
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  const refile = new RefileService({
    db: removal.db,
    volume: removal.volume,
    mover: removal.remover.mover,
    clock: removal.clock,
    log: pino({ level: 'silent' }),
    events,
    settings: () => settings,
    isScanning: () => state.isScanning,
    onSettled: () => undefined,
    retryMs: 20,
    batchMs: options.batchMs ?? 0,
  });
  const close = async () => {
    await refile.stop();
    await removal.volume.stop();
    await removal.db.destroy();
  };
  return { removal, refile, settings, state, events, close };
}

/** Waits until it has ended; how it did. */
export async function refiled({ refile }: Pick<Refiling, 'refile'>): Promise<Refile> {
  await vi.waitFor(() => expect(refile.status.state).not.toBe('running'), waitLong);
  return refile.status;
}

/** Rows and files tell the same, and no move is open. */
export async function expectSettled({ removal }: Pick<Refiling, 'removal'>): Promise<void> {
  expect(await removal.db.selectFrom('refile').selectAll().execute()).toEqual([]);
  await expectAgreement(removal);
}
