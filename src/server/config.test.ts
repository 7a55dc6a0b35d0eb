import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError, isLoopback, readConfig } from './config.ts';

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function mistakesOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

test('every mistake is told at once, each by the name of its variable', () => {
  const mistakes = mistakesOf({
    CONFIG_DIR: '/dev/null/x',
    TZ: 'Mars/Olympus',
    WEB_HOST: 'http://nas/',
    WEB_PORT: '99999',
    LOG_LEVEL: 'loud',
    LOG_FORMAT: 'xml',
  });
  expect(new Set(mistakes.map((mistake) => mistake.split(':')[0]))).toEqual(
    new Set(['CONFIG_DIR', 'LOG_FORMAT', 'LOG_LEVEL', 'TZ', 'WEB_HOST', 'WEB_PORT']),
  );
});

test('an empty variable counts as unset', async () => {
  const CONFIG_DIR = await useFolder();
  const config = readConfig({
    CONFIG_DIR,
    WEB_PORT: '',
    WEB_HOST: ' ',
    LOG_LEVEL: '',
    TZ: '',
    RECORDINGS: '',
  });
  expect(config).toMatchObject({
    host: null,
    port: null,
    isContainer: false,
    logLevel: 'info',
    isLogLevelGiven: false,
    logJson: false,
    recordings: '/recordings',
  });
  expect(config.zone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test.each(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::', '192.168.1.2', 'nas.lan'])(
  'it may listen on %s',
  async (WEB_HOST) => {
    expect(readConfig({ CONFIG_DIR: await useFolder(), WEB_HOST }).host).toBe(WEB_HOST);
  },
);

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.2', false],
  ['127.0.0.1.evil.example', false],
])('only this machine reaches what listens on %s: %s', (host, isLocal) => {
  expect(isLoopback(host)).toBe(isLocal);
});

test('the config folder is made, the recordings folder is not touched', async () => {
  const folder = await useFolder();
  const config = readConfig({ CONFIG_DIR: join(folder, 'a/b'), RECORDINGS: join(folder, 'c') });
  expect((await stat(config.configDir)).isDirectory()).toBe(true);
  await expect(stat(config.recordings)).rejects.toThrow(/ENOENT/);
});

test('a config folder that was asked for and cannot be used is a mistake, not replaced by another', async () => {
  const folder = await useFolder();
  const path = join(folder, 'file');
  await writeFile(path, '');
  expect(mistakesOf({ CONFIG_DIR: path })).toEqual([
    expect.stringContaining(`${path} is a file, not a folder`),
  ]);
});

test('proxies and names are lists, and a zone is known to be chosen', async () => {
  const CONFIG_DIR = await useFolder();
  expect(readConfig({ CONFIG_DIR, TZ: 'Europe/London' })).toMatchObject({
    trustProxy: [],
    allowedHosts: [],
    isZoneGiven: true,
  });
  const TRUST_PROXY = '172.18.0.2, 10.0.0.0/8  fd00::/8,loopback';
  expect(
    readConfig({ CONFIG_DIR, TRUST_PROXY, ALLOWED_HOSTS: 'Cam.example.com *.Example.org' }),
  ).toMatchObject({
    trustProxy: ['172.18.0.2', '10.0.0.0/8', 'fd00::/8', 'loopback'],
    allowedHosts: ['cam.example.com', '*.example.org'],
    isZoneGiven: false,
  });
});

test.each([
  { TRUST_PROXY: 'proxy' },
  { TRUST_PROXY: '10.0.0.0/33' },
  { TRUST_PROXY: '10.0.0.0/8/8' },
  { TRUST_PROXY: 'true' },
  { ALLOWED_HOSTS: 'https://cam.example.com' },
  { ALLOWED_HOSTS: 'cam.example.com:8080' },
  { ALLOWED_HOSTS: '*' },
])('%j is a mistake', async (env) => {
  const mistakes = mistakesOf({ CONFIG_DIR: await useFolder(), ...env });
  expect(mistakes).toEqual([expect.stringContaining(`${Object.keys(env)[0] ?? ''}: `)]);
});
