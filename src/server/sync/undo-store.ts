import { randomBytes } from 'node:crypto';
import { AppError } from '../lib/errors.ts';

const tokensKept = 50;
/** Rows that all tokens together may remember; the newest is kept whatever its size. */
const rowsKept = 50_000;

interface Remembered {
  restore(): Promise<number>;
  rows: number;
}

/** What can be taken back, each by a token and once; forgotten with the process. */
export class UndoStore {
  private readonly remembered = new Map<string, Remembered>();

  /** `rows`: how much `restore` holds on to. Returns the token. */
  remember(restore: () => Promise<number>, rows = 1): string {
    const token = randomBytes(16).toString('base64url');
    this.remembered.set(token, { restore, rows });
    this.forgetOldest();
    return token;
  }

  /** Takes it back; returns how many rows are as they were. Throws `not_found` for a token that is not known any more. */
  async undo(token: string): Promise<number> {
    const found = this.remembered.get(token);
    if (!found) throw new AppError('not_found', 'This can no longer be undone.');
    this.remembered.delete(token);
    return found.restore();
  }

  private forgetOldest(): void {
    let rows = 0;
    for (const one of this.remembered.values()) rows += one.rows;
    for (const [token, one] of this.remembered) {
      const { size } = this.remembered;
      if (size === 1 || (size <= tokensKept && rows <= rowsKept)) return;
      this.remembered.delete(token);
      rows -= one.rows;
    }
  }
}
