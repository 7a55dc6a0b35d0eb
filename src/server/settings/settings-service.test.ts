import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import { SettingsService, type SettingsProblem } from './settings-service.ts';

const defaults = settingsSchema.parse({});

async function useSettings() {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-settings-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  const path = join(configDir, 'settings.json');
  const changes: string[][] = [];
  const lines: string[] = [];
  const open = new Map<string, SettingsProblem>();
  const start = async () => {
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const service = new SettingsService({
      configDir,
      log,
      onChange: (keys) => void changes.push(keys),
      onProblem: (change) =>
        void ('ended' in change ? open.delete(change.key) : open.set(change.key, change)),
    });
    await service.start();
    return service;
  };
  const problems = () => [...open.keys()].toSorted();
  const stored = async () => JSON.parse(await readFile(path, 'utf8')) as unknown;
  return { configDir, path, changes, lines, open, problems, stored, start };
}

test('without a file the defaults are in force', async () => {
  const { start } = await useSettings();
  expect((await start()).values).toEqual(defaults);
});

test('only what differs from the defaults is stored, and null returns a key to its default', async () => {
  const { path, changes, start } = await useSettings();
  const service = await start();
  await service.update({ layout: 'weekly', pollSeconds: defaults.pollSeconds, keepFreeGb: 5 });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ layout: 'weekly', keepFreeGb: 5 });
  expect((await start()).values).toEqual({ ...defaults, layout: 'weekly', keepFreeGb: 5 });
  await service.update({ layout: null });
  expect(service.changed).toEqual(['keepFreeGb']);
  expect(service.values.layout).toBe('daily');
  expect(changes).toEqual([['layout', 'keepFreeGb'], ['layout']]);
});

test('changes made at the same time are all kept', async () => {
  const { start } = await useSettings();
  const service = await start();
  await Promise.all([
    service.update({ layout: 'none' }),
    service.update({ keepFreeGb: 7 }),
    service.update({ fetchPhotos: true }),
  ]);
  expect((await start()).values).toMatchObject({ layout: 'none', keepFreeGb: 7, fetchPhotos: true });
});

