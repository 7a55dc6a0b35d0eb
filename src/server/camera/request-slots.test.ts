import { describe, expect, test } from 'vitest';
import { RequestSlots } from './request-slots.ts';
import type { RequestKind } from './request-slots.ts';

const never = new AbortController().signal;

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Slots whose turns are begun and ended by hand; `begun` tells who had a turn, in order. */
function bench(parallel = 1) {
  const slots = new RequestSlots(parallel);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    slots,
    begun,
    ask: async (name: string, kind: RequestKind, signal = never) => {
      const end = await slots.take(kind, signal);
      begun.push(name);
      ends.set(name, end);
    },
    end: async (name: string) => {
      await settle();
      ends.get(name)?.();
      await settle();
    },
  };
}

describe('one at a time', () => {
  test('a command goes before a listing, a listing before the next piece of a download', async () => {
    const { ask, end, begun } = bench();
    void ask('first piece', 'file');
    void ask('next piece', 'file');
    void ask('listing', 'listing');
    void ask('command', 'command');
    for (const name of ['first piece', 'command', 'listing', 'next piece']) await end(name);
    expect(begun).toEqual(['first piece', 'command', 'listing', 'next piece']);
  });

  test('equals go in the order in which they came', async () => {
    const { ask, end, begun } = bench();
    for (const name of ['a', 'b', 'c']) void ask(name, 'file');
    for (const name of ['a', 'b', 'c']) await end(name);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('a piece of a download is overtaken three times and no more, however many commands come', async () => {
    const { ask, end, begun } = bench();
    void ask('listing', 'listing');
    void ask('piece', 'file');
    for (let n = 1; n <= 6; n++) void ask(`command ${n}`, 'command');
    for (const name of ['listing', 'command 1', 'command 2', 'command 3', 'piece']) await end(name);
    expect(begun).toEqual(['listing', 'command 1', 'command 2', 'command 3', 'piece', 'command 4']);
  });

  test('what came later and waits as well does not count as overtaken', async () => {
    const { ask, end, begun } = bench();
    void ask('command 0', 'command');
    for (let n = 1; n <= 4; n++) void ask(`command ${n}`, 'command');
    void ask('piece', 'file');
    void ask('command 5', 'command');
    for (const name of ['command 0', 'command 1', 'command 2', 'command 3', 'command 4']) await end(name);
    expect(begun.at(-1)).toBe('command 5');
  });

  test('who gives up while waiting is passed over, and its reason is told', async () => {
    const { ask, end, begun } = bench();
    const controller = new AbortController();
    void ask('a', 'file');
    const given = ask('b', 'command', controller.signal);
    void ask('c', 'file');
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await end('a');
    expect(begun).toEqual(['a', 'c']);
  });

  test('a turn that is ended twice gives one turn', async () => {
    const { ask, end, begun } = bench();
    for (const name of ['a', 'b', 'c']) void ask(name, 'file');
    await end('a');
    await end('a');
    expect(begun).toEqual(['a', 'b']);
  });

  test('an abort during a turn does not end it: the connection may still be open', async () => {
    const { ask, end, begun } = bench();
    const controller = new AbortController();
    void ask('a', 'file', controller.signal);
    void ask('b', 'file');
    await settle();
    controller.abort(new Error('stop'));
    await settle();
    expect(begun).toEqual(['a']);
    await end('a');
    expect(begun).toEqual(['a', 'b']);
  });
});

describe('two at a time', () => {
  test('two pieces, or a piece and a command, and never a third', async () => {
    const { ask, end, begun } = bench(2);
    for (const name of ['a', 'b', 'c']) void ask(name, 'file');
    void ask('command', 'command');
    await end('nobody');
    expect(begun).toEqual(['a', 'b']);
    await end('a');
    expect(begun).toEqual(['a', 'b', 'command']);
    await end('command');
    expect(begun).toEqual(['a', 'b', 'command', 'c']);
  });

  test('never two commands or listings: a download takes the place meanwhile', async () => {
    const { ask, end, begun } = bench(2);
    void ask('listing', 'listing');
    void ask('command', 'command');
    void ask('another listing', 'listing');
    void ask('piece', 'file');
    await end('nobody');
    expect(begun).toEqual(['listing', 'piece']);
    await end('listing');
    expect(begun).toEqual(['listing', 'piece', 'command']);
  });

  test('a command that waits for a listing is not starved by downloads', async () => {
    const { ask, end, begun } = bench(2);
    void ask('listing', 'listing');
    void ask('command', 'command');
    for (let n = 1; n <= 5; n++) void ask(`piece ${n}`, 'file');
    for (let n = 1; n <= 4; n++) await end(`piece ${n}`);
    await end('listing');
    expect(begun.at(-1)).toBe('command');
  });
});
