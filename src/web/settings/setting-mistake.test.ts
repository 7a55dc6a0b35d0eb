import { expect, test } from 'vitest';
import { settingsSchema, type SettingKey } from '../../shared/settings.ts';
import { settingFields } from './settings-fields.ts';
import { mistakeIn, type Typed } from './setting-mistake.ts';

const fields = settingFields();
const cases: [key: SettingKey, typed: Typed, mistake: string | null][] = [
  ['pollSeconds', 10, null],
  ['pollSeconds', 4, 'From 5 to 600.'],
  ['pollSeconds', 601, 'From 5 to 600.'],
  ['pollSeconds', 7.5, 'Type a whole number.'],
  ['pollSeconds', '', 'Type a number.'],
  ['pollSeconds', '-', 'Type a number.'],
  ['keepFreeGb', 0.5, null],
  ['keepFreeGb', -1, 'From 0 to 100,000.'],
  ['zone', '', null],
  ['zone', ' Europe/London ', null],
  ['zone', 'Europe/Nowhere', 'A time zone such as Europe/London, or nothing.'],
  ['webHost', '192.168.1', 'Type an IP address or a host name of this machine, or leave it empty.'],
  ['mapUrl', 'ftp://maps', 'An address that begins with https:// or http://, or nothing.'],
  ['geocoderContact', 'somebody', 'An e-mail address, or nothing.'],
  ['geocoderLanguage', 'german!', 'A language such as en, de or pt-BR, or nothing.'],
  ['importFolder', 'import', 'A path that begins with /, or nothing.'],
  ['mapAttribution', 'a'.repeat(301), 'At most 300 letters.'],
];

test.each(cases)('%s: %j', (key, typed, mistake) => {
  const field = fields.find((each) => each.key === key)!;
  expect(mistakeIn(field, typed)).toBe(mistake);
});

test('what passes here passes at the server, and nothing else', () => {
  for (const [key, typed, mistake] of cases) {
    const value = typeof typed === 'string' ? typed.trim() : typed;
    expect(settingsSchema.shape[key].unwrap().safeParse(value).success, `${key} ${typed}`).toBe(
      mistake === null,
    );
  }
});
