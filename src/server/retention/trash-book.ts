import type { Db } from '../db/open.ts';
import { TrashRepository, type TrashTotals } from './trash-repository.ts';

/** How many clips and bytes lie in the trash: counted once, then kept up. */
export class TrashBook {
  private readonly trash = new TrashRepository();
  private totals: TrashTotals | null = null;
  /** A count that began before a change must not be kept after it. */
  private changes = 0;

  async read(db: Db): Promise<TrashTotals> {
    if (this.totals) return this.totals;
    const { changes } = this;
    const totals = await this.trash.totals(db);
    if (changes === this.changes) this.totals = totals;
    return totals;
  }

  /** Makes a change in a transaction that tells by how much the trash has grown; one at a time. */
  async during<T extends { trash: TrashTotals }>(change: () => Promise<T>): Promise<T> {
    const before = this.totals;
    this.changes++;
    try {
      const settled = await change();
      const { clips, bytes } = settled.trash;
      this.totals = before && { clips: before.clips + clips, bytes: before.bytes + bytes };
      return settled;
    } catch (error) {
      this.totals = null;
      throw error;
    } finally {
      this.changes++;
    }
  }
}
