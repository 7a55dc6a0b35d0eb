/**
 * `tsx test/scan-child.ts <home> <statement> <time>`: a first scan in a process that ends as by a power cut when it is
 * about to make a statement that begins so for the so-manieth time.
 */
import { SqliteQueryCompiler } from 'kysely';
import { TestArchive } from './scan-archive.ts';

const [home = '', statement = '', time = '1'] = process.argv.slice(2);
const compiler = new SqliteQueryCompiler();
let seen = 0;

const archive = new TestArchive(home, {
  plugin: {
    transformQuery({ node, queryId }) {
      if (compiler.compileQuery(node, queryId).sql.startsWith(statement) && ++seen === Number(time))
        process.kill(process.pid, 'SIGKILL');
      return node;
    },
    transformResult: async ({ result }) => result,
  },
});
// Long after the folders were written: their stamps hold.
archive.clock.advance(Date.now() + 60_000 - archive.clock.now());
await archive.boot();
await archive.start();
await archive.scan.idle();
