import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Of a page, beyond what every page needs; addresses within the web app. */
const pageScriptsSchema = z.array(
  z.object({ path: z.string(), scripts: z.array(z.string()), styles: z.array(z.string()) }),
);
export type PageScripts = z.infer<typeof pageScriptsSchema>;

/** What the build says of its pages (scripts/build-worker.mjs); nothing where it says nothing. */
export async function readPageScripts(webRoot: string): Promise<PageScripts> {
  try {
    return pageScriptsSchema.parse(JSON.parse(await readFile(join(webRoot, 'page-scripts.json'), 'utf8')));
  } catch {
    return [];
  }
}

/**
 * Links to what the page at an address needs, so that the browser fetches it while it still reads what every page
 * needs; else it would ask only once that has run.
 */
export function preloadLinks(pages: PageScripts, url: string): string {
  const path = url.split('?')[0] ?? '';
  const page = pages.find((each) => new RegExp(each.path).test(path));
  if (!page) return '';
  const scripts = page.scripts.map((file) => `<link rel="modulepreload" crossorigin href="${file}">`);
  const styles = page.styles.map((file) => `<link rel="preload" as="style" crossorigin href="${file}">`);
  return [...scripts, ...styles].join('');
}
