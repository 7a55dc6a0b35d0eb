/**
 * What a build says of itself, as a plugin of Vite: a name for all of it (in the page, and in build.json, by which an
 * open page notices that the server has another one), the scripts of each page (page-scripts.json, which the server
 * names in the page it sends), and the service worker with the list of the files it keeps.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build as esbuild } from 'esbuild';

/** Pages by the addresses they answer at, in the order in which these are tried (src/web/app.tsx). */
export const pages = [
  ['^/$', 'home/home-page.tsx'],
  ['^/archive$', 'archive/archive-page.tsx'],
  ['^/archive/[^/]+$', 'archive/day-page.tsx'],
  ['^/archive/[^/]+/play$', 'player/day-player-page.tsx'],
  ['^/journeys/[^/]+$', 'journey/journey-page.tsx'],
  ['^/map$', 'map/map-page.tsx'],
  ['^/places$', 'places/places-page.tsx'],
  ['^/downloads$', 'downloads/downloads-page.tsx'],
  ['^/import$', 'import/import-page.tsx'],
  ['^/cameras$', 'cameras/cameras-page.tsx'],
  ['^/storage$', 'storage/storage-page.tsx'],
  ['^/health$', 'health/health-page.tsx'],
  ['^/health/log$', 'log/log-page.tsx'],
  ['^/settings$', 'settings/settings-page.tsx'],
];

/** Files beside the scripts that the page needs while the server is away. */
const keptBeside = ['index.html', 'boot.css', 'favicon.svg'];
/** Large, and of no use without the server's positions: a map. */
const notKept = /^assets\/(maplibre|ground|map-canvas|choose-worker)/;

const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);

const byLetters = (one, other) => (one < other ? -1 : 1);

/** A name for a build: another as soon as one of its files is another. */
export function buildIdOf(bundle) {
  const files = Object.values(bundle).map((file) =>
    file.fileName === 'index.html' ? hashOf(file.source) : String(file.fileName),
  );
  return hashOf(files.toSorted(byLetters).join('\n'));
}

/** Scripts and styles of these chunks and of all that they import at once. */
function filesOf(bundle, fileNames) {
  const scripts = new Set();
  const styles = new Set();
  const add = (fileName) => {
    const file = bundle[fileName];
    if (file?.type !== 'chunk' || scripts.has(fileName)) return;
    scripts.add(fileName);
    for (const style of file.viteMetadata?.importedCss ?? []) styles.add(style);
    file.imports.forEach(add);
  };
  fileNames.forEach(add);
  return { scripts: [...scripts], styles: [...styles] };
}

/** Addresses of the files that are not known of yet. */
const beyond = (files, known) => files.filter((file) => !known.includes(file)).map((file) => `/${file}`);

/** By page: what it needs beyond what every page needs, which the page itself names. */
export function pageScripts(bundle) {
  const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
  const named = [...bundle['index.html'].source.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, name]) => name);
  const first = filesOf(bundle, named);
  first.styles.push(...named);
  return pages.flatMap(([path, source]) => {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/web/${source}`));
    if (!chunk) return [];
    const { scripts, styles } = filesOf(bundle, [chunk.fileName]);
    return [{ path, scripts: beyond(scripts, first.scripts), styles: beyond(styles, first.styles) }];
  });
}

/** The list for the worker: by a name that changes with the contents, else with what they are. */
function keptFiles(bundle, textOf) {
  const assets = Object.keys(bundle).filter(
    (name) => /^assets\/.*\.(js|css)$/.test(name) && !notKept.test(name),
  );
  return [
    ...keptBeside.map((name) => ({ url: `/${name}`, revision: hashOf(textOf(name)) })),
    ...assets.toSorted(byLetters).map((name) => ({ url: `/${name}`, revision: null })),
  ];
}

/** The worker as one script, with what it keeps. */
export async function bundleWorker({ root, id, files }) {
  const { outputFiles } = await esbuild({
    absWorkingDir: root,
    entryPoints: [join(root, 'src/web/worker/service-worker.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    define: {
      'process.env.NODE_ENV': '"production"',
      BUILD_ID: JSON.stringify(id),
      BUILD_FILES: JSON.stringify(files),
    },
  });
  return outputFiles[0].text;
}

/** @param {string} root of the repository */
export function workerPlugin(root) {
  let id = '';
  return {
    name: 'viofosync-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (!page) return;
        id = buildIdOf(bundle);
        page.source = page.source.replace('</title>', `</title>\n    <meta name="build" content="${id}" />`);
        const emit = (fileName, value) =>
          this.emitFile({ type: 'asset', fileName, source: JSON.stringify(value) });
        emit('build.json', { id });
        emit('page-scripts.json', pageScripts(bundle));
      },
    },
    async writeBundle({ dir }, bundle) {
      if (!bundle['index.html']) return;
      const textOf = (name) => readFileSync(resolve(dir, name));
      const script = await bundleWorker({ root, id, files: keptFiles(bundle, textOf) });
      await writeFile(resolve(dir, 'sw.js'), script);
    },
  };
}
