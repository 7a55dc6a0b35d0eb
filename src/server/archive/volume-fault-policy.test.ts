import { expect, test } from 'vitest';
import { criticalMessage, usedPct, volumeFault } from './volume-fault-policy.ts';

const refusal = { root: '/recordings', reason: 'EXYZ: odd', uid: 1000, owner: { uid: 0, mode: 0o755 } };

test.each([
  ['ENOENT', 'missing', /does not exist/],
  ['ENOTDIR', 'missing', /is not a folder/],
  ['EEXIST', 'missing', /is not a folder/],
  ['ESTALE', 'missing', /Mount it again/],
  ['EIO', 'missing', /health/],
  ['ENOTCONN', 'missing', /no longer connected/],
  ['EHOSTDOWN', 'missing', /no longer connected/],
  ['ETIMEDOUT', 'missing', /no longer connected/],
  ['EROFS', 'unwritable', /read-only/],
  ['READBACK', 'unwritable', /not what is read/],
  ['ENOSPC', 'full', /is full/],
  ['EDQUOT', 'full', /quota/],
  ['EXYZ', 'missing', /cannot be used: EXYZ: odd\./],
  [undefined, 'missing', /cannot be used: EXYZ: odd\./],
] as const)('%s makes the volume %s, in words', (code, state, words) => {
  const fault = volumeFault({ ...refusal, code });
  expect(fault).toEqual({ state, message: expect.stringMatching(words) });
  expect(fault.message).toContain('/recordings');
});

test.each(['EACCES', 'EPERM'])('%s names who may not write and whose folder it is', (code) => {
  expect(volumeFault({ ...refusal, code })).toEqual({
    state: 'unwritable',
    message:
      '/recordings cannot be written by the user of this process (uid 1000): it belongs to uid 0 and has mode 755. Change its owner or mode, or run the program as its owner.',
  });
  expect(volumeFault({ ...refusal, code, uid: null, owner: null }).message).toContain('(uid ?). Change');
});

test('the share in use is that of what can be used, and unknown where there is no size', () => {
  expect(usedPct({ freeBytes: 25, totalBytes: 100 })).toBe(75);
  expect(usedPct({ freeBytes: 0, totalBytes: 0 })).toBeNull();
});

test.each([
  [95, 5, true],
  [95, 6, false],
  [100, 0, true],
  [0, 0, false],
])('with a limit of %i %% and %i of 100 free it is too full: %s', (limit, freeBytes, isTooFull) => {
  const message = criticalMessage('/recordings', { freeBytes, totalBytes: 100 }, limit);
  if (isTooFull) expect(message).toContain(`fuller than ${limit} %`);
  else expect(message).toBeNull();
});

test('a volume that does not tell its size is never too full', () => {
  expect(criticalMessage('/recordings', { freeBytes: 0, totalBytes: 0 }, 1)).toBeNull();
});
