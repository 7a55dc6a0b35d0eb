import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Redactor } from './redactor-policy.ts';

const known = [
  { text: 'Golf', stead: 'camera-1' },
  { text: 'Golf Variant', stead: 'car-of-camera-1' },
  { text: '192.168.7.44', stead: 'host-of-camera-1' },
  { text: 'Mum', stead: 'place-1' },
  { text: 'Ashford (Kent)', stead: 'place-2' },
  { text: '/home/joe/videos', stead: '<recordings>' },
];

test.each([
  ['camera Golf answers at 192.168.7.44:80', 'camera camera-1 answers at host-of-camera-1:80'],
  ['GOLF VARIANT is away', 'car-of-camera-1 is away'],
  ['golfing and mumbling', 'golfing and mumbling'],
  ['at Mum, then Ashford (Kent)', 'at place-1, then place-2'],
  ['/home/joe/videos/2026-06-28/a.MP4 is away', '<recordings>/2026-06-28/a.MP4 is away'],
  ['/home/jane/x and /Users/jane', '/home/user/x and /Users/user'],
  ['GET http://10.0.0.7:8080/t?key=1 failed, 10.0.0.7 too', 'GET http://host-1/… failed, host-1 too'],
  ['https://joe:pw@maps.example.org/a', 'https://host-1/…'],
  ['getaddrinfo ENOTFOUND nas-of-joe', 'getaddrinfo ENOTFOUND host-1'],
  ['nas.local and cam.example.com, and nas.local', 'host-1 and host-2, and host-1'],
  ['fe80::1ff:fe23:4567:890a%wlan0 refused', 'host-1 refused'],
  ['mac aa:bb:cc:dd:ee:ff seen', 'mac device-1 seen'],
  ['write to joe.doe@example.com', 'write to [e-mail]'],
  ['at 51.50072, -0.12462 now', 'at [position] now'],
  ['latitude: 51.5 lon=-0.1', 'latitude: [position] lon=[position]'],
  ['joined VIOFO_A229-1a2b', 'joined wifi-1'],
  ['hash 0f3a9c11d2e4b5a6978899aabbccddeeff001122', 'hash id-1'],
])('%s', (text, clean) => {
  expect(new Redactor(known).text(text)).toBe(clean);
});

test('what helps to find a fault is left as it is', () => {
  const redactor = new Redactor(known);
  for (const text of [
    '2026_0628_133416_0001F.MP4 was archived in 12.3 s, 310.2 MB',
    "Error: EACCES: permission denied, open 'settings.json'",
    '    at Object.run (file:///app/dist/server/main.js:12:7)'.replace('file:///', '/'),
    'viofosync 3.1.0 on node v22.11.0, kernel 6.1.0-18-amd64',
    '2026-11-23T22:05:00.000Z warn archive: the recordings volume is away',
  ]) {
    expect(redactor.text(text)).toBe(text);
  }
});

test('values keep their form, and what is private by its name is left out', () => {
  const redactor = new Redactor(known);
  expect(
    redactor.value({
      name: 'Golf',
      latitude: 51,
      nested: [{ token: 'x', clips: 3, host: '10.1.1.1' }],
      none: null,
    }),
  ).toEqual({
    name: 'camera-1',
    latitude: '[left out]',
    nested: [{ token: '[left out]', clips: 3, host: 'host-1' }],
    none: null,
  });
});

test('numbers are no more exact than a fault needs, and lists of exact ones are positions', () => {
  expect(
    new Redactor([]).value({ a: 51.50072, b: [89, 10.000004], c: [0.86, 0.37], bytes: 310_000_001 }),
  ).toEqual({
    a: 51.5,
    b: '[position]',
    c: [0.9, 0.4],
    bytes: 310_000_001,
  });
});

test('the same thing has the same name in all texts, and cleaning twice changes nothing more', () => {
  const redactor = new Redactor(known);
  const once = redactor.text('10.0.0.7 then 10.0.0.8 then http://10.0.0.7/x');
  expect(once).toBe('host-1 then host-2 then http://host-1/…');
  expect(redactor.text('again 10.0.0.8')).toBe('again host-2');
  expect(redactor.text(once)).toBe(once);
});

const wordChars = fc.constantFrom(
  ...'abcdefghijklmnopqrstuvwxyzäöüßéABCXYZ0123456789 .-_()[]{}+*?^$|/\\"\'&<>#',
);
const secret = fc
  .string({ unit: wordChars, minLength: 6, maxLength: 24 })
  .map((text) => text.trim())
  // Letters that are capitals in another number of them are another matter.
  .filter(
    (text) => text.length >= 5 && text.toLowerCase().length === text.length && /[a-zäöü]{3}/i.test(text),
  );

test('no known text is left, whatever it is made of and wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 6 }),
      fc.string({ maxLength: 8 }),
      (secrets, between) => {
        const redactor = new Redactor(secrets.map((text, index) => ({ text, stead: `#${index}` })));
        const clean = JSON.stringify(redactor.value({ text: secrets.join(` ${between} `), list: secrets }));
        for (const each of secrets) {
          expect(clean.toLowerCase()).not.toContain(JSON.stringify(each).slice(1, -1).toLowerCase());
        }
      },
    ),
    { numRuns: 300 },
  );
});

const part = (most: number) =>
  fc.double({ min: -most, max: most, noNaN: true }).map((value) => value.toFixed(5));

test('no position is left, however it is written', () => {
  fc.assert(
    fc.property(part(90), part(180), fc.constantFrom(', ', ',', ' ', ' / ', ';'), (lat, lon, between) => {
      const clean = new Redactor([]).text(`near ${lat}${between}${lon}, ${lat}° N ${lon}° E`);
      expect(clean).not.toContain(lat.replace('-', ''));
      expect(clean).not.toContain(lon.replace('-', ''));
    }),
  );
});
