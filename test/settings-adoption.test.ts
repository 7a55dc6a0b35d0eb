import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { adoptV2Settings, type AdoptV2Options } from '../src/server/settings/adopt-v2-settings.ts';
import { SettingsService } from '../src/server/settings/settings-service.ts';
import { v2Keys, type V2Key } from '../src/server/settings/v2-settings-plan.ts';
import { adoptionReportSchema } from '../src/shared/system.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const hash = `$2b$12$${'abcdefghij.'.repeat(5).slice(0, 53)}`;
const config = {
  ADDRESS: '192.168.1.254',
  ADDRESS_FALLBACK: 'car.lan',
  ENABLE_SCHEDULED_SYNC: false,
  GROUPING: 'weekly',
  MQTT_PASSWORD: 'hunter2-mqtt',
  RETENTION_MAX_DAYS: 30,
  SESSION_SECRET: 'hunter2-session',
  SYNC_INTERVAL: 600,
  WEB_HOST: '0.0.0.0',
  WEB_PASSWORD_HASH: hash,
  WEB_PORT: '9000',
};
const configText = JSON.stringify(config, null, 2);
const envText = '# settings\nGROUPING="monthly"\nnonsense\nWEB_PASSWORD=hunter2-clear\nADDRESS=10.0.0.1\n';

async function useConfigDir() {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-adoption-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const adopt = (more: Partial<AdoptV2Options> = {}) =>
    adoptV2Settings({ configDir, log, now: 1_700_000_000_000, ...more });
  const put = (name: string, content: string | Buffer, mode = 0o600) =>
    writeFile(join(configDir, name), content, { mode });
  const text = (name: string) => readFile(join(configDir, name), 'utf8');
  const settings = async () => JSON.parse(await text('settings.json')) as Record<string, unknown>;
  const service = async () => {
    const service = new SettingsService({ configDir, log, onChange: () => undefined });
    await service.start();
    return service;
  };
  const names = async () => (await readdir(configDir)).toSorted();
  return { configDir, lines, adopt, put, text, settings, service, names };
}

test('without files of the existing system there is nothing to take over', async () => {
  const { adopt, names } = await useConfigDir();
  expect(await adopt()).toBeNull();
  expect(await names()).toEqual([]);
});

test('a config.json becomes our settings and is kept as it was', async () => {
  const { configDir, adopt, put, text, settings, service, names } = await useConfigDir();
  await put('config.json', configText, 0o640);
  const adoption = await adopt();
  expect(adoption).toMatchObject({
    source: 'config.json',
    isNew: true,
    plan: {
      settings: { layout: 'weekly', retentionDays: 30, webPort: 9000 },
      camera: { address: '192.168.1.254', alternativeAddress: 'car.lan' },
      paused: true,
      password: { kind: 'bcrypt', hash },
      wasSetUp: true,
      problems: [],
    },
    report: { generation: 'config.json (v2)', copy: 'config.v2.json', aside: [], warnings: [] },
  });
  adoptionReportSchema.parse(adoption?.report);
  expect(await names()).toEqual(['config.v2.json', 'settings.json', 'settings.json.last-good']);
  expect(await text('config.v2.json')).toBe(configText);
  expect((await stat(join(configDir, 'config.v2.json'))).mode & 0o777).toBe(0o640);
  expect((await stat(join(configDir, 'settings.json'))).mode & 0o777).toBe(0o600);
  expect(await settings()).toMatchObject({
    layout: 'weekly',
    webPort: 9000,
    retentionDays: 30,
    $adopted: ['GROUPING', 'WEB_HOST', 'WEB_PORT', 'RETENTION_MAX_DAYS'],
  });
  expect((await service()).values).toMatchObject({ layout: 'weekly', webPort: 9000, webHost: '' });
});

test('later starts return the plan again and change nothing', async () => {
  const { adopt, put, text, service } = await useConfigDir();
  await put('config.json', configText);
  const first = await adopt();
  await (await service()).update({ layout: null });
  const before = await text('settings.json');
  const second = await adopt();
  expect(second).toMatchObject({ isNew: false, plan: { ...first!.plan } });
  expect(await text('settings.json')).toBe(before);
  expect((await service()).values.layout).toBe('daily');
});

