import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { copiesOf, environmentOf, readDockerfile, readIgnored } from './dockerfile.ts';
import { repository } from './fake-container.ts';

const { content, stages } = await readDockerfile();
const image = stages.at(-1)!;
const valuesOf = (keyword: string): string[] =>
  image.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);

/** Every file below a folder of the repository, and the path itself when it is a file. */
function filesBelow(path: string): string[] {
  if (!statSync(join(repository, path)).isDirectory()) return [path];
  return readdirSync(join(repository, path)).flatMap((name) => filesBelow(`${path}/${name}`));
}

test("Docker's rules for a Dockerfile find nothing to say", () => {
  expect(validate(content)).toEqual([]);
  expect(validate('FROM node:24\nEXPOSE nothing\n')).not.toEqual([]);
});

test('everything that is copied from the repository is there and reaches the builder', async () => {
  const isIgnored = await readIgnored();
  const sources = stages
    .flatMap(copiesOf)
    .filter(({ from }) => from === null)
    .flatMap(({ sources }) => sources);
  expect(sources).toContain('src');
  for (const source of sources) {
    expect(existsSync(join(repository, source)), source).toBe(true);
    const files = filesBelow(source).filter((file) => !/\.test\.tsx?$/.test(file));
    expect(files.filter(isIgnored), source).toEqual([]);
  }
});

test('nothing else reaches the builder: no recordings, settings, secrets, history or tests', async () => {
  const isIgnored = await readIgnored();
  const needed = stages.flatMap(copiesOf).flatMap(({ from, sources }) => (from === null ? sources : []));
  const others = readdirSync(repository).filter(
    (name) => !needed.some((source) => source.split('/')[0] === name),
  );
  const secrets = [
    '.env',
    'config/settings.json',
    'recordings/2026-06-28/a.MP4',
    '.git/config',
    '.demo/config/x',
  ];
  for (const path of [...others, ...secrets, 'node_modules/x', 'dist/x', 'src/shared/clip-name.test.ts'])
    expect(isIgnored(path), path).toBe(true);
});

test('every stage begins with the same image, whose version is named', () => {
  const bases = stages.slice(1).map(([from]) => from!.text.replace(/^--platform=\S+ /, '').split(' ')[0]);
  expect(new Set(bases)).toEqual(new Set(['$NODE_IMAGE']));
  const [, name] = /^ARG NODE_IMAGE=(\S+)$/m.exec(content)!;
  expect(name).toMatch(/^node:\d*[02468]-[a-z]+-slim$/);
});

test('the Node of the image is one that its SQLite package does not abort on', () => {
  const manifest = readFileSync(join(repository, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const [, major] = /^ARG NODE_IMAGE=node:(\d+)/m.exec(content)!;
  // docs/decisions/0006-container.md: with 12, headers of Node 24.19 and later are deadly.
  if (dependencies['better-sqlite3']!.startsWith('12.')) expect(Number(major)).toBeLessThan(24);
});

test('what is copied between stages names a stage that exists', () => {
  const names = stages.slice(1).map(([from]) => / AS (\w+)$/.exec(from!.text)?.[1]);
  const used = stages.flatMap(copiesOf).flatMap(({ from }) => (from === null ? [] : [from]));
  expect(used.filter((name) => !names.includes(name))).toEqual([]);
});

test('the image says how it is reached, asked for its health, and stopped', () => {
  expect(valuesOf('EXPOSE')).toEqual(['8080']);
  expect(valuesOf('STOPSIGNAL')).toEqual(['SIGTERM']);
  expect(valuesOf('HEALTHCHECK')).toEqual([
    expect.stringContaining('CMD ["node", "/app/docker/health.mjs"]'),
  ]);
  const entrypoint = JSON.parse(valuesOf('ENTRYPOINT')[0]!) as string[];
  expect([entrypoint[0], entrypoint.at(-1)]).toEqual(['/usr/bin/tini', '/app/docker/entrypoint.sh']);
  expect(valuesOf('CMD')).toEqual([]);
});

test('a forgotten volume shows: none is made in secret', () => {
  expect(valuesOf('VOLUME')).toEqual([]);
});

test('the environment holds what the container needs, and leaves port, address and zone to the user', () => {
  expect(environmentOf(image)).toEqual({
    NODE_ENV: 'production',
    VIOFOSYNC_CONTAINER: '1',
    CONFIG_DIR: '/config',
    RECORDINGS: '/recordings',
  });
});

test('no secret is built in, and nothing is fetched but packages', () => {
  const settings = stages.flat().filter(({ keyword }) => ['ARG', 'ENV', 'LABEL'].includes(keyword));
  for (const { text } of settings) expect(text).not.toMatch(/passw|secret|token|credential|key=/i);
  expect(content).not.toMatch(/curl|wget|^ADD /m);
});

test('the finished image has no compiler and no package that only development needs', () => {
  const commands = valuesOf('RUN').join('\n');
  expect(commands).not.toMatch(/g\+\+|gcc|build-essential|\bmake\b|python/);
  expect(commands).not.toMatch(/npm (install|ci)/);
  const installs = stages.map((stage) => stage.flatMap(({ text }) => /npm install.*/.exec(text) ?? []));
  const packages = stages.findIndex(([from]) => from?.text.endsWith(' AS packages') === true);
  expect(installs[packages]).toEqual([expect.stringContaining('--omit=dev')]);
  expect(installs[packages]![0]).not.toContain('--ignore-scripts');
});

test('Debian packages come without recommended ones and leave no lists behind', () => {
  const installing = stages.flat().filter(({ text }) => text.includes('apt-get install'));
  expect(installing).toHaveLength(2);
  for (const { text } of installing) {
    expect(text).toMatch(/^apt-get update && apt-get install -y --no-install-recommends /);
    expect(text).toContain('rm -rf /var/lib/apt/lists/*');
  }
});

test('compose.yaml uses the image as the existing one is used', () => {
  const compose = readFileSync(join(repository, 'compose.yaml'), 'utf8');
  const active = compose.replaceAll(/^\s*#.*\n/gm, '');
  for (const line of [
    "- '8080:8080'",
    '- ./config:/config',
    '- ./recordings:/recordings',
    'PUID: 1000',
    'PGID: 1000',
    'TZ: Europe/London',
    'restart: unless-stopped',
    'stop_grace_period: 15s',
    '- no-new-privileges:true',
  ])
    expect(active).toContain(`      ${line}\n`.replace(/^ {6}(restart|stop)/, '    $1'));
  // The image's own HEALTHCHECK holds.
  expect(active).not.toContain('healthcheck');
});
