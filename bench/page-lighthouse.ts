import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { PageArchive } from './page-archive.ts';
import { chromiumPath } from './page-browser.ts';
import type { Figures } from './report.ts';

const run = promisify(execFile);
/** The newest that Node 20 takes. Not a package of this project: it is larger than all the others together. */
const version = '12.8.2';
const goals = { performance: 95, 'best-practices': 95, accessibility: 100 } as const;
const reportSchema = z.object({
  categories: z.record(z.string(), z.object({ score: z.number().nullable() })),
  audits: z.record(z.string(), z.object({ score: z.number().nullable().optional(), title: z.string() })),
});

/** Lighthouse's marks of the pages, at a desk; only said to be missing where npm cannot be reached. */
export async function lighthouse(figures: Figures, url: string, archive: PageArchive): Promise<void> {
  const pages = { home: '/', archive: '/archive', journey: `/journeys/${archive.journeyId}` };
  for (const [name, path] of Object.entries(pages)) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time, or they measure each other
    const report = await reportOf(`${url}${path}`);
    if (typeof report === 'string') {
      figures.info({ what: 'Lighthouse could not be run', measured: report, values: {} });
      return;
    }
    for (const [category, goal] of Object.entries(goals)) {
      const score = Math.round(100 * (report.categories[category]?.score ?? 0));
      const what = `Lighthouse, ${name}: ${category}`;
      const draft = { what, goal: `>= ${goal}`, measured: String(score), values: { score } };
      figures.goal(draft, score >= goal);
    }
    const failed = Object.values(report.audits).filter(({ score }) => score === 0);
    if (failed.length > 0) console.log(`       ${failed.map(({ title }) => title).join('; ')}`);
  }
}

async function reportOf(url: string): Promise<z.infer<typeof reportSchema> | string> {
  const flags = '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking';
  const wishes = ['--preset=desktop', '--output=json', '--quiet', flags];
  try {
    const { stdout } = await run('npx', ['--yes', `lighthouse@${version}`, url, ...wishes], {
      env: { ...process.env, CHROME_PATH: chromiumPath() },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 240_000,
    });
    return reportSchema.parse(JSON.parse(stdout));
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}
