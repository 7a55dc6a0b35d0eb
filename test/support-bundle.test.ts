import fc from 'fast-check';
import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import type { SupportBundle } from '../src/shared/support.ts';
import { startTestApp, TestApiError, type TestApp } from './test-app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ host: '0.0.0.0', setupCode: 'K7QF-2MPX' });
  const answer = await app.fetch('/api/auth/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: 'K7QF-2MPX', password: 'correct horse battery' }),
  });
  app.cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
});
afterAll(() => app.close());

const make = () => app.call(routes.makeSupportBundle);
const textOf = ({ files }: SupportBundle) => files.map(({ name, text }) => `${name}\n${text}`).join('\n');

test('what is shown is word for word what is saved, and it is kept for a while only', async () => {
  const bundle = await make();
  expect(bundle.files.map(({ name }) => name)).toEqual([
    'read-me.txt',
    'problems.json',
    'log.txt',
    'program.json',
    'settings.json',
    'cameras.json',
    'work.json',
    'volumes.json',
    'database.json',
  ]);
  expect(textOf(bundle)).not.toContain('couldNotBeRead');
  const answer = await app.fetch(`/api/support/bundles/${bundle.id}`);
  expect(answer.headers.get('content-type')).toBe('application/zip');
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="viofosync-support-\d{8}-\d{4}\.zip"$/,
  );
  const zip = Buffer.from(await answer.arrayBuffer());
  // Stored without compression by client-zip: each text stands in it as it is.
  for (const { name, text } of bundle.files) {
    expect(zip.includes(name), name).toBe(true);
    expect(zip.includes(Buffer.from(text)), name).toBe(true);
  }
  await make();
  await make();
  const gone = await app
    .call(routes.getSupportBundle, { params: { id: bundle.id } })
    .catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(TestApiError);
  expect(gone).toMatchObject({ status: 404 });
});

test('it tells what helps: versions, settings, problems, the state of database and disks, the log', async () => {
  await app.call(routes.updateSettings, { body: { pollSeconds: 77 } });
  const { files } = await make();
  const file = (name: string): unknown => JSON.parse(files.find((each) => each.name === name)!.text);
  expect(file('program.json')).toMatchObject({
    version: 'test',
    node: process.version,
    zone: 'Europe/London',
  });
  expect(file('settings.json')).toMatchObject({
    values: { pollSeconds: 77 },
    differFromDefaults: ['pollSeconds'],
  });
  expect(file('database.json')).toMatchObject({ rows: { clip: 0, camera: 0 }, journal: 'wal' });
  const { migrations } = file('database.json') as { migrations: string[] };
  expect(migrations[0]).toBe('0001-ledger');
  expect(file('volumes.json')).toMatchObject({
    config: { type: expect.any(String) },
    recordings: { seen: {} },
  });
  expect(files.find(({ name }) => name === 'log.txt')!.text).toMatch(/info settings: settings changed/);
});

const letters = fc.constantFrom(...'bcdfghjklmnpqrstvwxzäöü');
const word = fc.string({ unit: letters, minLength: 7, maxLength: 12 });
const name = fc
  .tuple(word, word, fc.constantFrom(' ', "'s ", ' & ', ' "x" ', ' (', '-', ' / '))
  .map(([a, b, between]) => `${a}${between}${b}`);
const byte = fc.integer({ min: 11, max: 99 });
const secretsOf = fc.record({
  camera: name,
  car: name,
  place: name,
  street: name,
  mark: name,
  tag: word,
  user: word,
  journey: name,
  host: word.map((text) => `${text.replaceAll(/[äöü]/g, 'a')}-nas`),
  address: fc.tuple(byte, byte, byte).map((bytes) => `10.${bytes.join('.')}`),
  visitor: fc.tuple(byte, byte, byte).map((bytes) => `172.${bytes.join('.')}`),
  mac: fc.tuple(byte, byte, byte).map((bytes) => `aa:bb:cc:${bytes.join(':')}`),
  ssid: word.map((text) => `VIOFO_A229_${text.replaceAll(/[äöü]/g, 'a')}`),
  token: fc
    .string({ unit: fc.constantFrom(...'abcdef0123456789'), minLength: 40, maxLength: 40 })
    .map((text) => `a7${text}`),
  password: word,
  latitude: fc.integer({ min: 10_000_000, max: 89_000_000 }).map((value) => (value / 1_000_000).toFixed(6)),
  longitude: fc.integer({ min: 10_000_000, max: 179_000_000 }).map((value) => (value / 1_000_000).toFixed(6)),
  email: word.map((text) => `${text.replaceAll(/[äöü]/g, 'a')}@example.org`),
  folder: word,
});
type Secrets = typeof secretsOf extends fc.Arbitrary<infer T> ? T : never;

