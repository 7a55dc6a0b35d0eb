/**
 * Proves, when the image is built, that what was installed runs on this machine: every package the server needs can be
 * loaded, and SQLite opens a database. A package whose native part is missing for this processor ends the build.
 */
import { readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

for (const name of Object.keys(dependencies)) await import(name);
const { default: Database } = await import('better-sqlite3');
const version = new Database(':memory:').prepare('select sqlite_version()').pluck().get();
process.stdout.write(`SQLite ${String(version)}\n`);
