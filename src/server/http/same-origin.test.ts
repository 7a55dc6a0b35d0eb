import { expect, test } from 'vitest';
import { isKnownHost as isKnown } from './host-policy.ts';
import { refusalOf } from './same-origin.ts';

const isKnownHost = (name: string) => isKnown(name, { machine: [], allowed: ['nas.example'] });

type Case = [what: string, headers: Record<string, string>, isAnswered: boolean];

test.each<Case>([
  ['localhost', { host: 'localhost' }, true],
  ['localhost with a port', { host: 'LOCALHOST:8080' }, true],
  ['an address of loopback', { host: '127.1.2.3:8080' }, true],
  ['the loopback of IPv6', { host: '[::1]:8080' }, true],
  ['our own page', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }, true],
  ['the name of some other site (DNS rebinding)', { host: 'evil.example' }, false],
  ['the address of this machine in its network', { host: '192.168.1.5:8080' }, false],
  ['a name that begins like ours', { host: '127.0.0.1.evil.example' }, false],
  ['a name with ours inside', { host: 'evil.example@localhost' }, false],
  ['a name with a path', { host: 'localhost/evil.example' }, false],
  ['no name', { host: '' }, false],
  ['a page of another site', { host: '127.0.0.1', origin: 'http://evil.example' }, false],
  ['a page of another port', { host: '127.0.0.1:1', origin: 'http://127.0.0.1:2' }, false],
  ['a page without an origin (a file, a sandbox)', { host: '127.0.0.1', origin: 'null' }, false],
])('without a password a request from %s is answered as it must be', (_what, headers, isAnswered) => {
  expect(refusalOf(headers, { isDevelopment: false, names: 'loopback' }) === null).toBe(isAnswered);
  expect(refusalOf(headers, { isDevelopment: false }) === null, 'and so when nobody says').toBe(isAnswered);
});

test('it says by which name it does answer', () => {
  expect(refusalOf({ host: 'nas:8080' }, { isDevelopment: false })).toMatchObject({
    about: 'host',
    host: 'nas',
    message: expect.stringMatching(/localhost.*'nas'/) as string,
  });
  expect(refusalOf({}, { isDevelopment: false })).not.toBeNull();
});

