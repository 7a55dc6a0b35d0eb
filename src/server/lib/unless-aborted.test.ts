import { EventEmitter, once } from 'node:events';
import { setImmediate as othersRan } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

let unheard: unknown[];
const note = (reason: unknown): void => void unheard.push(reason);

beforeEach(() => {
  unheard = [];
  process.on('unhandledRejection', note);
});
afterEach(() => process.off('unhandledRejection', note));

const ended = new Error('the program ends');

test('what a promise comes to is passed on', async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(unlessAborted(Promise.reject(new Error('no disk')), signal)).rejects.toThrow('no disk');
});

test('a call that fails after it was given up fails unheard, whether the end came before or while it ran', async () => {
  for (const when of ['before', 'while'] as const) {
    const abort = new AbortController();
    const late = new EventEmitter();
    const call = once(late, 'answer');
    if (when === 'before') abort.abort(ended);
    const outcome = unlessAborted(call, abort.signal);
    if (when === 'while') abort.abort(ended);
    await expect(outcome, when).rejects.toBe(ended);
    late.emit('error', new Error('too late'));
    await othersRan();
    await othersRan();
    expect(unheard, when).toEqual([]);
  }
});
