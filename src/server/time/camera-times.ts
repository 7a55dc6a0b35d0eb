import type { Db } from '../db/open.ts';
import {
  fixedZone,
  wallOf,
  ZoneOffsets,
  type CameraNameTimes,
  type NameTimes,
  type ZonedTimes,
} from '../lib/zones.ts';
import { clocksOf } from './learned-zone-policy.ts';
import { clockFactsOf } from './time-reader.ts';
import { nameInstant } from './time-policy.ts';

/** How the names of each camera are read when its clips come into the ledger. */
export class CameraTimes implements CameraNameTimes {
  /** In the zone of this installation, and nothing else. */
  readonly installation: ZonedTimes;
  private readonly zones = new ZoneOffsets();

  constructor(installation: ZonedTimes) {
    this.installation = installation;
  }

  /** By the camera's own zone, what its clips have shown of it, and what was said of its clock. Two indexed look-ups. */
  async of(db: Db, cameraId: number): Promise<NameTimes> {
    const { installation, zones } = this;
    const camera = await db.selectFrom('camera').selectAll().where('id', '=', cameraId).executeTakeFirst();
    if (!camera) return installation;
    const facts = await clockFactsOf(db, camera);
    const { zone, shifts, book } = facts;
    if (zone === null && shifts.length === 0 && book.eras.every((era) => era.fixes.length === 0))
      return installation;
    const clocks = clocksOf(facts, { installationZone: installation.zone, zones, fixedZone });
    return {
      place: (localStart) => {
        const { at, offsetMinutes, isOwn } = nameInstant(wallOf(localStart), clocks, zones);
        return isOwn ? { at, offsetMinutes, source: 'camera_offset' } : installation.place(localStart);
      },
    };
  }
}
