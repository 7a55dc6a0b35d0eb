import type { Updateable } from 'kysely';
import type { z } from 'zod';
import type {
  Camera as CameraView,
  CameraTest,
  cameraInputSchema,
  cameraPatchSchema,
  Transfer,
} from '../../shared/cameras.ts';
import type { Database } from '../db/open.ts';
import type { CameraRow, CameraTable, ListingRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Camera } from './camera.ts';
import { parseCameraAddress } from './address.ts';
import type { CameraRepository } from './camera-repository.ts';

/** What the sync knows of a camera while the process runs. */
export interface CameraRuntime {
  activity: CameraView['activity'];
  activitySince: number;
  message: string | null;
  recording: CameraView['recording'];
  transfer: Transfer | null;
}

export interface CameraServiceDeps {
  db: Database;
  cameras: CameraRepository;
  clock: Clock;
  openCamera(address: string): Camera;
  runtimeOf(cameraId: number): CameraRuntime | undefined;
  /** The set of cameras, or one of them, is not what it was. */
  onRosterChange(cameraId: number): Promise<void>;
  onRename(cameraId: number): void;
}

type CameraPatch = z.output<typeof cameraPatchSchema>;

const testTimeoutMs = 15_000;

/** Adding, changing and trying cameras. */
export class CameraService {
  private readonly deps: CameraServiceDeps;

  constructor(deps: CameraServiceDeps) {
    this.deps = deps;
  }

  async list(): Promise<CameraView[]> {
    const rows = await this.deps.cameras.all(this.deps.db);
    return Promise.all(rows.map((row) => this.viewOf(row)));
  }

  async add(input: z.output<typeof cameraInputSchema>): Promise<CameraView> {
    const { db, cameras, clock } = this.deps;
    const address = checkedAddress(input.address, 'address');
    const others = await cameras.all(db);
    refuseTaken(others, [address, input.alternativeAddress ?? null]);
    const nameless = others.find((row) => row.address === '');
    // The clips of the archive are its: a second camera would fetch them all again.
    if (nameless) return this.update(nameless.id, { ...input, enabled: true });
    const row = await cameras.insert(db, {
      name: input.name,
      address,
      alternative_address: input.alternativeAddress
        ? checkedAddress(input.alternativeAddress, 'alternativeAddress')
        : null,
      archive_folder: others.length === 0 ? '' : folderName(input.name, others),
      enabled: 1,
      model: null,
      firmware: null,
      last_contact_at: null,
      last_archived_at: null,
      created_at: clock.now(),
    });
    await this.deps.onRosterChange(row.id);
    return this.viewOf(row);
  }

  /**
   * Makes sure that there is a camera at the address: the one whose address was not known gets it, otherwise one is
   * added. For `--camera`, and for what is taken over from the existing system.
   */
  async ensure(address: string, alternativeAddress: string | null = null): Promise<void> {
    const checked = checkedAddress(address, 'address');
    const rows = await this.deps.cameras.all(this.deps.db);
    if (rows.some((row) => row.address === checked || row.alternative_address === checked)) return;
    const waiting = rows.find((row) => row.address === '');
    if (waiting) {
      await this.update(waiting.id, { address: checked, alternativeAddress, enabled: true });
    } else {
      await this.add({
        name: 'Dashcam',
        address: checked,
        ...(alternativeAddress !== null && { alternativeAddress }),
      });
    }
  }

  async update(id: number, patch: CameraPatch): Promise<CameraView> {
    const row = await this.required(id);
    const others = (await this.deps.cameras.all(this.deps.db)).filter((other) => other.id !== id);
    refuseTaken(others, [patch.address ?? null, patch.alternativeAddress ?? null]);
    const changed = changedColumns(row, patch);
    if ((changed.address ?? row.address) === '' && (changed.enabled ?? row.enabled) === 1) {
      const message = 'The address of this camera is not known yet: type it first.';
      throw new AppError('invalid', message, [{ field: 'address', message }]);
    }
    await this.deps.cameras.patch(this.deps.db, id, changed);
    // A new name alone is no reason to stop what is coming in.
    if (Object.keys(changed).every((column) => column === 'name')) this.deps.onRename(id);
    else await this.deps.onRosterChange(id);
    return this.viewOf(await this.required(id));
  }

