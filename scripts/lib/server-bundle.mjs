/** How the server is bundled, by `npm run build` and for the benchmarks alike. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Relative to the repository: the program, and the threads that lie beside it. */
export const serverEntryPoints = {
  'server/main': 'src/server/main.ts',
  'server/database-thread': 'src/server/db/database-thread.ts',
  'server/small-thread': 'src/server/db/small-thread.ts',
  'server/folder-thread': 'src/server/archive/folder-thread.ts',
};

/** Compiled for the processor, so they stay in node_modules. */
export const nativePackages = ['better-sqlite3', '@node-rs/argon2', '@node-rs/bcrypt'];

/**
 * Writes what esbuild leaves as it is, the letters of regular expressions, as escapes too: a single letter that is not
 * ASCII makes Node keep the whole program's text at two bytes a letter.
 */
const asciiOnly = {
  name: 'ascii-only',
  setup(build) {
    const { absWorkingDir = process.cwd() } = build.initialOptions;
    build.onEnd(({ metafile }) => {
      for (const output of Object.keys(metafile?.outputs ?? {}).filter((path) => path.endsWith('.js'))) {
        const path = resolve(absWorkingDir, output);
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/[^\0-\x7f]/g, escaped));
      }
    });
  },
};

const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Options for esbuild. Everything that is not native is bundled, which halves the time in which the program is loaded
 * and takes a quarter off the memory of its code: hundreds of modules less, and nothing of a package that is not used.
 * Blanks go, since Node keeps the text of what it runs; names stay, for the log shows the stack of a mistake.
 */
export const serverBundle = {
  bundle: true,
  external: nativePackages,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  // Lines of the bundle in a stack mean something.
  lineLimit: 200,
  sourcemap: 'linked',
  metafile: true,
  plugins: [asciiOnly],
  // What CommonJS packages find around them.
  banner: {
    js: [
      "import { createRequire as bundleRequire } from 'node:module';",
      "import { dirname as bundleDirname } from 'node:path';",
      "import { fileURLToPath as bundlePath } from 'node:url';",
      'const require = bundleRequire(import.meta.url);',
      'const __filename = bundlePath(import.meta.url);',
      'const __dirname = bundleDirname(__filename);',
    ].join(' '),
  },
  logLevel: 'warning',
};
