import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { transformWithOxc } from 'vite';
import { expect, test } from 'vitest';
import { slimmed, withPlainImports } from '../scripts/slim-shared.mjs';

const shared = (name: string) => fileURLToPath(new URL(`../src/shared/${name}.ts`, import.meta.url));
const slimmedFile = async (name: string, isPlain: boolean) => {
  const { code } = await transformWithOxc(readFileSync(shared(name), 'utf8'), shared(name));
  return slimmed(code, shared(name), isPlain);
};

test('routes keep how they are called, and nothing that only the server reads', async () => {
  const plain = await slimmedFile('routes', true);
  expect(plain).toMatch(
    /getStartup: route\(\{\s*method: "GET",\s*path: "\/api\/startup",\s*summary: null,\s*response: null/,
  );
  expect(plain).not.toMatch(/Schema|from "zod"/);
});

test('the plain copy of a module has its words and functions, and no schema', async () => {
  const plain = await slimmedFile('clips', true);
  expect(plain).toMatch(/clipKinds = \[/);
  expect(plain).not.toMatch(/Schema|from "zod"/);
  expect(await slimmedFile('archive-filter', true)).toMatch(/function filterFrom/);
  expect(await slimmedFile('archive-filter', true)).not.toMatch(/function filterOf/);
});

test('the whole copy has its schemas, made only where something asks for them', async () => {
  const whole = await slimmedFile('clips', false);
  expect(whole).toMatch(/localDaySchema = \/\* @__PURE__ \*\/ \(\(\) => z\.iso\.date\(\)\)\(\)/);
});

test('a module that asks for words and schemas takes each where it is', () => {
  const importer = fileURLToPath(new URL('../src/web/some-page.ts', import.meta.url));
  const code =
    'import { clipKinds, localDaySchema as day } from "../shared/clips.ts";\nimport { t } from "./texts.ts";\n';
  expect(withPlainImports(code, importer)).toBe(
    'import { clipKinds } from "../shared/clips.ts?plain";import { localDaySchema as day } from "../shared/clips.ts";\nimport { t } from "./texts.ts";\n',
  );
});