test.each<Case>([
  ['a name that was allowed', { host: 'nas.example' }, true],
  ['a name without a dot', { host: 'nas:8080' }, true],
  ['a name that nobody allowed (DNS rebinding)', { host: 'evil.example' }, false],
  ['a page of that name', { host: 'evil.example', origin: 'http://evil.example' }, false],
  ['our own page, as an old browser names it', { host: 'nas', referer: 'http://nas/archive?x' }, true],
  [
    'a page of another site, as an old browser names it',
    { host: 'nas', referer: 'http://evil.example/nas' },
    false,
  ],
  ['no page at all, as a script', { host: 'nas' }, true],
  ['any address', { host: '192.168.1.5:8080' }, true],
  ['our own page', { host: 'nas.example:8080', origin: 'http://nas.example:8080' }, true],
  ['our own page in other letters', { host: 'NAS.example:8080', origin: 'http://nas.EXAMPLE:8080' }, true],
  ['our own page behind TLS', { host: 'nas.example', origin: 'https://nas.example' }, true],
  ['our own page behind TLS, port said', { host: 'nas.example:443', origin: 'https://nas.example' }, true],
  ['our own page on port 80', { host: 'nas.example:80', origin: 'http://nas.example' }, true],
  [
    'our own page behind TLS on a port',
    { host: 'nas.example:8443', origin: 'https://nas.example:8443' },
    true,
  ],
  ['our own page by IPv6', { host: '[fe80::1]:8080', origin: 'http://[fe80::1]:8080' }, true],
  ['a page of another site', { host: 'nas.example', origin: 'https://evil.example' }, false],
  ['a page of another port', { host: 'nas.example', origin: 'http://nas.example:8080' }, false],
  ['a page of a neighbour', { host: 'nas.example', origin: 'https://photos.nas.example' }, false],
  [
    'a page with our name in front',
    { host: 'nas.example', origin: 'https://nas.example.evil.example' },
    false,
  ],
  [
    'a page with our name as a user',
    { host: 'nas.example', origin: 'https://nas.example@evil.example' },
    false,
  ],
  ['a page without an origin', { host: 'nas.example', origin: 'null' }, false],
  ['an empty origin', { host: 'nas.example', origin: '' }, false],
  ['an extension', { host: 'nas.example', origin: 'chrome-extension://nas.example' }, false],
  ['a file', { host: 'nas.example', origin: 'file://nas.example' }, false],
  [
    'a page that says another host was meant',
    { host: 'nas.example', origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    false,
  ],
])('with a password a request from %s is answered as it must be', (_what, headers, isAnswered) => {
  const options = { isDevelopment: false, names: 'known', isKnownHost, method: 'POST' } as const;
  expect(refusalOf(headers, options) === null).toBe(isAnswered);
});

test.each([
  ['GET', 'cross-site', {}, true],
  ['HEAD', 'cross-site', {}, true],
  ['GET', 'cross-site', { upgrade: 'websocket' }, false],
  ['POST', 'cross-site', {}, false],
  ['POST', 'same-site', {}, false],
  ['GET', 'same-site', {}, true],
  ['PATCH', 'cross-site', {}, false],
  ['DELETE', 'cross-site', {}, false],
  ['POST', 'same-origin', {}, true],
  ['POST', 'none', {}, true],
  ['GET', 'same-origin', { upgrade: 'websocket' }, true],
])('a %s that the browser calls %s (%j) is answered: %s', (method, site, more, isAnswered) => {
  for (const names of ['known', 'loopback', 'any'] as const) {
    const headers = { host: 'localhost', 'sec-fetch-site': site, ...more };
    expect(refusalOf(headers, { isDevelopment: false, names, method }) === null).toBe(isAnswered);
  }
});

test('while it is developed the page may come from another port of this machine, and of no other', () => {
  const refusals = ['http://localhost:5173', 'http://evil.example:5173'].map((origin) =>
    refusalOf({ host: 'localhost:8080', origin }, { isDevelopment: true }),
  );
  expect(refusals.map((refusal) => refusal === null)).toEqual([true, false]);
});

test('whoever sets it up may call it by any name, and our own page only', () => {
  const options = { isDevelopment: false, names: 'any', isKnownHost, method: 'POST' } as const;
  expect(refusalOf({ host: 'cam.example.com', origin: 'https://cam.example.com' }, options)).toBeNull();
  expect(refusalOf({ host: 'cam.example.com', origin: 'https://evil.example' }, options)).not.toBeNull();
});

test('a name that is not known is told with what to set for it', () => {
  const refusal = refusalOf(
    { host: 'cam.example.com:8443' },
    { isDevelopment: false, names: 'known', isKnownHost },
  );
  expect(refusal).toMatchObject({ about: 'host', host: 'cam.example.com' });
  expect(refusal?.message).toMatch(/ALLOWED_HOSTS=cam\.example\.com.*Names that it answers by/);
});

test('what a trusted proxy says the browser called it by is judged, and not what the proxy calls it by', () => {
  const headers = { host: '10.0.0.2:8080', origin: 'https://nas.example' };
  const options = { isDevelopment: false, names: 'known', isKnownHost, method: 'POST' } as const;
  expect(refusalOf(headers, options)).not.toBeNull();
  expect(refusalOf(headers, { ...options, host: 'nas.example' })).toBeNull();
  expect(refusalOf(headers, { ...options, host: 'evil.example' })).not.toBeNull();
});

test.each([
  [{ 'x-forwarded-for': '203.0.113.9' }],
  [{ forwarded: 'for=203.0.113.9' }],
  [{ 'x-real-ip': '203.0.113.9' }],
  [{ 'x-forwarded-host': 'cam.example.com' }],
])('without a password it answers nobody through a proxy of this machine (%j)', (more) => {
  const headers = { host: '127.0.0.1:8080', ...more };
  expect(refusalOf(headers, { isDevelopment: false })).toMatchObject({ about: 'proxy' });
  expect(refusalOf(headers, { isDevelopment: false, names: 'known', isKnownHost })).toBeNull();
});
