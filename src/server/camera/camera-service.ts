import type { Updateable } from 'kysely';
import type { z } from 'zod';
import type {
  Camera as CameraView,
  CameraTest,
  cameraInputSchema,
  cameraPatchSchema,
  Session,
  Transfer,
} from '../../shared/cameras.ts';
import type { Database, Db } from '../db/open.ts';
import type { CameraRow, CameraTable } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Camera } from './camera.ts';
import { parseCameraAddress } from './address.ts';
import type { CameraRepository } from './camera-repository.ts';
import { cameraView } from './camera-view.ts';
import { folderName } from './folder-name.ts';

/** What the sync knows of a camera while the process runs. */
export interface CameraRuntime {
  activity: CameraView['activity'];
  activitySince: number;
  message: string | null;
  recording: CameraView['recording'];
  /** Clips on their way, the one that was begun first in front. */
  transfers: Transfer[];
  /** The present visit in figures; null while it is away. */
  session: Session | null;
}

export interface CameraServiceDeps {
  db: Database;
  cameras: CameraRepository;
  clock: Clock;
  openCamera(address: string): Camera;
  runtimeOf(cameraId: number): CameraRuntime | undefined;
  /** The set of cameras, or how one of them is reached, is not what it was: begin anew with it. */
  onRosterChange(cameraId: number): Promise<void>;
  onRename(cameraId: number): void;
  /** What is fetched over its connections; what is coming in goes on. */
  onRulesChange(cameraId: number): Promise<void> | void;
  /** These are in another car, or were in the same: their journeys are others. In the transaction that changed it. */
  onVehicleChange?: (trx: Db, cameraIds: number[]) => Promise<void>;
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
    refuseTwice(address, input.alternativeAddress ?? null);
    refuseSameName(others, input.name);
    const waiting = waitingFor(input.name, others);
    // The clips of the archive are its: a second camera would fetch them all again.
    if (waiting) return this.update(waiting.id, { ...input, enabled: true });
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
    const alternative = isSameAddress(checked, alternativeAddress) ? null : alternativeAddress;
    if (waiting) {
      await this.update(waiting.id, { address: checked, alternativeAddress: alternative, enabled: true });
    } else {
      await this.add({
        name: freeName(rows),
        address: checked,
        ...(alternative !== null && { alternativeAddress: alternative }),
      });
    }
  }

  async update(id: number, patch: CameraPatch): Promise<CameraView> {
    const row = await this.required(id);
    const others = (await this.deps.cameras.all(this.deps.db)).filter((other) => other.id !== id);
    refuseTaken(others, [patch.address ?? null, patch.alternativeAddress ?? null]);
    if (patch.name !== undefined) refuseSameName(others, patch.name);
    const changed = changedColumns(row, patch);
    if ((changed.address ?? row.address) === '' && (changed.enabled ?? row.enabled) === 1) {
      const message = 'The address of this camera is not known yet: type it first.';
      throw new AppError('invalid', message, [{ field: 'address', message }]);
    }
    const { address = row.address, alternative_address: alternative = row.alternative_address } = changed;
    if ('address' in changed || 'alternative_address' in changed) refuseTwice(address, alternative);
    await this.patch(row, changed);
    await this.tell(id, Object.keys(changed));
    return this.viewOf(await this.required(id));
  }

  /** Journeys are those of a car: a camera that changes it leaves one and joins another. */
  private async patch(row: CameraRow, changed: Updateable<CameraTable>): Promise<void> {
    const { db, cameras, onVehicleChange } = this.deps;
    const { vehicle } = changed;
    if (vehicle === undefined) return cameras.patch(db, row.id, changed);
    await db.transaction().execute(async (trx) => {
      await cameras.patch(trx, row.id, changed);
      const others = [
        ...(await cameras.ofVehicle(trx, row.vehicle)),
        ...(await cameras.ofVehicle(trx, vehicle)),
      ];
      await onVehicleChange?.(trx, [...new Set([row.id, ...others])]);
    });
  }

  /** Whatever answers there now is this camera: what was known of it is forgotten and learned anew. */
  async accept(id: number): Promise<CameraView> {
    await this.required(id);
    const { db, cameras, clock } = this.deps;
    await cameras.patch(db, id, { ...unknownIdentity, accepted_at: clock.now() });
    await this.deps.onRosterChange(id);
    return this.viewOf(await this.required(id));
  }

  /** A new name or new rules are no reason to stop what is coming in. */
  private async tell(id: number, columns: readonly string[]): Promise<void> {
    if (columns.some((column) => !lightColumns.has(column))) return this.deps.onRosterChange(id);
    if (columns.some((column) => !nameColumns.has(column))) await this.deps.onRulesChange(id);
    else if (columns.length > 0) this.deps.onRename(id);
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
    return cameraView(row, runtime ?? idleRuntime(row), listing);
  }
}

