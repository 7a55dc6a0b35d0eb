import { expect, test } from 'vitest';
import { judgeLength, needsHead, trustedBytes, type PartFacts, type RemoteFacts } from './resume-plan.ts';

const part: PartFacts = {
  fileBytes: 500,
  durableBytes: 300,
  bootId: 'now',
  totalBytes: 1000,
  remoteTimecode: 7,
};
const remote: RemoteFacts = { sizeBytes: 1000, sizeExact: true, timecode: 7 };

test.each<[string, number, Partial<PartFacts> | null, Partial<RemoteFacts>]>([
  ['nothing is known', 0, null, {}],
  ['the file is gone', 0, { fileBytes: null }, {}],
  ['the process was killed: the page cache has it all', 500, {}, {}],
  ['the machine went down: only what was fsynced', 300, { bootId: 'before' }, {}],
  ['the machine went down and the file is shorter still', 200, { bootId: 'before', fileBytes: 200 }, {}],
  ['the time of last write changed', 0, {}, { timecode: 8 }],
  ['the size changed', 0, {}, { sizeBytes: 1200 }],
  ['the part is longer than the clip', 0, { fileBytes: 1001 }, {}],
  ['the part is the whole clip', 1000, { fileBytes: 1000 }, {}],
  ['the listing rounds its sizes', 500, {}, { sizeBytes: 1003, sizeExact: false }],
  [
    'the listing tells neither size nor time',
    500,
    { totalBytes: null, remoteTimecode: null },
    { sizeBytes: null, timecode: null },
  ],
])('of a part, when %s, %i bytes are trusted', (_when, bytes, partChange, remoteChange) => {
  const facts = partChange && { ...part, ...partChange };
  expect(trustedBytes(facts, { ...remote, ...remoteChange }, 'now')).toBe(bytes);
});

test.each([
  ['trust', { listed: 100, served: 100 }],
  ['trust', { listed: 100, served: null }],
  ['trust', { listed: null, served: 100 }],
  ['trust', { listed: 100, listedExact: false, served: 150 }],
  ['growing', { listed: 100, served: 150 }],
  ['growing', { listed: 100, served: 150, servedBefore: 120 }],
  ['growing', { listed: 100, served: 50 }],
  ['trust', { listed: 100, served: 150, servedBefore: 150 }],
] as const)('a length is judged %s for %o', (verdict, lengths) => {
  expect(judgeLength({ listedExact: true, servedBefore: null, ...lengths })).toBe(verdict);
});

const [timed, untimed] = [{ remote_timecode: 7 }, { remote_timecode: null }];
test.each([
  { when: 'both times are known', trusted: 500, rest: timed, timecode: 7, compared: false },
  { when: 'the listing tells no time', trusted: 500, rest: timed, timecode: null, compared: true },
  { when: 'it told none when the part began', trusted: 500, rest: untimed, timecode: 7, compared: true },
  { when: 'the seam is as long as the part', trusted: 64, rest: untimed, timecode: null, compared: false },
  { when: 'there is no part', trusted: 0, rest: null, timecode: null, compared: false },
])('when $when, it is $compared that the beginning is compared', ({ trusted, rest, timecode, compared }) => {
  expect(needsHead({ trusted, seamBytes: 64 }, rest, { ...remote, timecode })).toBe(compared);
});
