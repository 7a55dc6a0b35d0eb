import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { serverEnvironment, serverNodeFlags } from '../../scripts/lib/server-launch.mjs';
import { asUser, isRoot, makeContainer, run, start, stranger, type Started } from './fake-container.ts';

describe.skipIf(!isRoot)('started as root (only root can try this)', () => {
  test('it becomes PUID and PGID, with no other group and no way back', async () => {
    const container = await makeContainer();
    const begins = ['--groups=0'];
    const { started, said, code } = await run(container, { begins, env: { PUID: '1026', PGID: '100' } });
    expect(started).toMatchObject({ uid: 1026, gid: 100, groups: [100], noNewPrivileges: true });
    expect(Number(`0x${started!.capabilities}`)).toBe(0);
    expect([said, code]).toEqual([[], 0]);
  });

  test('without PUID and PGID a new installation runs as 1000:1000, and says so', async () => {
    const container = await makeContainer();
    for (const env of [{}, { PUID: '', PGID: '' }] as Record<string, string>[]) {
      const { started, said } = await run(container, { env });
      expect(started).toMatchObject({ uid: 1000, gid: 1000 });
      expect(said).toEqual(['viofosync: PUID is not set: running as user 1000, group 1000.']);
    }
  });

  test('without PUID and PGID an existing installation keeps the owner it has', async () => {
    const container = await makeContainer();
    await container.put('config/config.json', '{}', { uid: 999, gid: 998 });
    expect((await run(container)).started).toMatchObject({ uid: 999, gid: 998 });
    // The database says more than the settings, and what was asked for more than both.
    await container.put('config/viofosync.db', '', { uid: 1500, gid: 0 });
    expect((await run(container)).started).toMatchObject({ uid: 1500, gid: 1000 });
    expect((await run(container, { env: { PUID: '1026' } })).started).toMatchObject({ uid: 1026, gid: 1000 });
  });

  test("without PUID and PGID the config folder's owner is taken, but never root", async () => {
    const container = await makeContainer();
    await container.give('config', 1027, 101);
    expect((await run(container)).started).toMatchObject({ uid: 1027, gid: 101 });
    await container.put('config/viofosync.db', '', { uid: 0, gid: 0 });
    expect((await run(container)).started).toMatchObject({ uid: 1000, gid: 1000 });
  });

  test("the groups of the graphics card's nodes are taken along, root's never", async () => {
    const container = await makeContainer();
    const nodes = {
      renderD128: 105,
      renderD129: 937,
      renderD130: 0,
      card0: 44,
      card1: 39,
      card2: 65_534,
      other: 46,
    };
    for (const [name, gid] of Object.entries(nodes))
      await container.put(`dev/dri/${name}`, '', { uid: 0, gid });
    const { started } = await run(container, { env: { PUID: '1000', PGID: '44' } });
    expect(started!.groups.toSorted((a, b) => a - b)).toEqual([39, 44, 105, 937]);
  });

  test('groups that the container was given (group_add) are taken along', async () => {
    const container = await makeContainer();
    await container.put('dev/dri/renderD128', '', { uid: 0, gid: 105 });
    const { started } = await run(container, {
      begins: ['--groups=0,937,105'],
      env: { PUID: '1000', PGID: '1000' },
    });
    expect(started!.groups.toSorted((a, b) => a - b)).toEqual([105, 937, 1000]);
  });

  test('PUID=0 stays root, and a warning says so', async () => {
    const container = await makeContainer();
    const { started, said } = await run(container, { env: { PUID: '0', PGID: '0' } });
    expect(started).toMatchObject({ uid: 0, gid: 0 });
    expect(said).toEqual([expect.stringMatching(/^viofosync: PUID=0: running as root\. Set PUID and PGID /)]);
  });

  test.for(['abc', '-1', '1000 ', '1e3', '007', '10;id', '4294967295', '99999999999999999999'])(
    "'%s' is not taken for a user or a group",
    async (nonsense) => {
      const container = await makeContainer();
      for (const name of ['PUID', 'PGID']) {
        const { code, started, said } = await run(container, { env: { PUID: '1000', [name]: nonsense } });
        expect([code, started]).toEqual([2, null]);
        expect(said).toEqual([
          expect.stringContaining(
            `viofosync: cannot start: ${name}=${nonsense} is not a number of a user or group.`,
          ),
        ]);
      }
    },
  );

  test('without the capabilities to change the user it ends and names both ways out', async () => {
    const container = await makeContainer();
    const begins = ['--bounding-set=-setuid,-setgid'];
    const { code, started, said } = await run(container, { begins, env: { PUID: '1000', PGID: '1000' } });
    expect([code, started]).toEqual([2, null]);
    expect(said).toEqual([
      expect.stringMatching(
        /cannot become user 1000, group 1000 \(.+\)\. Start .* --user 1000:1000 .*SETUID and SETGID/,
      ),
    ]);
  });

  test('it works with no-new-privileges', async () => {
    const container = await makeContainer();
    const { started } = await run(container, {
      begins: ['--no-new-privs'],
      env: { PUID: '1000', PGID: '1000' },
    });
    expect(started).toMatchObject({ uid: 1000, gid: 1000 });
  });

  test('through a link it is the same, as `docker exec` calls it', async () => {
    const container = await makeContainer();
    const link = container.path('viofosync');
    spawnSync('ln', ['-s', container.entrypoint, link]);
    const { started } = await run(
      { ...container, entrypoint: link },
      { args: ['backup'], env: { PUID: '1026' } },
    );
    expect(started).toMatchObject({ uid: 1026, args: ['backup'] });
  });
});

