import { addJourneyDays, addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';

/** Where it is noted whose journeys are to be derived anew, and when. */
export class JourneyDue {
  private listener: () => void = () => undefined;

  /** Who carries it out is told at each note; the transaction may not be over then. */
  onAdd(listener: () => void): void {
    this.listener = listener;
  }

  /** Positions, instants or captures of a camera between these (UTC ms) are not what they were. */
  async add(trx: Db, cameraId: number, fromAt: number, toAt: number): Promise<void> {
    await addJourneyDue(trx, cameraId, [{ from: fromAt, to: toAt }]);
    this.listener();
  }

  /** Everything of these cameras: they are in another car, or the rules are others. */
  async addAll(trx: Db, cameraIds: readonly number[]): Promise<void> {
    for (const cameraId of cameraIds) await addJourneyDays(trx, cameraId);
    this.listener();
  }
}