  async remove(id: number): Promise<void> {
    await this.required(id);
    if (await this.deps.cameras.hasClips(this.deps.db, id)) {
      throw new AppError(
        'conflict',
        'This camera has clips in the ledger. Disable it instead of removing it.',
      );
    }
    await this.deps.cameras.patch(this.deps.db, id, { enabled: 0 });
    await this.deps.onRosterChange(id);
    await this.deps.cameras.remove(this.deps.db, id);
    await this.deps.onRosterChange(id);
  }

  /** Asks what is at an address; every outcome is an answer in words, none an error. */
  async test(address: string): Promise<CameraTest> {
    const camera = this.deps.openCamera(checkedAddress(address, 'address'));
    const signal = AbortSignal.timeout(testTimeoutMs);
    try {
      const info = await camera.info(signal);
      const recording = await camera.recordState(signal).catch(() => 'unknown' as const);
      const freeBytes = await camera.freeBytes(signal).catch(() => null);
      const message = `${info.model ?? 'A camera'} answers (firmware ${info.firmware}).`;
      return { ok: true, model: info.model, firmware: info.firmware, recording, freeBytes, message };
    } catch (error) {
      return {
        ok: false,
        model: null,
        firmware: null,
        recording: 'unknown',
        freeBytes: null,
        message: messageOf(error),
      };
    } finally {
      camera.close();
    }
  }

  private async required(id: number): Promise<CameraRow> {
    const row = await this.deps.cameras.byId(this.deps.db, id);
    if (!row) throw new AppError('not_found', `There is no camera ${id}.`);
    return row;
  }

  private async viewOf(row: CameraRow): Promise<CameraView> {
    const runtime = this.deps.runtimeOf(row.id);
    const listing = await this.deps.db
      .selectFrom('listing')
      .selectAll()
      .where('camera_id', '=', row.id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return {
      id: row.id,
      name: row.name,
      address: row.address,
      alternativeAddress: row.alternative_address,
      enabled: row.enabled === 1,
      model: row.model,
      firmware: row.firmware,
      ...(runtime ?? idleRuntime(row)),
      lastContactAt: row.last_contact_at,
      lastArchivedAt: row.last_archived_at,
      lastListing: listing ? listingView(listing) : null,
    };
  }
}

function changedColumns(row: CameraRow, patch: CameraPatch): Updateable<CameraTable> {
  const address = patch.address === undefined ? row.address : checkedAddress(patch.address, 'address');
  const { alternativeAddress: alternative } = patch;
  return {
    ...(patch.name !== undefined && { name: patch.name }),
    // A new address may be a new camera: who it is, is learned again.
    ...(address !== row.address && { address, model: null, firmware: null }),
    ...(alternative !== undefined && {
      alternative_address: alternative && checkedAddress(alternative, 'alternativeAddress'),
    }),
    ...(patch.enabled !== undefined && { enabled: patch.enabled ? 1 : 0 }),
  };
}

/** Two loops on one camera would fetch everything twice, with two requests at a time. */
function refuseTaken(others: CameraRow[], asked: (string | null)[]): void {
  for (const text of asked) {
    if (text === null) continue;
    const address = checkedAddress(text, 'address');
    const taken = others.find((row) => row.address === address || row.alternative_address === address);
    if (taken) throw new AppError('conflict', `There is already a camera at ${address}: ${taken.name}.`);
  }
}

function idleRuntime(row: CameraRow): CameraRuntime {
  return {
    activity: row.enabled === 1 ? 'starting' : 'disabled',
    activitySince: row.created_at,
    message: null,
    recording: 'unknown',
    transfer: null,
  };
}

function listingView(row: ListingRow): CameraView['lastListing'] {
  return {
    at: row.at,
    clips: row.clips,
    photos: row.photos,
    complete: row.complete === 1,
    costMs: row.cost_ms,
    notes: JSON.parse(row.notes) as string[],
  };
}

function checkedAddress(text: string, field: string): string {
  const address = parseCameraAddress(text);
  if ('error' in address) throw new AppError('invalid', address.error, [{ field, message: address.error }]);
  return address.hostHeader;
}

/** A folder name of the camera's own: none that another camera has, none that could be a date's or ours. */
function folderName(name: string, others: CameraRow[]): string {
  const letters = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const plain =
    /^[A-Za-z]/.test(letters) && letters.toLowerCase() !== 'unclassified'
      ? letters
      : `camera-${letters}`.replace(/-$/, '');
  const taken = new Set(others.map((row) => row.archive_folder.toLowerCase()));
  for (let number = 1; ; number++) {
    const folder = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(folder.toLowerCase())) return folder;
  }
}
