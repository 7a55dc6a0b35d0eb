import type { AdoptOptions } from './adopt.ts';
import type { Roots } from './place-policy.ts';
import type { ReportWriter } from './report-writer.ts';
import type { Sqlite } from './statements.ts';
import type { V2Reader } from './v2-reader.ts';

/** An adoption under way: what its steps share. */
export interface Adoption {
  options: AdoptOptions;
  sqlite: Sqlite;
  reader: V2Reader;
  roots: Roots;
  report: ReportWriter;
}