describe('started as a user (docker run --user)', () => {
  test('it stays that user, needs no capability, and has nothing to say', async () => {
    const container = await makeContainer();
    const { started, said, code } = await run(container, { begins: asUser });
    expect(started!.uid).toBe(isRoot ? stranger : process.getuid!());
    expect([said, code]).toEqual([[], 0]);
  });

  test.skipIf(!isRoot)('its own groups stay as they are (only root can give it some)', async () => {
    const container = await makeContainer();
    await container.put('dev/dri/renderD128', '', { uid: 0, gid: 105 });
    const begins = [`--reuid=${stranger}`, `--regid=${stranger}`, '--groups=937'];
    const { started } = await run(container, { begins });
    expect(started!.groups.toSorted((a, b) => a - b)).toEqual([937, stranger]);
  });

  test('a PUID that cannot be used is named', async () => {
    const container = await makeContainer();
    const { said, code } = await run(container, { begins: asUser, env: { PUID: '4321' } });
    expect(said).toEqual([
      expect.stringMatching(/^viofosync: PUID=4321 is not used: .* started as user \d+ /),
    ]);
    expect(code).toBe(0);
  });

  test('folders that it cannot write are named with what to do, and the program starts all the same', async () => {
    const container = await makeContainer();
    for (const folder of ['config', 'recordings']) await chmod(container.path(folder), 0o555);
    const { said, started } = await run(container, { begins: asUser });
    expect(started).not.toBeNull();
    const uid = started!.uid;
    for (const folder of ['/config', '/recordings']) {
      expect(said.filter((line) => line.startsWith(`viofosync: ${folder} cannot be written`))).toEqual([
        expect.stringMatching(
          new RegExp(`by user ${uid}, .* PUID and PGID .*chown -R ${uid}:${started!.gid} `),
        ),
      ]);
    }
    expect(said).toHaveLength(2);
  });

  test('a share that hangs does not hold up the program', async () => {
    const container = await makeContainer();
    await chmod(container.path('recordings'), 0o555);
    // Stands in for the share: nothing about it is known until something is written here.
    spawnSync('mkfifo', ['-m', '666', container.path('share')]);
    await mkdir(container.path('bin'));
    const stat = `#!/bin/sh\ncase "$*" in */recordings) read -r _ <'${container.path('share')}';; esac\nexec /usr/bin/stat "$@"\n`;
    await writeFile(container.path('bin/stat'), stat, { mode: 0o755 });
    const child = start(container, { begins: asUser, programs: container.path('bin') });
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    expect(JSON.parse(line)).toMatchObject({ args: [] });
    await writeFile(container.path('share'), 'it answers\n');
    const [warning] = (await once(createInterface({ input: child.stderr! }), 'line')) as [string];
    expect(warning).toContain('/recordings cannot be written');
  });
});