test('the env file becomes our settings and stays as it is', async () => {
  const { adopt, put, text, service, names } = await useConfigDir();
  await put('viofosync.env', envText);
  const adoption = await adopt();
  expect(adoption).toMatchObject({
    source: 'viofosync.env',
    isNew: true,
    plan: {
      password: { kind: 'clear', text: 'hunter2-clear' },
      wasSetUp: true,
      camera: { address: '10.0.0.1' },
    },
    report: {
      generation: 'viofosync.env (v1 or v2.0)',
      copy: 'viofosync.env',
      warnings: ['Lines of viofosync.env that are not KEY=VALUE: 3.'],
    },
  });
  expect(await text('viofosync.env')).toBe(envText);
  expect(await names()).toEqual(['settings.json', 'settings.json.last-good', 'viofosync.env']);
  expect((await service()).values.layout).toBe('monthly');
  expect(await adopt()).toMatchObject({ isNew: false, plan: { camera: { address: '10.0.0.1' } } });
});

test('config.json wins over the env file it was made from, also later', async () => {
  const { adopt, put, service } = await useConfigDir();
  await put('config.json', configText);
  await put('viofosync.env', envText);
  for (const isNew of [true, false])
    expect(await adopt()).toMatchObject({ source: 'config.json', isNew, plan: { password: { hash } } });
  expect((await service()).values.layout).toBe('weekly');
});

test.each<[string, string | Buffer]>([
  ['nothing', ''],
  ['a cut-off text', '{"GROUPING": "weekly", "WEB_PASS'],
  ['a list', `[${configText}]`],
  ['zero bytes', Buffer.alloc(4096)],
  ['more than any settings', Buffer.alloc(17 * 1024 * 1024, ' ')],
])('a config.json of %s is kept aside, and set-up stays closed', async (_, content) => {
  const { configDir, adopt, put, names, service } = await useConfigDir();
  await put('config.json', content);
  for (const isNew of [true, false]) {
    const adoption = await adopt();
    expect(adoption).toMatchObject({
      source: 'config.json',
      isNew,
      plan: { settings: {}, camera: null, password: null, wasSetUp: true },
      report: { copy: 'config.v2.json' },
    });
    expect(adoption?.plan.problems).toMatchObject([
      { key: 'settings:config.json', advice: expect.stringContaining('viofosync password') as string },
    ]);
  }
  expect(await names()).toContain('config.v2.json');
  expect((await readFile(join(configDir, 'config.v2.json'))).equals(Buffer.from(content))).toBe(true);
  expect((await service()).values.layout).toBe('daily');
});

test('beside a damaged config.json the env file gives settings, and no password', async () => {
  const { adopt, put, service } = await useConfigDir();
  await put('config.json', '{');
  await put('viofosync.env', envText);
  for (const isNew of [true, false])
    expect(await adopt()).toMatchObject({
      source: 'viofosync.env',
      isNew,
      plan: { camera: { address: '10.0.0.1' }, password: null, wasSetUp: true },
      report: { copy: 'config.v2.json' },
    });
  expect((await service()).values.layout).toBe('monthly');
});

test('a config.v2.json that is there is never overwritten', async () => {
  const { adopt, put, text } = await useConfigDir();
  await put('config.v2.json', '{"GROUPING": "none"}');
  await put('config.json', configText);
  expect(await adopt()).toMatchObject({ isNew: true, report: { copy: 'config.v2-2.json' } });
  expect(await text('config.v2.json')).toBe('{"GROUPING": "none"}');
  expect(await text('config.v2-2.json')).toBe(configText);
  expect(await adopt()).toMatchObject({ isNew: false, plan: { settings: { layout: 'weekly' } } });
});

