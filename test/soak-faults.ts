import type { FaultChange } from '../simulator/faults.ts';

/** One thing that is wrong with the camera for half a visit. */
export interface Episode {
  name: string;
  faults: FaultChange;
}

const inTurn: readonly [name: string, faults: FaultChange][] = [
  ['answers late', { latencyMs: 15 }],
  ['lists slowly', { listingDelayMs: 60 }],
  ['lists one folder slowly', { listingDelayMs: { '/DCIM/Movie': 80, '3015': 40 } }],
  ['is far from the router', { bytesPerSecond: 1_500_000 }],
  ['stands one connection', { maxConnections: 1 }],
  ['stalls', { stallAfterBytes: 20_000, limit: 1 }],
  ['resets transfers', { dropAfterBytes: 30_000, limit: 3 }],
  ['resets before the first byte', { dropAfterBytes: 0, limit: 2 }],
  ['ends transfers early', { closeAfterBytes: 25_000, limit: 3 }],
  ['never sends a byte', { closeAfterBytes: 0 }],
  ['drops every second transfer', { dropEvery: 2 }],
  ['answers commands with 500', { serverError: 'commands' }],
  ['answers listings with 500', { serverError: 'listings' }],
  ['answers files with 500', { serverError: 'files' }],
  ['answers everything with 500', { serverError: 'all' }],
  ['tells no length', { omitContentLength: true }],
  ['tells no length and ends early', { omitContentLength: true, closeAfterBytes: 40_000, limit: 2 }],
  ['tells lengths too large', { contentLengthDelta: 5000 }],
  ['tells lengths too small', { contentLengthDelta: -5000 }],
  ['drops HEAD', { head: 'closed' }],
  ['knows no HEAD', { head: 'not-implemented' }],
  ['denies files to HEAD', { head: 'not-found' }],
  ['tells HEAD no length', { head: 'no-length' }],
  ['ignores ranges', { range: 'ignored', dropAfterBytes: 40_000, limit: 2 }],
  ['answers another range', { range: 'wrong-content-range', dropAfterBytes: 40_000, limit: 2 }],
  ['does not say which range', { range: 'no-content-range', dropAfterBytes: 40_000, limit: 2 }],
  ['refuses ranges', { range: 'refused', dropAfterBytes: 40_000, limit: 2 }],
  ['locks clips before they are fetched', { beforeDownload: 'lock', limit: 2 }],
  ['shows files as if they were growing', { growing: {} }],
  ['lists sizes too small', { listedBytesDelta: -3000 }],
  ['lists sizes too large', { listedBytesDelta: 3000 }],
  ['lists nothing', { listing: 'empty' }],
  ['breaks listings off', { listing: 'partial' }],
  ['lists garbage', { listing: 'garbage' }],
  ['lists an error page', { listing: 'html-error' }],
  ['lists an empty body', { listing: 'empty-body' }],
  ['has no listing', { listing: 'not-found' }],
  ['lists hostile entries', { badEntries: true }],
  ['is busy', { busy: true }],
  ['answers commands with nothing', { emptyCommandReply: true }],
  ['ends lines with a line feed', { headers: 'lf-only' }],
  ['puts blanks before colons', { headers: 'space-before-colon' }],
  ['writes headers in lower case', { headers: 'lower-case' }],
  ['is a router', { persona: 'router' }],
  ['is another camera', { persona: 'other-camera' }],
  ['is another camera of its model', { persona: 'same-model' }],
  ['does not say whether it records', { tellsRecording: false }],
];

/** What harms no clip on the card: whatever of this happens, every clip can be archived in the end. */
export const passingEpisodes: readonly Episode[] = inTurn.map(([name, faults]) => ({ name, faults }));

/** What takes clips off the card before they are here. */
export const takingEpisodes: readonly Episode[] = [
  { name: 'loses a clip before it is fetched', faults: { beforeDownload: 'vanish', limit: 1 } },
  { name: 'loses a clip while it is fetched', faults: { deleteAfterBytes: 20_000, limit: 1 } },
  { name: 'is far from the router', faults: { bytesPerSecond: 400_000 } },
];
