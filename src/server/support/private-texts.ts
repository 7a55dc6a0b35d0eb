import { homedir, hostname, userInfo } from 'node:os';
import type { Settings } from '../../shared/settings.ts';
import type { Database } from '../db/open.ts';
import type { PrivateText } from './redactor-policy.ts';

export interface KnownPlaces {
  configDir: string;
  recordings: string;
}

const atMost = 5000;

/** Everything private that this installation knows by its words, with what stands for it. */
export async function privateTexts(
  db: Database,
  settings: Settings,
  { configDir, recordings }: KnownPlaces,
): Promise<PrivateText[]> {
  return [
    { text: configDir, stead: '<config>' },
    { text: recordings, stead: '<recordings>' },
    ...(await ofCameras(db)),
    ...(await ofPlaces(db)),
    ...(await ofPeople(db)),
    ...(await ofImports(db)),
    ...ofSettings(settings),
    ...ofMachine(),
  ].filter(({ text }) => text !== '' && text !== '/');
}

async function ofCameras(db: Database): Promise<PrivateText[]> {
  const rows = await db
    .selectFrom('camera')
    .select([
      'id',
      'name',
      'address',
      'alternative_address',
      'vehicle',
      'archive_folder',
      'wifi_mac',
      'bluetooth_mac',
    ])
    .execute();
  const visits = await db
    .selectFrom('visit')
    .select(['camera_id', 'address'])
    .distinct()
    .limit(atMost)
    .execute();
  return [
    ...rows.flatMap((row) => [
      ...named(`camera-${row.id}`, [row.name, row.archive_folder]),
      ...named(`car-of-camera-${row.id}`, [row.vehicle]),
      ...named(`host-of-camera-${row.id}`, [row.address, withoutPort(row.address)]),
      ...named(`other-host-of-camera-${row.id}`, [
        row.alternative_address,
        withoutPort(row.alternative_address),
      ]),
      ...named(`device-of-camera-${row.id}`, [row.wifi_mac, row.bluetooth_mac]),
    ]),
    ...visits.flatMap(({ camera_id: id, address }) =>
      named(`host-of-camera-${id}`, [address, withoutPort(address)]),
    ),
  ];
}

async function ofPlaces(db: Database): Promise<PrivateText[]> {
  const places = await db.selectFrom('place').select(['id', 'name']).limit(atMost).execute();
  const labels = await db.selectFrom('geocode').select('label').distinct().limit(atMost).execute();
  return [
    ...places.flatMap(({ id, name }) => named(`place-${id}`, [name])),
    ...labels.flatMap(({ label }) => named('[place]', [label])),
  ];
}

/** What people wrote, and who they are. Notes of clips stand nowhere else, and finding them would read all clips. */
async function ofPeople(db: Database): Promise<PrivateText[]> {
  const [users, sessions, edits, marks, tags] = await Promise.all([
    db.selectFrom('user').select(['id', 'name', 'password_hash']).limit(atMost).execute(),
    db.selectFrom('session').select(['token_hash', 'address', 'agent']).limit(atMost).execute(),
    db.selectFrom('journey_edit').select(['id', 'name', 'note']).limit(atMost).execute(),
    db.selectFrom('mark').select('text').limit(atMost).execute(),
    db.selectFrom('clip_tag').select('tag').distinct().limit(atMost).execute(),
  ]);
  return [
    ...users.flatMap((row) => [
      ...named(`user-${row.id}`, [row.name]),
      ...named('[password]', [row.password_hash]),
    ]),
    ...sessions.flatMap((row) => [
      ...named('[session]', [row.token_hash]),
      ...named('[browser]', [row.address, row.agent]),
    ]),
    ...edits.flatMap(({ id, name, note }) => named(`journey-${id}`, [name, note])),
    ...[...marks.map(({ text }) => text), ...tags.map(({ tag }) => tag)].flatMap((text) =>
      named('[words of a person]', [text]),
    ),
  ];
}

async function ofImports(db: Database): Promise<PrivateText[]> {
  const rows = await db
    .selectFrom('import')
    .select(['id', 'source'])
    .orderBy('id', 'desc')
    .limit(200)
    .execute();
  return rows.flatMap(({ id, source }) => named(`<import-${id}>`, [source]));
}

/** Settings that are typed rather than chosen. */
export const typedSettings = [
  'mapUrl',
  'mapAttribution',
  'geocoderUrl',
  'geocoderContact',
  'webHost',
  'allowedHosts',
  'importFolder',
] as const satisfies readonly (keyof Settings)[];

function ofSettings(settings: Settings): PrivateText[] {
  return typedSettings.flatMap((key) => [
    ...named(`<${key}>`, [settings[key]]),
    ...named(`<${key}>`, hostsIn(settings[key])),
  ]);
}

function ofMachine(): PrivateText[] {
  const user = userOf();
  return [
    ...named('this-machine', [hostname()]),
    { text: homedir(), stead: '<home>' },
    // A word such as root or node says nothing of anybody, and stands everywhere.
    ...(user === '' || ['root', 'node', 'app', 'user', 'viofosync'].includes(user)
      ? []
      : named('user', [user])),
  ];
}

function userOf(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

function named(stead: string, texts: readonly (string | null)[]): PrivateText[] {
  return texts.flatMap((text) => (text === null || text.trim() === '' ? [] : [{ text, stead }]));
}

const withoutPort = (address: string | null) => address?.replace(/:\d+$/, '') ?? null;

/** Names and addresses of machines in what was typed. */
function hostsIn(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((part) => /^(?:[a-z]+:\/\/)+([^/?#]+)/i.exec(part)?.[1] ?? part)
    .map((host) => host.slice(host.lastIndexOf('@') + 1).replace(/^\*\./, ''))
    .filter((host) => host.length >= 4 && /^[\w.:[\]-]+$/.test(host));
}
