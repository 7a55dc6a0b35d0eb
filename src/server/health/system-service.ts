import { stat } from 'node:fs/promises';
import {
  adoptionReportSchema,
  type Adoption,
  type Integrity,
  type Scan,
  type System,
} from '../../shared/system.ts';
import type { Database } from '../db/open.ts';

export interface SystemDeps {
  db: Database;
  version: string;
  startedAt: number;
  databasePath: string;
  journal: string;
  /** Name of the last migration this program has. */
  schema: string;
  integrity: () => Integrity;
  backups: () => System['backups'];
  scan: () => Scan;
}

/** What the health page shows of the program itself. Touches the config volume only. */
export class SystemService {
  private readonly deps: SystemDeps;

  constructor(deps: SystemDeps) {
    this.deps = deps;
  }

  async view(): Promise<System> {
    const { version, startedAt, databasePath, journal, schema, integrity, backups, scan } = this.deps;
    const bytes = await stat(databasePath).then(
      (entry) => entry.size,
      () => 0,
    );
    return {
      version,
      startedAt,
      database: { path: databasePath, bytes, schema, journal, integrity: integrity() },
      backups: backups(),
      adoptions: await this.adoptions(),
      scan: scan(),
    };
  }

  private async adoptions(): Promise<Adoption[]> {
    const rows = await this.deps.db
      .selectFrom('adoption')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(20)
      .execute();
    return rows.flatMap((row) => {
      const report = adoptionReportSchema.safeParse(readJson(row.report));
      return report.success ? [{ ...report.data, kind: row.kind, at: row.at }] : [];
    });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
