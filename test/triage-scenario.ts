import type { RecordState } from '../src/shared/cameras.ts';
import { NovatekCamera } from '../src/server/camera/novatek-camera.ts';
import { parseCameraAddress } from '../src/server/camera/address.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { Reconciler } from '../src/server/sync/reconciler.ts';
import { Triage } from '../src/server/sync/triage.ts';
import { VisitLog, type OpenVisit } from '../src/server/sync/visit-log.ts';
import { CameraTriage } from '../src/server/sync/triage-camera.ts';
import { indexOfMoov } from '../src/server/tracks/gps-index.ts';
import { verdictOfBlock } from '../src/server/tracks/gps-block.ts';
import { readingOf } from '../src/server/tracks/gps-reading.ts';
import { readTsGps } from '../src/server/tracks/ts-gps.ts';
import { TrackRepository } from '../src/server/tracks/track-repository.ts';
import type { CardEntry } from '../simulator/card.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { TEST_CACHE_DIR } from '../simulator/clips/test-support.ts';
import { seedDrives, type DriveOptions } from '../simulator/drives.ts';
import type { RequestRecord } from '../simulator/request-log.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { now, useQueueLedger, type QueueLedger } from './queue-ledger.ts';
import { useCamera } from './scenario.ts';

export const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });

/** A simulated camera whose card was listed, and what reads tracks off it, on a real database. */
export interface TriageScene {
  ledger: QueueLedger;
  camera: SimulatedCamera;
  triage: Triage;
  reader: CameraTriage;
  here: { camera: NovatekCamera; connection: 'main'; visit: OpenVisit };
  entries: CardEntry[];
  /** Captures whose tracks were told to have changed. */
  told: number[];
  /** Lists the card into the ledger. */
  list(recording?: RecordState): Promise<void>;
  /** Reads until nothing is left. */
  readAll(): Promise<void>;
  /** Requests for files, by name, in the order of the first. */
  requests(): Map<string, RequestRecord[]>;
  restart(): void;
}

export async function useTriage(drives: Partial<DriveOptions> = {}): Promise<TriageScene> {
  const ledger = await useQueueLedger();
  const camera = await useCamera();
  const entries = await seedDrives(camera.card, factory, {
    until: localTime(2026, 6, 28, 11),
    days: 1,
    channels: 1,
    photos: false,
    gpsLayout: 'payload-2c',
    sizeBytes: 3_000_000,
    ...drives,
  });
  const scene = await sceneOf(ledger, camera, entries);
  await scene.list();
  return scene;
}

const wantListing = () => undefined;

async function sceneOf(
  ledger: QueueLedger,
  camera: SimulatedCamera,
  entries: CardEntry[],
): Promise<TriageScene> {
  const { db, clips, clock, order } = ledger;
  const address = parseCameraAddress(camera.address);
  if ('error' in address) throw new Error(address.error);
  const visits = new VisitLog({ db, clock, events: new EventBus(() => undefined) });
  const visit = await visits.begin({ cameraId: 1, address: camera.address, connection: 'main' });
  const here = { camera: new NovatekCamera({ address }), connection: 'main' as const, visit };
  onTestFinished(() => here.camera.close());
  const told: number[] = [];
  const onTracks = async (_trx: unknown, ids: number[]) => void told.push(...ids);
  const zone = new ZonedTimes('UTC');
  const times = { installation: zone, of: async () => zone };
  const reconciler = new Reconciler({ db, clips, times, clock, fetchPhotos: () => false });
  const row = await ledger.camera();
  const log = pino({ level: 'silent' });
  const parts = () => {
    const triage = new Triage({
      db,
      clock,
      log,
      settings: () => ledger.settings,
      tracks: new TrackRepository({ onTracks }),
      gps: { indexOfMoov, verdictOfBlock, readingOf, readTsGps },
    });
    const reader = new CameraTriage({ triage, row, log, order, isPaused: () => false, wantListing });
    return { triage, reader };
  };
  const scene: TriageScene = {
    ledger,
    camera,
    ...parts(),
    here,
    entries,
    told,
    async list(recording = 'stopped') {
      const listing = await here.camera.list(new AbortController().signal);
      await reconciler.reconcile(1, listing, recording, ledger.ruleHolds.contextOf(row, 'main'));
      order.invalidate();
    },
    async readAll() {
      const { signal } = new AbortController();
      while (await scene.reader.rest(here, signal));
    },
    requests: () => byFile(camera),
    restart: () => Object.assign(scene, parts()),
  };
  return scene;
}

function byFile(camera: SimulatedCamera): Map<string, RequestRecord[]> {
  const files = new Map<string, RequestRecord[]>();
  // The listing asks for folders that are not there.
  for (const request of camera.log.downloads.filter((one) => 'range' in one.headers)) {
    const name = request.path.split('/').at(-1) ?? '';
    files.set(name, [...(files.get(name) ?? []), request]);
  }
  return files;
}

/** The rows of triage, newest clip first. */
export async function triageRows(scene: TriageScene) {
  return scene.ledger.db
    .selectFrom('triage')
    .innerJoin('clip', 'clip.id', 'triage.clip_id')
    .select(['clip.name', 'clip.channel', 'triage.outcome', 'triage.tries', 'triage.next_at', 'triage.error'])
    .orderBy('clip.started_at', 'desc')
    .execute();
}

export { now };