test('settings of our own win over a config.json that appears, and it is left alone', async () => {
  const { adopt, put, text, service, names } = await useConfigDir();
  await (await service()).update({ keepFreeGb: 5 });
  const before = await text('settings.json');
  await put('config.json', configText);
  const adoption = await adopt();
  expect(adoption).toMatchObject({
    isNew: false,
    plan: { settings: {}, camera: null, password: null, wasSetUp: false },
  });
  expect(adoption?.plan.problems.map(({ key }) => key)).toEqual(['settings:config.json-left']);
  expect(await text('settings.json')).toBe(before);
  expect(await names()).toContain('config.json');
});

test('after the way back and forth, what was taken over first stays in force', async () => {
  const { configDir, adopt, put, names } = await useConfigDir();
  await put('config.json', configText);
  await adopt();
  await put('config.json', JSON.stringify({ ...config, GROUPING: 'none' }));
  const adoption = await adopt();
  expect(adoption).toMatchObject({ isNew: false, plan: { settings: { layout: 'weekly' }, wasSetUp: true } });
  expect(adoption?.plan.problems.map(({ key }) => key)).toEqual(['settings:config.json-left']);
  // A copy put back unchanged is nothing to speak of.
  await cp(join(configDir, 'config.v2.json'), join(configDir, 'config.json'));
  expect((await adopt())?.plan.problems).toEqual([]);
  expect(await names()).toContain('config.json');
  // Renamed back and unchanged, it is kept again.
  await rm(join(configDir, 'config.v2.json'));
  expect(await adopt()).toMatchObject({ plan: { settings: { layout: 'weekly' } } });
  expect(await names()).not.toContain('config.json');
});

test('a later version takes over just the keys that are new to it, unless the user chose a value', async () => {
  const { adopt, put, settings, service } = await useConfigDir();
  await put('config.json', JSON.stringify({ ...config, MQTT_QOS: '7', TIMEOUT: 'soon', NEWEST: 30 }));
  await adopt();
  const chosen = await service();
  await chosen.update({ layout: null, pollSeconds: 20 });
  const rows: V2Key[] = [
    { key: 'MQTT_QOS', becomes: 'setting', setting: 'keepFreeGb', read: Number },
    { key: 'NEWEST', becomes: 'setting', setting: 'pollSeconds', read: Number },
    { key: 'TIMEOUT', becomes: 'setting', setting: 'fetchPhotos', read: Number },
  ];
  const taken = new Set(rows.map(({ key }) => key));
  const keys = [...v2Keys.filter(({ key }) => !taken.has(key)), ...rows];
  const adoption = await adopt({ keys });
  expect(adoption?.plan.problems.map(({ key }) => key)).toEqual(['settings:TIMEOUT']);
  expect(await settings()).toMatchObject({
    keepFreeGb: 7,
    pollSeconds: 20,
    $adopted: [
      'GROUPING',
      'WEB_HOST',
      'WEB_PORT',
      'RETENTION_MAX_DAYS',
      'MQTT_QOS',
      'TIMEOUT',
      'NEWEST',
    ].toSorted((a, b) => order(keys, a) - order(keys, b)),
  });
  const later = await service();
  expect(later.values).toMatchObject({ layout: 'daily', keepFreeGb: 7, pollSeconds: 20, fetchPhotos: false });
  await later.update({ keepFreeGb: null });
  expect((await adopt({ keys }))?.plan.problems).toEqual([]);
  expect((await service()).values.keepFreeGb).toBe(1);
});

const order = (keys: V2Key[], key: string) => keys.findIndex((row) => row.key === key);

test('who came before there was deletion on the camera gets the setting of the existing system now', async () => {
  const { adopt, put, settings } = await useConfigDir();
  await put('config.json', JSON.stringify({ ...config, DELETE_AFTER_DOWNLOAD: 'true' }));
  await adopt({ keys: v2Keys.filter(({ key }) => !key.startsWith('DELETE_')) });
  expect(await settings()).not.toHaveProperty('deleteAfterDownload');
  await adopt();
  expect(await settings()).toMatchObject({ deleteAfterDownload: true, layout: 'weekly' });
});

