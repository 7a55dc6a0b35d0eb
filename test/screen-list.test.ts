import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { screens } from '../e2e/screen-list.ts';

test('npm run screens takes a picture of every page of the app, each under a name of its own', async () => {
  const app = await readFile(new URL('../src/web/app.tsx', import.meta.url), 'utf8');
  const pages = [...app.matchAll(/^ {2}path: '([^']+)',$/gm)].map(([, path]) => path);
  expect(pages.length).toBeGreaterThan(10);
  const pictured = new Set(screens.map(({ route }) => route));
  expect(pages.filter((path) => path === undefined || !pictured.has(path))).toEqual([]);
  expect([...pictured].filter((route) => route !== null && !pages.includes(route))).toEqual([]);
  const names = screens.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
