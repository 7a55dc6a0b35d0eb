import { z } from 'zod';
import { fetchRuleSchema } from '../../shared/queue.ts';
import type { ClockShiftRow } from '../db/schema-journeys.ts';
import type { CameraRow } from '../db/schema.ts';
import { isZone } from '../lib/zones.ts';
import { instantSchema, instantText, type Book } from './book.ts';
import { isNameless } from './book-cameras-plan.ts';
import { isLocalTime } from './sidecar.ts';

const localTime = z.string().refine(isLocalTime, 'not a local time').nullable();
const shiftSchema = z.object({
  fromLocal: localTime,
  toLocal: localTime,
  shiftMs: z.number().int(),
  createdAt: instantSchema,
});
/** Of our own making: nothing that could be more than a host and a port. */
const addressSchema = z
  .string()
  .max(300)
  .regex(/^[^\s/@?#\\]+$/);
const word = z.string().min(1).max(1000);
const macSchema = z.string().regex(/^[\da-f]{2}(:[\da-f]{2}){5}$/i);

const cameraSchema = z.object({
  /** Its folder below the archive root; empty for the first camera. */
  folder: z.string().max(1000),
  name: word,
  vehicle: word.nullable().default(null),
  zone: z.string().refine(isZone, 'not a zone').nullable().default(null),
  gpsClock: z.enum(['utc', 'local']).nullable().default(null),
  shifts: z.array(shiftSchema).max(1000).default([]),
  address: addressSchema.nullable().default(null),
  alternativeAddress: addressSchema.nullable().default(null),
  enabled: z.boolean().default(false),
  mainRule: fetchRuleSchema.nullable().default(null),
  alternativeRule: fetchRuleSchema.nullable().default(null),
  parallel: z.number().int().min(1).max(2).nullable().default(null),
  mainTriage: z.boolean().nullable().default(null),
  alternativeTriage: z.boolean().nullable().default(null),
  model: word.nullable().default(null),
  wifiMac: macSchema.nullable().default(null),
  bluetoothMac: macSchema.nullable().default(null),
});
/** What is known of a camera that nothing else in the archive tells. */
export type SaidOfCamera = z.output<typeof cameraSchema>;

/** Cameras: names, cars, addresses, rules, what they are known by, and their clocks. */
export const camerasBook: Book<SaidOfCamera[]> = {
  name: 'cameras',
  schema: z.array(cameraSchema).max(1000),
  async said(db) {
    const rows = await db.selectFrom('camera').selectAll().orderBy('id').execute();
    const said = saidOf(rows, await db.selectFrom('clock_shift').selectAll().orderBy('id').execute());
    return said.length === 0 ? null : said.map(textOf);
  },
};

/** What is to be said of a camera of which nothing is known but its folder. */
export const cameraOfFolder = (folder: string): SaidOfCamera =>
  cameraSchema.parse({ folder, name: folder === '' ? 'Dashcam' : folder });

/** What is to be said of these cameras now; nothing of the only camera that nobody said anything of. */
export function saidOf(
  rows: readonly CameraRow[],
  shifts: readonly Omit<ClockShiftRow, 'id'>[],
): SaidOfCamera[] {
  const all = rows.map((row): SaidOfCamera => ({
    ...ofCar(row),
    ...ofReaching(row),
    shifts: shifts
      .filter((shift) => shift.camera_id === row.id)
      .map((shift) => ({
        fromLocal: shift.from_local,
        toLocal: shift.to_local,
        shiftMs: shift.shift_ms,
        createdAt: shift.created_at,
      })),
  }));
  return all.some(hasMeaning) ? all : [];
}

const ofCar = (row: CameraRow) => ({
  folder: row.archive_folder,
  name: row.name,
  vehicle: row.vehicle,
  zone: row.zone,
  gpsClock: row.gps_clock_set,
});

/** Its defaults need not be told. */
const ofReaching = (row: CameraRow) => ({
  address: row.address === '' ? null : row.address,
  alternativeAddress: row.alternative_address,
  enabled: row.enabled === 1,
  mainRule: row.main_rule,
  alternativeRule: row.alternative_rule,
  parallel: row.parallel,
  mainTriage: row.main_triage === 1,
  alternativeTriage: row.alternative_triage === 1,
  model: row.model,
  wifiMac: row.wifi_mac,
  bluetoothMac: row.bluetooth_mac,
});

const hasMeaning = (said: SaidOfCamera): boolean =>
  said.folder !== '' ||
  !isNameless(said.name) ||
  [said.address, said.vehicle, said.zone, said.gpsClock].some((value) => value !== null) ||
  said.shifts.length > 0;

/** As JSON, without what is nothing. */
function textOf({ shifts, ...said }: SaidOfCamera): object {
  const told = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
  if (shifts.length === 0) return told;
  return { ...told, shifts: shifts.map((shift) => ({ ...shift, createdAt: instantText(shift.createdAt) })) };
}
