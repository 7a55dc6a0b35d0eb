import { expect, test } from 'vitest';
import { preloadLinks } from './page-scripts.ts';

const pages = [
  { path: '^/archive$', scripts: ['/assets/archive.js'], styles: ['/assets/archive.css'] },
  { path: '^/archive/[^/]+$', scripts: ['/assets/day.js'], styles: [] },
];

test.each([
  ['/archive', ['/assets/archive.js', '/assets/archive.css']],
  ['/archive?kept=1', ['/assets/archive.js', '/assets/archive.css']],
  ['/archive/2026-06-28', ['/assets/day.js']],
  ['/archive/2026-06-28/play', []],
  ['/elsewhere', []],
])('the page at %s names %j', (url, files) => {
  expect([...preloadLinks(pages, url).matchAll(/href="([^"]+)"/g)].map(([, file]) => file)).toEqual(files);
});