const storageKeys = [
  'RETENTION_MAX_DAYS',
  'RETENTION_DISK_PCT',
  'RETENTION_PROTECT_RO',
  'RECORDINGS_QUOTA_GB',
  'DISK_CRITICAL_PCT',
  'KEEP',
  'MAX_USED_DISK',
];
/** The table of the versions before there was retention. */
const keysBefore = v2Keys.map((row): V2Key =>
  storageKeys.includes(row.key) ? { key: row.key, becomes: 'later' } : row,
);

test('who came before there was retention gets just its settings now, once, and keeps what he chose since', async () => {
  const { adopt, put, settings, service } = await useConfigDir();
  const before = {
    ...config,
    RETENTION_DISK_PCT: '85',
    RETENTION_PROTECT_RO: 'false',
    RECORDINGS_QUOTA_GB: '500',
    DISK_CRITICAL_PCT: '90',
    KEEP: '2w',
  };
  await put('config.json', JSON.stringify(before));
  await adopt({ keys: keysBefore });
  expect(Object.keys(await settings()).filter((key) => !key.startsWith('$'))).toEqual(['layout', 'webPort']);
  await (await service()).update({ layout: 'yearly', quotaGib: 100 });
  const adoption = await adopt();
  expect(adoption?.plan.problems).toEqual([]);
  expect((await service()).values).toMatchObject({
    layout: 'yearly',
    retentionDays: 30,
    retentionDiskPct: 85,
    protectLocked: false,
    quotaGib: 100,
    diskCriticalPct: 90,
  });
  await (await service()).update({ retentionDays: 0, protectLocked: null });
  await adopt();
  expect((await service()).values).toMatchObject({ retentionDays: 0, protectLocked: true });
});

test('who came from v1 before there was retention gets its range of days now', async () => {
  const { adopt, put, service } = await useConfigDir();
  await put('viofosync.env', `${envText}KEEP=2w\nMAX_USED_DISK=80\n`);
  await adopt({ keys: keysBefore });
  expect((await service()).values).toMatchObject({ retentionDays: 0, diskCriticalPct: 95 });
  await adopt();
  expect((await service()).values).toMatchObject({ retentionDays: 14, diskCriticalPct: 80 });
});

test('an age limit of the existing system that cannot be used deletes nothing, and is told at that start', async () => {
  const { adopt, put, service } = await useConfigDir();
  await put('config.json', JSON.stringify({ ...config, RETENTION_MAX_DAYS: 'a month' }));
  await adopt({ keys: keysBefore });
  const told = async () => (await adopt())?.plan.problems.map(({ key }) => key);
  expect(await told()).toEqual(['settings:RETENTION_MAX_DAYS']);
  expect(await told()).toEqual([]);
  expect((await service()).values.retentionDays).toBe(0);
});

test('problems are told when the values are taken over, not at every start after', async () => {
  const { adopt, put } = await useConfigDir();
  await put('config.json', JSON.stringify({ GROUPING: 'hourly', WEB_PORT: 0, WEB_PASSWORD_HASH: 'x' }));
  const first = await adopt();
  const keys = first!.plan.problems.map(({ key }) => key);
  expect(keys).toEqual(['settings:GROUPING', 'settings:WEB_PORT', 'settings:WEB_PASSWORD_HASH']);
  const second = await adopt();
  expect(second!.plan.problems.map(({ key }) => key)).toEqual(['settings:WEB_PASSWORD_HASH']);
  expect(second!.report.warnings).toEqual(first!.report.warnings);
});

test('no value reaches the log, the problems or the report', async () => {
  const { lines, adopt, put } = await useConfigDir();
  const values = {
    ...config,
    WEB_HOST: 'hunter2 host',
    GROUPING: 'hunter2',
    WEB_PASSWORD_HASH: 'hunter2',
    'hunter2 key': 1,
  };
  await put('config.json', JSON.stringify(values));
  await put('viofosync.env', envText);
  const first = await adopt();
  await put('config.v2.json', '{"WEB_PASSWORD_HASH": hunter2}');
  const second = await adopt();
  expect(first?.plan.problems.length).toBe(3);
  expect(lines.length).toBeGreaterThan(3);
  const told = [
    lines,
    ...[first, second].map((each) => [each?.report, each?.plan.problems, each?.plan.lines]),
  ];
  expect(JSON.stringify(told)).not.toMatch(/hunter2|abcdefghij/);
});

