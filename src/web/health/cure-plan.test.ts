import { expect, test } from 'vitest';
import { cureOf } from './cure-plan.ts';

test.each([
  ['archive:volume', { to: '/storage' }],
  ['archive:vanished', { to: '/health' }],
  ['archive:check', { to: '/health' }],
  ['retention:plan', { to: '/storage' }],
  ['retention:removal', { to: '/storage', view: 'log' }],
  ['camera:1:stranger', { to: '/cameras' }],
  ['settings:webHost', { to: '/settings', q: 'webHost' }],
  ['settings:file', { to: '/settings' }],
  ['settings:ADDRESS', { to: '/cameras' }],
  ['media:cache', { to: '/settings', q: 'cacheGb' }],
  ['database:backup', { to: '/health' }],
  // Outside of the program.
  ['log:file', null],
])('%s is cured at %j', (key, cure) => {
  expect(cureOf(key)).toEqual(cure);
});
