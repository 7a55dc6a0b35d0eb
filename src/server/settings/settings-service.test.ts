import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import { SettingsService } from './settings-service.ts';

const defaults = settingsSchema.parse({});

async function useSettings() {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-settings-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  const path = join(configDir, 'settings.json');
  const changes: string[][] = [];
  const start = async () => {
    const log = pino({ level: 'silent' });
    const service = new SettingsService({ configDir, log, onChange: (keys) => void changes.push(keys) });
    await service.start();
    return service;
  };
  return { configDir, path, changes, start };
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
  await recovered.update({ keepFreeGb: 6 });
  await writeFile(path, '');
  expect((await start()).values).toMatchObject({ layout: 'weekly', keepFreeGb: 6 });
  expect((await readdir(configDir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
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
