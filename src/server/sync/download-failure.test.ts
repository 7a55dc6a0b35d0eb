import { expect, test } from 'vitest';
import { sortDownloadFailure } from './download-failure.ts';

const never = new AbortController().signal;
/** As the camera's adapter throws it. */
const cameraFailure = (kind: string, message: string) =>
  Object.assign(new Error(message), { name: 'CameraFailure', kind });
const systemError = (code: string) =>
  Object.assign(new Error(`${code}: some text, open '/recordings/2026-06-28/X.MP4.part'`), { code });

test.each([
  ['ENOSPC', 'space', /^No space is left/],
  ['EDQUOT', 'space', /quota/],
  ['EACCES', 'target', /does not let this program write/],
  ['ENAMETOOLONG', 'target', /too long/],
  ['ELOOP', 'target', /^Its place in the archive cannot be written \(ELOOP\)\.$/],
  ['EROFS', 'volume', /read-only/],
  ['ESTALE', 'volume', /^The recordings volume cannot be used now \(ESTALE\)\.$/],
])('%s is sorted as %s and said in words, without a path', (code, kind, words) => {
  const failure = sortDownloadFailure(systemError(code), never);
  expect(failure.kind).toBe(kind);
  expect(failure.message).toMatch(words);
  expect(failure.message).not.toContain('/recordings');
});

test('a failure of the camera keeps its own words, and what nobody foresaw is called that', () => {
  const refused = sortDownloadFailure(cameraFailure('refused', 'Car refused it.'), never);
  expect([refused.kind, refused.message]).toEqual(['refused', 'Car refused it.']);
  const bug = sortDownloadFailure(new TypeError('x is not a function'), never);
  expect([bug.kind, bug.message]).toEqual(['unexpected', 'Something went wrong here: x is not a function']);
});

test('whatever ended when somebody stopped it was stopped', () => {
  expect(sortDownloadFailure(systemError('EACCES'), AbortSignal.abort()).kind).toBe('cancelled');
});
