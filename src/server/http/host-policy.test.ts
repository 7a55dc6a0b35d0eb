import { expect, test } from 'vitest';
import { isKnownHost, isLoopbackName } from './host-policy.ts';

const known = { machine: ['nas', 'nas.example.org'], allowed: ['cam.example.com', '*.tailnet.example'] };

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['192.168.1.5', true],
  ['8.8.8.8', true],
  ['[::1]', true],
  ['[fd00::5]', true],
  ['nas', true],
  ['any-name-without-a-dot', true],
  ['nas.local', true],
  ['NAS.Local', true],
  ['nas.lan', true],
  ['nas.home.arpa', true],
  ['viofosync.media.svc.cluster.local', true],
  ['nas.example.org', true],
  ['nas.example.org.', true],
  ['cam.example.com', true],
  ['phone.tailnet.example', true],
  ['a.b.tailnet.example', true],
  ['tailnet.example', false],
  ['evil.example', false],
  ['cam.example.com.evil.example', false],
  ['evilcam.example.com', false],
  ['eviltailnet.example', false],
  ['local.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['1.2.3', false],
  ['fritz.box', false],
  ['', false],
  ['.', false],
])('called as %j it answers: %s', (name, isAnswered) => {
  expect(isKnownHost(name, known)).toBe(isAnswered);
});

test.each([
  ['localhost', true],
  ['127.9.9.9', true],
  ['[::1]', true],
  ['nas.localhost', false],
  ['localhost.evil.example', false],
  ['192.168.1.5', false],
])('%s is this machine itself: %s', (name, isOurs) => {
  expect(isLoopbackName(name)).toBe(isOurs);
});
