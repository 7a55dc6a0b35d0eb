import { expect, test, vi } from 'vitest';
import { EventBus } from './event-bus.ts';

interface Events {
  greeted: { name: string };
  left: object;
}

test('a listener hears its event until it unsubscribes', () => {
  const bus = new EventBus<Events>(() => undefined);
  const heard: string[] = [];
  const off = bus.on('greeted', ({ name }) => heard.push(name));
  bus.emit('greeted', { name: 'a' });
  bus.emit('left', {});
  off();
  bus.emit('greeted', { name: 'b' });
  expect(heard).toEqual(['a']);
});

test('a listener that throws hurts neither the publisher nor the others', () => {
  const failed = vi.fn<(error: unknown, event: string) => void>();
  const bus = new EventBus<Events>(failed);
  const heard: string[] = [];
  bus.on('greeted', () => {
    throw new Error('broken');
  });
  bus.on('greeted', ({ name }) => heard.push(name));
  bus.onAny((event) => heard.push(event));
  bus.emit('greeted', { name: 'a' });
  expect(heard).toEqual(['a', 'greeted']);
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.any(Error), 'greeted');
});