describe('what it warns about', () => {
  test('a folder that is no volume, with what would be lost', async () => {
    const container = await makeContainer();
    await container.mount();
    const { said, code } = await run(container, { begins: asUser });
    expect(said).toEqual([
      'viofosync: /config is not a volume: the database and all settings will be lost with this container. Mount a folder there, for example -v /path/on/the/host:/config',
      'viofosync: /recordings is not a volume: the recordings will be lost with this container. Mount a folder there, for example -v /path/on/the/host:/recordings',
    ]);
    expect(code).toBe(0);
    await container.mount('/configuration', '/recordings');
    expect((await run(container, { begins: asUser })).said).toEqual([
      expect.stringContaining('/config is not a'),
    ]);
  });

  test('not a folder below a volume, whatever its name', async () => {
    const container = await makeContainer();
    await container.mount('/data', '/my\\040dash*cam');
    const env = { CONFIG_DIR: '/data/viofosync/', RECORDINGS: '/my dash*cam/clips' };
    expect((await run(container, { begins: asUser, env })).said).toEqual([]);
  });

  test('nothing where the system does not say what is mounted', async () => {
    const container = await makeContainer();
    await rm(container.path('proc'), { recursive: true });
    expect((await run(container, { begins: asUser })).said).toEqual([]);
  });

  test('a zone that is missing or unknown', async () => {
    const container = await makeContainer();
    for (const [TZ, message] of [
      ['', 'TZ is not set'],
      ['Europe/Londinium', 'TZ=Europe/Londinium is not a time zone'],
      ['Europe', 'TZ=Europe is not a time zone'],
    ] as const) {
      const { said } = await run(container, { begins: asUser, env: { TZ } });
      expect(said).toEqual([expect.stringContaining(message)]);
      expect(said[0]).toContain('Europe/London');
    }
  });

  test('nothing when only the version or help is asked for', async () => {
    const container = await makeContainer();
    await container.mount();
    for (const option of ['--version', '-v', '--help', '-h', 'help']) {
      const { said, started } = await run(container, { begins: asUser, args: [option], env: { TZ: '' } });
      expect([said, started!.args]).toEqual([[], [option]]);
    }
  });
});

describe('the program', () => {
  test('gets every argument as it was given', async () => {
    const container = await makeContainer();
    const args = ['password', '--camera', '192.168.1.60', 'a b', '*', "it's", '', '--'];
    const env: Record<string, string> = isRoot ? { PUID: '1000' } : {};
    expect((await run(container, { args, env })).started!.args).toEqual(args);
    expect((await run(container, { args, begins: asUser })).started!.args).toEqual(args);
  });

  test('has the flags and environment of npm start, unless the user set another', async () => {
    const container = await makeContainer();
    const { started } = await run(container, { begins: asUser });
    expect(started!.nodeFlags).toEqual(serverNodeFlags);
    expect(started!.env).toMatchObject(serverEnvironment);
    const env = { UV_THREADPOOL_SIZE: '16' };
    expect((await run(container, { begins: asUser, env })).started!.env).toMatchObject(env);
  });

  test('has a HOME that it can write', async () => {
    const container = await makeContainer();
    expect((await run(container, { begins: asUser })).started!.env['HOME']).toBe('/tmp');
    const env = { HOME: container.path('config') };
    expect((await run(container, { begins: asUser, env })).started!.env).toMatchObject(env);
  });

  test('has the UMASK that was asked for, and nonsense is refused', async () => {
    const container = await makeContainer();
    for (const UMASK of ['002', '0027']) {
      const { started } = await run(container, { begins: asUser, env: { UMASK } });
      expect(started!.umask).toBe(UMASK.slice(-3));
    }
    for (const UMASK of ['22', '777', '0888', 'u=rwx']) {
      const { code, started, said } = await run(container, { begins: asUser, env: { UMASK } });
      expect([code, started]).toEqual([2, null]);
      expect(said).toEqual([expect.stringContaining(`cannot start: UMASK=${UMASK} is not usable`)]);
    }
  });

  test("takes the entrypoint's place, so that Docker's signal reaches it", async () => {
    const container = await makeContainer();
    const env: Record<string, string> = { STAYS: '1', ...(isRoot ? { PUID: '1000' } : {}) };
    const child = start(container, { env });
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    expect((JSON.parse(line) as Started).pid).toBe(child.pid);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
