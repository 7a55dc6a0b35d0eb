import { expect, test } from 'vitest';
import { Lifecycle } from './lifecycle.ts';

function recorder() {
  const events: string[] = [];
  const warnings: object[] = [];
  const lifecycle = new Lifecycle({ warn: (fields) => void warnings.push(fields) }, 100);
  const component = (name: string) => ({
    start: () => void events.push(`start ${name}`),
    stop: () => void events.push(`stop ${name}`),
  });
  return { events, warnings, lifecycle, component };
}

test('components stop in the reverse order of their start, once', async () => {
  const { events, lifecycle, component } = recorder();
  await lifecycle.start('a', component('a'));
  await lifecycle.start('b', component('b'));
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(events).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

test('after a half-failed start what had begun is stopped, the failed one too', async () => {
  const { events, lifecycle, component } = recorder();
  await lifecycle.start('a', component('a'));
  const failing = { ...component('b'), start: () => Promise.reject(new Error('no')) };
  await expect(lifecycle.start('b', failing)).rejects.toThrow('no');
  await lifecycle.stop();
  expect(events).toEqual(['start a', 'stop b', 'stop a']);
});

test('a component that never stops is abandoned and named, and the others still stop', async () => {
  const { events, warnings, lifecycle, component } = recorder();
  await lifecycle.start('a', component('a'));
  await lifecycle.start('stuck', { stop: () => new Promise<void>(() => undefined) });
  await lifecycle.stop();
  expect(events).toEqual(['start a', 'stop a']);
  expect(warnings).toMatchObject([{ component: 'stuck' }]);
});

test('a component that fails to stop does not keep the others', async () => {
  const { events, warnings, lifecycle, component } = recorder();
  await lifecycle.start('a', component('a'));
  await lifecycle.start('bad', {
    stop: () => {
      throw new Error('bad');
    },
  });
  await lifecycle.stop();
  expect(events).toEqual(['start a', 'stop a']);
  expect(warnings).toMatchObject([{ component: 'bad' }]);
});