const nameColumns: ReadonlySet<string> = new Set(['name', 'vehicle']);
const lightColumns: ReadonlySet<string> = new Set([
  ...nameColumns,
  'main_rule',
  'alternative_rule',
  'main_triage',
  'alternative_triage',
]);

const unknownIdentity = { model: null, firmware: null, wifi_mac: null, bluetooth_mac: null } as const;

/** The columns that really change, checked. */
function changedColumns(row: CameraRow, patch: CameraPatch): Updateable<CameraTable> {
  const address = patch.address === undefined ? row.address : checkedAddress(patch.address, 'address');
  const { alternativeAddress: alternative } = patch;
  const wanted: Updateable<CameraTable> = {
    ...(patch.name !== undefined && { name: patch.name }),
    address,
    ...(alternative !== undefined && {
      alternative_address: alternative && checkedAddress(alternative, 'alternativeAddress'),
    }),
    ...(patch.enabled !== undefined && { enabled: patch.enabled ? 1 : 0 }),
    ...(patch.mainRule !== undefined && { main_rule: patch.mainRule }),
    ...(patch.alternativeRule !== undefined && { alternative_rule: patch.alternativeRule }),
    ...(patch.parallel !== undefined && { parallel: patch.parallel }),
    ...ofJourneys(patch),
    // A new address may be a new camera: who it is, is learned again.
    ...(address !== row.address && { ...unknownIdentity, accepted_at: null }),
  };
  const now: Readonly<Record<string, unknown>> = { ...row };
  return Object.fromEntries(Object.entries(wanted).filter(([column, value]) => value !== now[column]));
}

/** An empty name of a car is none. */
function ofJourneys({ vehicle, mainTriage, alternativeTriage }: CameraPatch): Updateable<CameraTable> {
  return {
    ...(vehicle !== undefined && { vehicle: vehicle === '' ? null : vehicle }),
    ...(mainTriage !== undefined && { main_triage: mainTriage ? 1 : 0 }),
    ...(alternativeTriage !== undefined && { alternative_triage: alternativeTriage ? 1 : 0 }),
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

/** One camera is not asked twice at one time. */
function refuseTwice(address: string, alternative: string | null): void {
  if (!isSameAddress(address, alternative)) return;
  const message = 'That is the main address already: leave the other one empty, or type another.';
  throw new AppError('invalid', message, [{ field: 'alternativeAddress', message }]);
}

/** Two of one name could not be told apart on any page. */
function refuseSameName(others: readonly CameraRow[], name: string): void {
  const isSame = (row: CameraRow) => row.name.toLowerCase() === name.toLowerCase() && row.address !== '';
  if (!others.some(isSame)) return;
  const message = `There is already a camera of the name ${name}.`;
  throw new AppError('conflict', message, [{ field: 'name', message }]);
}

/**
 * The camera of the archive whose address was not known that this one is: by its name, by its folder, or because there
 * is no other, or no other that nobody has named.
 */
function waitingFor(name: string, rows: readonly CameraRow[]): CameraRow | undefined {
  const waiting = rows.filter((row) => row.address === '');
  const folder = folderName(name, []);
  return (
    waiting.find((row) => isSameWord(row.name, name)) ??
    waiting.find((row) => isSameWord(row.archive_folder, folder)) ??
    (rows.length === 1 ? waiting[0] : waiting.find((row) => /^Dashcam( \d+)?$/.test(row.name)))
  );
}

const isSameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** `Dashcam`, or `Dashcam 2` where there is one. */
function freeName(others: readonly CameraRow[]): string {
  const taken = new Set(others.map((row) => row.name.toLowerCase()));
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'Dashcam' : `Dashcam ${number}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

function isSameAddress(address: string, alternative: string | null): boolean {
  if (alternative === null || address === '') return false;
  const other = parseCameraAddress(alternative);
  return !('error' in other) && other.hostHeader === address;
}

function idleRuntime(row: CameraRow): CameraRuntime {
  return {
    activity: row.enabled === 1 ? 'starting' : 'disabled',
    activitySince: row.created_at,
    message: null,
    recording: 'unknown',
    transfers: [],
    session: null,
  };
}

function checkedAddress(text: string, field: string): string {
  const address = parseCameraAddress(text);
  if ('error' in address) throw new AppError('invalid', address.error, [{ field, message: address.error }]);
  return address.hostHeader;
}
