import { expect, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import { SettingsInForce } from './settings-in-force.ts';

const settings = settingsSchema.parse({});
const free = { host: null, port: null, logLevel: 'info' };

test('a setting waits for the next start only while it differs from what was read at this one', () => {
  const inForce = new SettingsInForce(free);
  expect(inForce.view(settings).awaitsRestart).toEqual([]);
  inForce.started({ webHost: '', webPort: 8080 });
  inForce.started({ zone: '' });
  expect(inForce.view(settings).awaitsRestart).toEqual([]);
  expect(inForce.view({ ...settings, webPort: 9000, zone: 'Europe/Paris' }).awaitsRestart).toEqual([
    'webPort',
    'zone',
  ]);
  inForce.started({ zone: 'Europe/Paris' });
  expect(inForce.view({ ...settings, zone: 'Europe/Paris' }).awaitsRestart).toEqual([]);
});

test('what the environment says goes before, with its variable, and no start changes it', () => {
  const inForce = new SettingsInForce({
    host: '0.0.0.0',
    port: 8090,
    logLevel: 'debug',
    isLogLevelGiven: true,
  });
  inForce.started({ webHost: '', webPort: 8080 });
  expect(inForce.view({ ...settings, webPort: 9000 })).toEqual({
    environment: [
      { key: 'webHost', variable: 'WEB_HOST', value: '0.0.0.0' },
      { key: 'webPort', variable: 'WEB_PORT', value: '8090' },
      { key: 'logLevel', variable: 'LOG_LEVEL', value: 'debug' },
    ],
    awaitsRestart: [],
  });
});