test('settings of our own that cannot be read are told first, and nothing is written over them', async () => {
  const { adopt, put, service, names } = await useConfigDir();
  await put('config.json', configText);
  await adopt();
  await put('settings.json', '{');
  expect(await adopt()).toMatchObject({ isNew: false, plan: { settings: { layout: 'weekly' } } });
  expect(await names()).toEqual(['config.v2.json', 'settings.json.bad', 'settings.json.last-good']);
  expect((await service()).values).toMatchObject({ layout: 'weekly', webPort: 9000 });
});

test('settings that are lost altogether are taken over once more', async () => {
  const { configDir, adopt, put, service } = await useConfigDir();
  await put('config.json', configText);
  await adopt();
  await put('settings.json', '{');
  await rm(join(configDir, 'settings.json.last-good'));
  await adopt();
  expect((await service()).values).toMatchObject({ layout: 'weekly', webPort: 9000 });
});

test('a damaged settings.json without a copy does not stand in the way of a config.json', async () => {
  const { adopt, put, service } = await useConfigDir();
  await put('settings.json', '{');
  await put('config.json', configText);
  expect(await adopt()).toMatchObject({ isNew: true, plan: { wasSetUp: true, problems: [] } });
  expect((await service()).values.layout).toBe('weekly');
});

test('new keys wait while the last good settings stand in for a damaged file', async () => {
  const { adopt, put, names, service } = await useConfigDir();
  await put('config.json', JSON.stringify({ ...config, NEWEST: 30 }));
  await adopt();
  await put('settings.json', '{');
  const keys: V2Key[] = [
    ...v2Keys,
    { key: 'NEWEST', becomes: 'setting', setting: 'pollSeconds', read: Number },
  ];
  await adopt({ keys });
  expect(await names()).not.toContain('settings.json');
  await (await service()).update({ fetchPhotos: true });
  await adopt({ keys });
  expect((await service()).values).toMatchObject({ pollSeconds: 30, fetchPhotos: true, layout: 'weekly' });
});

test('of several kept files the newest counts when our settings are gone', async () => {
  const { adopt, put } = await useConfigDir();
  await put('config.v2.json', '{"GROUPING": "none"}');
  await put('config.v2-2.json', '{"GROUPING": "yearly"}');
  await put('config.v2-10.json', '{"GROUPING": "monthly"}');
  expect(await adopt()).toMatchObject({
    isNew: true,
    plan: { settings: { layout: 'monthly' } },
    report: { copy: 'config.v2-10.json' },
  });
});

async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid!() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

test('a config.json that this user may not read stops the start; it is never taken for missing', async () => {
  const { configDir, adopt, put, names } = await useConfigDir();
  await put('config.json', configText, 0);
  await chmod(configDir, 0o777);
  await asNobody(() =>
    expect(adopt()).rejects.toMatchObject({
      message: expect.stringContaining('cannot be read by this user') as string,
      syscall: 'open',
    }),
  );
  expect(await names()).toEqual(['config.json']);
});

test('a folder that cannot be written stops the start, and config.json is where it was', async () => {
  const { configDir, adopt, put, names } = await useConfigDir();
  await put('config.json', configText, 0o644);
  await chmod(configDir, 0o555);
  await asNobody(() => expect(adopt()).rejects.toMatchObject({ code: 'EACCES' }));
  expect(await names()).toEqual(['config.json']);
});

test.skipIf(process.geteuid!() !== 0)('a config.json that cannot be renamed is copied, once', async () => {
  const { configDir, lines, adopt, put, text, names } = await useConfigDir();
  await put('config.json', configText, 0o644);
  // In such a folder only a file's owner renames it.
  await chmod(configDir, 0o1777);
  for (const isNew of [true, false])
    await asNobody(async () =>
      expect(await adopt()).toMatchObject({ isNew, report: { copy: 'config.v2.json' } }),
    );
  expect(await text('config.v2.json')).toBe(configText);
  expect(await names()).toEqual([
    'config.json',
    'config.v2.json',
    'settings.json',
    'settings.json.last-good',
  ]);
  expect(lines.filter((line) => line.includes('cannot be renamed')).length).toBe(1);
});

