/**
 * Beside each text of the built web app the same compressed, by gzip and by brotli: the server sends what the browser
 * takes (over plain HTTP browsers take gzip alone). As a plugin of Vite, the last one.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const text = /\.(js|css|json|svg|webmanifest)$/;
const leastBytes = 1024;
/** The last steps of brotli cost ten times the time for a few percent. */
const brotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};
const ways = [
  { ending: '.gz', compress: (bytes) => promisify(gzip)(bytes, { level: 9 }) },
  { ending: '.br', compress: (bytes) => promisify(brotliCompress)(bytes, brotli) },
];

/** Compresses what is in `folder`; a copy that would not be smaller is not made. */
export async function precompress(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && text.test(entry.name));
  for (const { name, parentPath, path } of files) {
    const file = join(parentPath ?? path, name);
    const bytes = await readFile(file);
    if (bytes.length < leastBytes) continue;
    await Promise.all(
      ways.map(async ({ ending, compress }) => {
        const smaller = await compress(bytes);
        if (smaller.length < bytes.length) await writeFile(`${file}${ending}`, smaller);
      }),
    );
  }
}

export function precompressPlugin() {
  let folder = '';
  return {
    name: 'viofosync-precompress',
    apply: 'build',
    writeBundle: ({ dir }) => void (folder = dir),
    closeBundle: { order: 'post', handler: () => (folder === '' ? undefined : precompress(folder)) },
  };
}