test('a file that cannot be read is kept aside and the last good one is used, again and again', async () => {
  const { configDir, path, start } = await useSettings();
  await (await start()).update({ layout: 'weekly', keepFreeGb: 5 });
  await writeFile(path, '{"layout": "mon');
  const recovered = await start();
  expect(recovered.values).toMatchObject({ layout: 'weekly', keepFreeGb: 5 });
  expect(await readFile(`${path}.bad`, 'utf8')).toBe('{"layout": "mon');
  expect(await readdir(configDir)).not.toContain('settings.json');
  await recovered.update({ keepFreeGb: 6 });
  await writeFile(path, '');
  expect((await start()).values).toMatchObject({ layout: 'weekly', keepFreeGb: 6 });
  expect(await readFile(`${path}.bad`, 'utf8')).toBe('{"layout": "mon');
  expect(await readFile(`${path}.bad-2`, 'utf8')).toBe('');
  expect((await readdir(configDir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('the newest three files that could not be read are kept', async () => {
  const { configDir, path, start } = await useSettings();
  for (const text of ['1', '2', '3', '4', '5']) {
    await writeFile(path, text);
    await start();
  }
  const kept = (await readdir(configDir)).filter((name) => name.includes('.bad')).toSorted();
  expect(kept).toEqual(['settings.json.bad-3', 'settings.json.bad-4', 'settings.json.bad-5']);
  expect(await readFile(`${path}.bad-5`, 'utf8')).toBe('5');
});

test('that the last good settings are used is told at every start, until a change writes the file anew', async () => {
  const { path, problems, open, start } = await useSettings();
  await (await start()).update({ keepFreeGb: 5 });
  await writeFile(path, '{');
  await start();
  expect(problems()).toEqual(['settings:file']);
  const again = await start();
  expect(problems()).toEqual(['settings:file']);
  expect(open.get('settings:file')?.severity).toBe('warning');
  expect(again.values.keepFreeGb).toBe(5);
  await again.update({ fetchPhotos: true });
  expect(problems()).toEqual([]);
  await start();
  expect(problems()).toEqual([]);
});

test('settings that are lost without a copy are told as an error', async () => {
  const { path, open, start } = await useSettings();
  await writeFile(path, '{');
  expect((await start()).values).toEqual(defaults);
  await start();
  expect(open.get('settings:file')?.severity).toBe('error');
});

test('a last good file that cannot be read either leaves the defaults', async () => {
  const { path, start } = await useSettings();
  await (await start()).update({ keepFreeGb: 5 });
  await writeFile(path, '{');
  await writeFile(`${path}.last-good`, Buffer.from([0xff, 0xfe, 0x00]));
  expect((await start()).values).toEqual(defaults);
});

test('the content of a file that cannot be read never reaches the log', async () => {
  const { path, lines, start } = await useSettings();
  await writeFile(path, 'hunter2');
  await writeFile(`${path}.last-good`, '{"a": hunter2}');
  await start();
  expect(lines.join('')).toContain('it is not JSON');
  expect(lines.join('')).not.toContain('hunter2');
});

test('a byte-order mark is no fault', async () => {
  const { path, problems, start } = await useSettings();
  await writeFile(path, '\uFEFF{"layout": "weekly"}');
  expect((await start()).values.layout).toBe('weekly');
  expect(problems()).toEqual([]);
});

test('a wrong value is one problem, and the problem ends when the user chooses another', async () => {
  const { path, problems, open, stored, start } = await useSettings();
  await writeFile(path, JSON.stringify({ pollSeconds: 1, webPort: 'eighty', layout: 'hourly' }));
  const service = await start();
  expect(service.values).toEqual(defaults);
  expect(problems()).toEqual(['settings:layout', 'settings:pollSeconds', 'settings:webPort']);
  expect(open.get('settings:pollSeconds')?.message).toContain('Look for the camera every');
  await service.update({ pollSeconds: 20 });
  expect(problems()).toEqual(['settings:layout', 'settings:webPort']);
  expect(await stored()).toEqual({ pollSeconds: 20, webPort: 'eighty', layout: 'hourly' });
  expect(service.changed).toEqual(['pollSeconds', 'webPort', 'layout']);
  await service.update({ webPort: null, layout: 'daily' });
  expect(problems()).toEqual([]);
  expect(await stored()).toEqual({ pollSeconds: 20 });
});

test('a wrong value mended by hand is no problem at the next start', async () => {
  const { path, problems, start } = await useSettings();
  await writeFile(path, '{"pollSeconds": 1}');
  await start();
  await writeFile(path, '{"pollSeconds": 11}');
  await start();
  expect(problems()).toEqual([]);
});

test('a change ends what was told about the setting of the existing system that became it', async () => {
  const { open, problems, start } = await useSettings();
  const service = await start();
  open.set('settings:GROUPING', { key: 'settings:GROUPING', severity: 'warning', message: '', advice: '' });
  await service.update({ keepFreeGb: 2 });
  expect(problems()).toEqual(['settings:GROUPING']);
  await service.update({ layout: 'daily' });
  expect(problems()).toEqual([]);
});

test('keys of other versions and our own notes stay when a setting changes', async () => {
  const { path, stored, start } = await useSettings();
  const others = { $adopted: ['GROUPING'], theme: { dark: true }, toString: 1 };
  await writeFile(path, `{"__proto__": {"layout": "weekly"}, ${JSON.stringify(others).slice(1)}`);
  const service = await start();
  expect(service.values).toEqual(defaults);
  expect(service.changed).toEqual([]);
  await service.update({ keepFreeGb: 5 });
  expect(await stored()).toEqual({
    ...others,
    ...(JSON.parse('{"__proto__": {"layout": "weekly"}}') as object),
    keepFreeGb: 5,
  });
});

test('only the owner may read the settings', async () => {
  const { path, start } = await useSettings();
  await writeFile(path, '{}', { mode: 0o644 });
  await (await start()).update({ keepFreeGb: 5 });
  for (const file of [path, `${path}.last-good`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('what a write that was cut off left behind is removed', async () => {
  const { configDir, path, start } = await useSettings();
  await writeFile(`${path}.0123abcd.tmp`, '{"lay');
  await writeFile(`${path}.last-good.0123abcd.tmp`, '{"lay');
  await writeFile(join(configDir, 'notes.tmp'), '');
  await start();
  expect(await readdir(configDir)).toEqual(['notes.tmp']);
});

test('a file that this user may not read stops the start, and stays as it is', async () => {
  const { configDir, path, start } = await useSettings();
  await writeFile(path, '{"layout": "weekly"}');
  await chmod(path, 0);
  await chmod(configDir, 0o777);
  const isRoot = process.geteuid!() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    await expect(start()).rejects.toMatchObject({
      message: expect.stringContaining('cannot be read by this user') as string,
      code: 'EACCES',
      syscall: 'open',
    });
  } finally {
    if (isRoot) process.seteuid!(0);
  }
  await chmod(path, 0o600);
  expect(await readFile(path, 'utf8')).toBe('{"layout": "weekly"}');
  expect(await readdir(configDir)).toEqual(['settings.json']);
});

test('a folder in the place of the file stops the start with what to do', async () => {
  const { path, start } = await useSettings();
  await mkdir(path);
  await expect(start()).rejects.toThrow(/is a folder, and should be a file; move the folder away/);
});

test.each([
  ['', true],
  ['0.0.0.0', true],
  ['192.168.1.2', true],
  ['::', true],
  ['fe80::1%eth0', true],
  ['nas', true],
  ['nas.local', true],
  [' nas.local ', true],
  ['999.1.1.1', false],
  ['http://nas', false],
  ['nas:8080', false],
  ['two words', false],
  ['-', false],
])('%j as the address to listen on is accepted: %s', (webHost, isAccepted) => {
  expect(settingsSchema.safeParse({ webHost }).success).toBe(isAccepted);
});

test('unknown keys and wrong values are left out, the others are used', async () => {
  const { path, start } = await useSettings();
  const stored = {
    layout: 'weekly',
    pollSeconds: 'soon',
    keepFreeGb: -3,
    colour: 'red',
    toString: 1,
    constructor: 2,
  };
  await writeFile(path, JSON.stringify(stored));
  expect((await start()).values).toEqual({ ...defaults, layout: 'weekly' });
});

test.each(['null', '[]', '"text"', '7'])(
  'a file that holds %s is no settings, and the defaults are used',
  async (text) => {
    const { path, start } = await useSettings();
    await writeFile(path, text);
    expect((await start()).values).toEqual(defaults);
  },
);
