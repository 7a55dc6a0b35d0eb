import { expect, test } from 'vitest';
import { accessStates, type AccessState } from '../../shared/startup.ts';
import { AccessGate } from './gate.ts';

function useGate(access: AccessState) {
  const tokens: (string | null)[] = [];
  const gate = new AccessGate({
    readToken: (header) => header ?? null,
    access: async (token) => {
      tokens.push(token);
      return access;
    },
  });
  const ask = async (method: string, pattern: string | undefined, url = pattern ?? '/') => {
    const verdict = await gate.check({
      method,
      url,
      headers: { cookie: 'c' },
      routeOptions: { url: pattern },
    });
    return verdict.denial?.code ?? 'let through';
  };
  return { gate, tokens, ask };
}

const closed = ['log_in', 'set_up', 'setting_up', 'locked'] as const;

test.each([
  ['GET', '/api/health'],
  ['HEAD', '/api/health'],
  ['GET', '/api/startup'],
  ['POST', '/api/auth/login'],
  ['POST', '/api/auth/logout'],
  ['POST', '/api/auth/setup'],
  ['POST', '/api/setup/begin'],
])('anybody may call %s %s', async (method, pattern) => {
  for (const access of accessStates) expect(await useGate(access).ask(method, pattern)).toBe('let through');
});

test.each([
  ['GET', '/api/setup'],
  ['HEAD', '/api/setup'],
  ['PUT', '/api/setup'],
  ['POST', '/api/setup/check'],
  ['POST', '/api/setup/finish'],
  ['POST', '/api/cameras/test'],
])(
  'whoever has shown the code may call %s %s, and of the others only who may use the app',
  async (...target) => {
    for (const access of ['setting_up', 'open', 'signed_in'] as const)
      expect(await useGate(access).ask(...target)).toBe('let through');
    for (const access of ['set_up', 'log_in', 'locked'] as const)
      expect(await useGate(access).ask(...target)).toBe('unauthenticated');
  },
);

test.each<[string, string | undefined, string]>([
  ['GET', '/api/status', '/api/status'],
  ['POST', '/api/cameras', '/api/cameras'],
  ['PATCH', '/api/settings', '/api/settings'],
  ['GET', '/api/setup/finish', '/api/setup/finish'],
  ['GET', '/api/auth/sessions', '/api/auth/sessions'],
  ['DELETE', '/api/auth/sessions/:id', '/api/auth/sessions/0123456789abcdef'],
  ['GET', '/api/clips/:id/video', '/api/clips/1/video'],
  ['GET', '/api/live', '/api/live'],
  ['GET', '/api/openapi.json', '/api/openapi.json'],
  ['POST', '/api/auth/password', '/api/auth/password'],
  ['POST', '/api/startup/choice', '/api/startup/choice'],
  ['POST', '/api/health', '/api/health'],
  ['GET', '/api/auth/login', '/api/auth/login'],
  ['DELETE', '/api/auth/logout', '/api/auth/logout'],
  ['GET', '/metrics', '/metrics'],
  ['GET', '/api/*', '/api/whatever'],
  ['GET', '/api/status', '/'],
  ['GET', '/api/status', '/api/health'],
  ['GET', undefined, '/api/nothing'],
  ['GET', '/*', '/api/nothing'],
  ['GET', '/*', '/api'],
  ['GET', '/*', '/API/status'],
  ['GET', '/*', '//api/status'],
  ['GET', '/*', '/%61pi%2fstatus'],
  ['GET', '/*', '/\\api/status'],
  ['GET', '/*', '/api?x'],
  ['GET', '/*', 'http://localhost/api/nothing'],
  ['GET', '/*', '/%'],
])(
  '%s of the route %s at %s is for those who are signed in, or where no password is needed',
  async (...target) => {
    for (const access of closed) expect(await useGate(access).ask(...target)).toBe('unauthenticated');
    for (const access of ['open', 'signed_in'] as const)
      expect(await useGate(access).ask(...target)).toBe('let through');
  },
);

test.each<[string, string | undefined, string]>([
  ['GET', '/*', '/'],
  ['GET', '/*', '/assets/index-abc.js'],
  ['GET', '/*', '/archive?day=/api/'],
  ['GET', undefined, '/day/2026-06-28'],
  ['GET', '/*', '/apiary'],
  ['GET', '/*', 'http://localhost/'],
])('the web app is for everybody: %s of the route %s at %s', async (...target) => {
  for (const access of accessStates) expect(await useGate(access).ask(...target)).toBe('let through');
});

test('the health of the process is told without asking the database', async () => {
  const { ask, tokens } = useGate('log_in');
  await ask('GET', '/api/health');
  expect(tokens).toEqual([]);
  await ask('GET', '/api/status');
  expect(tokens).toEqual(['c']);
});

test('by which names the program may be called depends on who may use it', async () => {
  const request = { method: 'GET', url: '/', headers: {}, routeOptions: { url: '/*' } };
  const names: Record<string, string> = {};
  for (const access of accessStates) names[access] = (await useGate(access).gate.check(request)).names;
  expect(names).toEqual({
    open: 'loopback',
    set_up: 'any',
    setting_up: 'any',
    log_in: 'known',
    signed_in: 'known',
    locked: 'known',
  });
});

test('whoever is turned away is told what to do', async () => {
  const request = { method: 'GET', url: '/api/status', headers: {}, routeOptions: { url: '/api/status' } };
  const told = async (access: AccessState) => (await useGate(access).gate.check(request)).denial?.message;
  expect(await told('log_in')).toBe('Log in first.');
  expect(await told('set_up')).toMatch(/code from the program's log/);
  expect(await told('setting_up')).toMatch(/Finish the set-up/);
  expect(await told('locked')).toMatch(/viofosync password/);
});

test('a question that fails lets nobody through', async () => {
  const gate = new AccessGate({
    readToken: () => null,
    access: () => Promise.reject(new Error('disk')),
  });
  const request = { method: 'GET', url: '/api/status', headers: {}, routeOptions: { url: '/api/status' } };
  await expect(gate.check(request)).rejects.toThrow('disk');
});
