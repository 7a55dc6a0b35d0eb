import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MinHeap } from './queue-order-heap.ts';

test('items come out by their keys, whatever was put in and taken out between', () => {
  const step = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('pop' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const heap = new MinHeap<string>();
      const model: number[] = [];
      for (const one of steps) {
        if (one === 'pop') {
          expect(heap.peek()?.key).toBe(model[0]);
          expect(heap.pop()?.key).toBe(model.shift());
        } else {
          heap.push(one, `item ${one}`);
          model.push(one);
          model.sort((a, b) => a - b);
        }
      }
      for (const key of model) expect(heap.pop()).toEqual({ key, item: `item ${key}` });
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
