import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BenchContext, Benchmark } from './bench-context.ts';
import { Figures, sum, type Figure } from './report.ts';

const mostBytes = 250_000;
/** The page that decides, and others to compare with: the names of their chunks. */
const decidingPage = 'archive-page';
const otherPages = ['home-page', 'day-page', 'downloads-page', 'cameras-page', 'settings-page'];

export const firstLoadBenchmark: Benchmark = {
  name: 'first-load',
  about: 'gzipped scripts that a browser needs for the first view of the archive page',
  run: firstLoad,
};

async function firstLoad(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('first-load');
  const assets = join(context.bundle.webRoot, 'assets');
  const scripts = await scriptSizes(assets);
  const html = await readFile(join(context.bundle.webRoot, 'index.html'), 'utf8');
  const entries = [...html.matchAll(/(?:src|href)="[^"]*?([\w.-]+\.js)"/g)].map((match) => match[1] ?? '');
  for (const page of [decidingPage, ...otherPages]) {
    const chunk = [...scripts.keys()].find((name) => name.startsWith(`${page}-`));
    if (chunk === undefined && page === decidingPage) {
      throw new Error(`${assets} has no chunk of the archive page`);
    }
    if (chunk === undefined) continue;
    const needed = closure(scripts, [...entries, chunk]);
    const gzipBytes = sum([...needed].map((name) => scripts.get(name)?.gzipBytes ?? 0));
    const measured = `${(gzipBytes / 1000).toFixed(1)} kB in ${needed.size} files`;
    const draft = { what: `gzipped scripts of ${page}`, measured, values: { gzipBytes, files: needed.size } };
    if (page !== decidingPage) figures.info(draft);
    else figures.goal({ ...draft, goal: `<= ${mostBytes / 1000} kB` }, gzipBytes <= mostBytes);
  }
  return figures.all;
}

interface Script {
  gzipBytes: number;
  /** File names of what it imports at once, not when asked. */
  imports: string[];
}

async function scriptSizes(assets: string): Promise<Map<string, Script>> {
  const names = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const scripts = names.map(async (name): Promise<[string, Script]> => {
    const text = await readFile(join(assets, name), 'utf8');
    // `import … from"./x.js"`, `export … from"./x.js"` and `import"./x.js"`, but not `import("./x.js")`.
    const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g)];
    return [
      name,
      { gzipBytes: gzipSync(text).length, imports: imports.map((match) => basename(match[1] ?? '')) },
    ];
  });
  return new Map(await Promise.all(scripts));
}

function closure(scripts: ReadonlyMap<string, Script>, names: readonly string[]): Set<string> {
  const needed = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const script = scripts.get(name);
    if (script === undefined || needed.has(name)) continue;
    needed.add(name);
    waiting.push(...script.imports);
  }
  return needed;
}