test('an env file beside settings of our own gives what the user did not choose himself', async () => {
  const { adopt, put, service } = await useConfigDir();
  await (await service()).update({ layout: 'yearly' });
  await put('viofosync.env', `${envText}WEB_PORT=9000\n`);
  expect(await adopt()).toMatchObject({ isNew: true, plan: { camera: { address: '10.0.0.1' } } });
  expect((await service()).values).toMatchObject({ layout: 'yearly', webPort: 9000 });
});

test('a folder named config.json is left alone', async () => {
  const { configDir, adopt } = await useConfigDir();
  await mkdir(join(configDir, 'config.json'));
  expect(await adopt()).toBeNull();
});

const steps = ['found', 'settings written', 'set aside'] as const;

/** The whole outcome, but for how long it took. */
async function outcomeOf({ adopt, settings, names, text }: Awaited<ReturnType<typeof useConfigDir>>) {
  const adoption = await adopt();
  const again = await adopt();
  return {
    plan: adoption?.plan,
    again: again?.plan,
    settings: await settings(),
    names: await names(),
    kept: await text('config.v2.json'),
  };
}

test.each([
  ...steps.map((step) => ({ step, content: configText })),
  ...steps.map((step) => ({ step, content: '{"WEB_PASSWORD_HASH": ' })),
])('cut off when $step, the next start ends the same', async ({ step, content }) => {
  const [straight, cutOff] = [await useConfigDir(), await useConfigDir()];
  for (const each of [straight, cutOff]) await each.put('config.json', content);
  const crash = cutOff.adopt({
    step: (name) => {
      if (name === step) throw new Error('power cut');
    },
  });
  await expect(crash).rejects.toThrow('power cut');
  expect(await outcomeOf(cutOff)).toEqual(await outcomeOf(straight));
});

test('cut off before the rename with an older copy there, the right file is taken and kept', async () => {
  const each = await useConfigDir();
  await each.put('config.v2.json', '{"GROUPING": "none", "ADDRESS": "old"}');
  await each.put('config.json', configText);
  const crash = each.adopt({
    step: (name) => {
      if (name === 'settings written') throw new Error('power cut');
    },
  });
  await expect(crash).rejects.toThrow('power cut');
  const adoption = await each.adopt();
  expect(adoption).toMatchObject({ isNew: true, plan: { camera: { address: '192.168.1.254' } } });
  expect(await each.text('config.v2-2.json')).toBe(configText);
});

test('what the user changed between a cut-off and the next start stays', async () => {
  const each = await useConfigDir();
  await each.put('config.json', configText);
  await each.adopt();
  await rename(join(each.configDir, 'config.v2.json'), join(each.configDir, 'config.json'));
  await (await each.service()).update({ layout: 'yearly' });
  expect(await each.adopt()).toMatchObject({ isNew: true });
  expect((await each.service()).values.layout).toBe('yearly');
});

test.each(steps)('kill -9 when "%s" loses nothing', async (step) => {
  const [straight, killed] = [await useConfigDir(), await useConfigDir()];
  for (const each of [straight, killed]) await each.put('config.json', configText);
  const program = `
    import { pino } from 'pino';
    import { adoptV2Settings } from './src/server/settings/adopt-v2-settings.ts';
    const [configDir, step] = process.argv.slice(-2);
    await adoptV2Settings({
      configDir, log: pino({ level: 'silent' }), now: 1700000000000,
      step: (name) => {
        if (name !== step) return;
        console.log('here');
        return new Promise((resolve) => setTimeout(resolve, 600000));
      },
    });`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program, '--', killed.configDir, step],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close');
  await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error('it ended by itself'))),
  ]);
  child.kill('SIGKILL');
  await ended;
  expect(await outcomeOf(killed)).toEqual(await outcomeOf(straight));
});
