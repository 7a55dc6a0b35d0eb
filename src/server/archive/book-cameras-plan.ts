import type { Updateable } from 'kysely';
import type { CameraRow, CameraTable } from '../db/schema.ts';
import type { SaidOfCamera } from './book-cameras.ts';

/** What is to be done with what was said of one camera. */
export interface CameraStep {
  said: SaidOfCamera;
  /** The camera of this database that it is; null: it is to be added. */
  row: CameraRow | null;
  /** Columns that are to be other than they are. */
  set: Updateable<CameraTable>;
  /** Something of it concerns the instants of its clips. */
  isOtherClock: boolean;
}

/** As a camera is called before anybody named it. */
export const isNameless = (name: string): boolean => /^Dashcam( \d+)?$/.test(name);

/**
 * Which camera of the database each of those in the archive is, and what it learns of it. What the database knows stays.
 * In an empty ledger a camera is known by its address too, and gets its folder back; where there are clips, by its
 * folder alone, and none is added.
 */
export function planCameras(
  said: readonly SaidOfCamera[],
  rows: readonly CameraRow[],
  { hasClips }: { hasClips: boolean },
): CameraStep[] {
  const free = new Set(rows);
  const names = new Set(rows.map((row) => row.name.toLowerCase()));
  const rowOf = new Map<SaidOfCamera, CameraRow>();
  const take = (one: SaidOfCamera, fits: (row: CameraRow) => boolean) => {
    if (rowOf.has(one)) return;
    const row = [...free].find(fits);
    if (!row) return;
    free.delete(row);
    rowOf.set(one, row);
  };
  if (!hasClips) for (const one of said) take(one, (row) => isAt(row, one));
  for (const one of said) take(one, (row) => row.archive_folder === one.folder);
  return said.flatMap((one) => {
    const row = rowOf.get(one) ?? null;
    if (!row && hasClips) return [];
    const set = row ? changesOf(row, one, { hasClips, names }) : {};
    const isOtherClock = 'zone' in set || 'gps_clock_set' in set;
    return [{ said: one, row, set, isOtherClock }];
  });
}

const isAt = (row: CameraRow, { address, alternativeAddress }: SaidOfCamera): boolean =>
  row.address !== '' && (row.address === address || row.address === alternativeAddress);

/** It was told anew where it is, and has not been met since. */
const isUnknownAt = (row: CameraRow, said: SaidOfCamera): boolean =>
  row.address === said.address &&
  [row.model, row.wifi_mac, row.bluetooth_mac, row.accepted_at].every((value) => value === null) &&
  Object.values(identityOf(said)).some((value) => value !== null);

function changesOf(
  row: CameraRow,
  said: SaidOfCamera,
  { hasClips, names }: { hasClips: boolean; names: ReadonlySet<string> },
): Updateable<CameraTable> {
  const isNew = !hasClips && isNameless(row.name);
  const isNamed = isNameless(row.name) && !names.has(said.name.toLowerCase());
  return {
    ...(!hasClips && row.archive_folder !== said.folder && { archive_folder: said.folder }),
    ...(isNamed && { name: said.name }),
    ...ofCar(row, said),
    ...ofReaching(row, said),
    ...(isNew && rulesOf(said)),
  };
}

const ofCar = (row: CameraRow, said: SaidOfCamera): Updateable<CameraTable> => ({
  ...(row.vehicle === null && said.vehicle !== null && { vehicle: said.vehicle }),
  ...(row.zone === null && said.zone !== null && { zone: said.zone }),
  ...(row.gps_clock_set === null && said.gpsClock !== null && { gps_clock_set: said.gpsClock }),
});

function ofReaching(row: CameraRow, said: SaidOfCamera): Updateable<CameraTable> {
  const { address, alternativeAddress: other } = said;
  const isReached = row.address === '' && address !== null;
  const isSecond = row.alternative_address === null && other !== null && other !== row.address;
  return {
    ...(isReached && { address, enabled: said.enabled ? 1 : 0 }),
    ...(isSecond && { alternative_address: other }),
    ...((isReached || isUnknownAt(row, said)) && identityOf(said)),
  };
}

type Rules = Pick<
  CameraRow,
  'main_rule' | 'alternative_rule' | 'parallel' | 'main_triage' | 'alternative_triage'
>;

const rulesOf = (said: SaidOfCamera): Partial<Rules> => ({
  ...(said.mainRule !== null && { main_rule: said.mainRule }),
  ...(said.alternativeRule !== null && { alternative_rule: said.alternativeRule }),
  ...(said.parallel !== null && { parallel: said.parallel }),
  ...(said.mainTriage !== null && { main_triage: said.mainTriage ? 1 : 0 }),
  ...(said.alternativeTriage !== null && { alternative_triage: said.alternativeTriage ? 1 : 0 }),
});

/** What it is known by, so that another one at its address is not taken for it. */
const identityOf = ({ model, wifiMac, bluetoothMac }: SaidOfCamera) => ({
  model,
  wifi_mac: wifiMac,
  bluetooth_mac: bluetoothMac,
});

/** A camera that this database has none of; without an address it waits for one. */
export const newCamera = (said: SaidOfCamera, now: number) => ({
  name: said.name,
  address: said.address ?? '',
  alternative_address: said.alternativeAddress,
  archive_folder: said.folder,
  enabled: said.enabled && said.address !== null ? (1 as const) : (0 as const),
  created_at: now,
  vehicle: said.vehicle,
  zone: said.zone,
  gps_clock_set: said.gpsClock,
  ...rulesOf(said),
  ...identityOf(said),
});