test('nothing private that the database, the settings or the log know is in any file of it', async () => {
  await fc.assert(
    fc.asyncProperty(secretsOf, async (secrets) => {
      await seed(secrets);
      const bundle = await make();
      const all = textOf(bundle).toLowerCase();
      expect(Object.entries(secrets).flatMap(([kind, secret]) => leaks(all, kind, secret))).toEqual([]);
      expect(all).not.toContain(app.configDir);
      expect(all).not.toContain(app.recordings);
      if (hostname().length > 3) expect(all).not.toContain(hostname().toLowerCase());
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

/** Where a secret stands in a text, as it is or as JSON writes it. */
function leaks(text: string, kind: string, secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1)].flatMap((form) => {
    const at = text.indexOf(form.toLowerCase());
    return at < 0 ? [] : [`${kind}: ${text.slice(Math.max(0, at - 60), at + 60)}`];
  });
}

/** The database as somebody's, and a log in which everything was said that should not have been. */
async function seed(secrets: Secrets): Promise<void> {
  const { db } = app.app;
  const at = Date.now();
  for (const table of [
    'mark',
    'clip_tag',
    'journey_edit',
    'place',
    'geocode',
    'visit',
    'problem',
    'camera',
  ] as const)
    await db.deleteFrom(table).execute();
  const { id } = await db
    .insertInto('camera')
    .values({
      name: secrets.camera,
      address: `${secrets.host}:8080`,
      alternative_address: secrets.address,
      archive_folder: secrets.folder,
      enabled: 0,
      model: 'A229',
      firmware: 'V1.2',
      last_contact_at: null,
      last_archived_at: null,
      created_at: at,
      vehicle: secrets.car,
      wifi_mac: secrets.mac,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('place')
    .values({
      name: secrets.place,
      latitude: Number(secrets.latitude),
      longitude: Number(secrets.longitude),
      radius_m: 50,
      is_home: 1,
      skip_parked: 0,
      is_hidden: 0,
      created_at: at,
    })
    .execute();
  await db
    .insertInto('geocode')
    .values({ lat_e3: 1, lon_e3: 2, label: secrets.street, source: 'nominatim', fetched_at: at })
    .execute();
  await db.insertInto('mark').values({ camera_id: id, at, text: secrets.mark, created_at: at }).execute();
  await db
    .insertInto('journey_edit')
    .values({
      camera_id: id,
      kind: 'about',
      at,
      to_at: null,
      capture_id: null,
      to_capture_id: null,
      name: secrets.journey,
      note: null,
      tag: null,
      created_at: at,
    })
    .execute();
  await db
    .updateTable('user')
    .set({ name: secrets.user, password_hash: `$scrypt$${secrets.token}` })
    .execute();
  await db
    .insertInto('problem')
    .values({
      key: 'camera:1:stranger',
      severity: 'warning',
      message: `${secrets.camera} at ${secrets.address} is a stranger`,
      advice: null,
      camera_id: id,
      since: at,
      ended_at: null,
    })
    .execute();
  await app.call(routes.updateSettings, {
    body: {
      geocoderContact: secrets.email,
      importFolder: `/media/${secrets.folder}`,
      allowedHosts: `${secrets.host}.example.com`,
    },
  });
  const log = app.log.length;
  tell(secrets);
  expect(app.log.length).toBeGreaterThan(log);
}

/** As a careless line of the program would. */
function tell(secrets: Secrets): void {
  const book = app.logBook!;
  const line = (facts: Record<string, unknown>, msg: string) => {
    const text = `${JSON.stringify({ level: 30, time: Date.now(), module: 'sync', ...facts, msg })}\n`;
    app.log.push(JSON.parse(text) as Record<string, unknown>);
    book.write(text);
  };
  line(
    { address: secrets.address, host: secrets.host },
    `connecting to ${secrets.camera} at http://${secrets.host}/DCIM?str=${secrets.password}`,
  );
  line(
    { place: secrets.place, near: [Number(secrets.latitude), Number(secrets.longitude)] },
    `at ${secrets.place}, ${secrets.street}`,
  );
  line(
    { reason: `${secrets.latitude}, ${secrets.longitude} has no name` },
    `latitude ${secrets.latitude} longitude: ${secrets.longitude}`,
  );
  line({ ssid: secrets.ssid, mac: secrets.mac }, `joined ${secrets.ssid} by ${secrets.mac}`);
  line(
    { password: secrets.password, user: secrets.user, token: secrets.token },
    `session ${secrets.token} of ${secrets.user} from ${secrets.visitor}`,
  );
  line(
    {
      tag: secrets.tag,
      err: {
        message: `EACCES /home/${secrets.folder}/x`,
        stack: `Error: ${secrets.journey}\n  at ${secrets.car}`,
      },
    },
    secrets.mark,
  );
}
