import { once } from 'node:events';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { cardvFolders } from '../../../simulator/card.ts';
import { readWhole } from '../../../simulator/pattern-source.ts';
import { startSimulatedCamera } from '../../../simulator/simulated-camera.ts';
import { localTime } from '../../../simulator/times.ts';
import { tinyMp4Source } from '../../../simulator/tiny-mp4.ts';
import { parseCameraAddress } from './address.ts';
import { CameraFailure } from './camera.ts';
import { NovatekCamera } from './novatek-camera.ts';
import type { AddressInfo, Socket } from 'node:net';
import type { SimulatedCamera, SimulatedCameraOptions } from '../../../simulator/simulated-camera.ts';
import type { CardEntry } from '../../../simulator/card.ts';
import type { HfsLimits } from './hfs-limits.ts';

const never = new AbortController().signal;
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A simulated camera and the adapter for it; both end with the test, which fails at any forbidden request. */
async function setUp(options: SimulatedCameraOptions = {}, limits: Partial<HfsLimits> = {}) {
  const simulated = await startSimulatedCamera(options);
  cleanUps.push(async () => {
    await simulated.stop();
    expect(simulated.violations).toEqual([]);
    expect(simulated.otherDevice.violations).toEqual([]);
    expect(simulated.maxConcurrent).toBeLessThanOrEqual(1);
  });
  const camera = adapterOf(simulated, limits);
  return { simulated, camera };
}

function adapterOf(simulated: SimulatedCamera, limits: Partial<HfsLimits> = {}): NovatekCamera {
  const address = parseCameraAddress(simulated.address);
  if ('error' in address) throw new Error(address.error);
  const camera = new NovatekCamera({ address, limits: { retryDelayMs: 0, ...limits } });
  cleanUps.push(() => camera.close());
  return camera;
}

/** A camera of few words: answers the requests in turn with these, and keeps their targets. */
async function scripted(...answers: ((socket: Socket) => void)[]) {
  const targets: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      targets.push(chunk.toString('latin1').split(' ')[1] ?? '');
      (answers[targets.length - 1] ?? (() => socket.destroy()))(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = { host: '127.0.0.1', port, hostHeader: `127.0.0.1:${port}` };
  const camera = new NovatekCamera({ address, limits: { retryDelayMs: 0, commandMs: 50 } });
  cleanUps.push(
    () => new Promise<void>((resolve) => server.close(() => resolve())),
    () => camera.close(),
  );
  return { camera, targets };
}

const saying =
  (body: string, head = 'HTTP/1.1 200 OK\r\nContent-Type: text/xml') =>
  (socket: Socket) => {
    socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
const status = (code: number, command = 4003) =>
  saying(`<Function>\n<Cmd>${command}</Cmd>\n<Status>${code}</Status>\n</Function>`);

let minutes = 0;
function addClip(
  simulated: SimulatedCamera,
  more: { locked?: boolean; kind?: 'parking'; bytes?: number } = {},
) {
  minutes += 3;
  const { bytes = 20_000, ...rest } = more;
  return simulated.card.addClip({
    startedLocal: localTime(2026, 1, 2, 8, minutes),
    source: tinyMp4Source(minutes, bytes),
    ...rest,
  });
}

const pathOf = (entry: CardEntry): string => `${entry.folder}/${entry.name}`;

describe('who answers', () => {
  test('a camera tells its firmware and model', async () => {
    const { camera } = await setUp({ firmware: 'VIOFO_A329S_V2.2_260815' });
    expect(await camera.info(never)).toEqual({ firmware: 'VIOFO_A329S_V2.2_260815', model: 'A329S' });
  });

  test('a router at the address is malformed, for the question and for the listing', async () => {
    const { simulated, camera } = await setUp();
    addClip(simulated);
    simulated.faults.set({ persona: 'router' });
    await expect(camera.info(never)).rejects.toMatchObject({ kind: 'malformed' });
    await expect(camera.list(never)).rejects.toMatchObject({ kind: 'malformed' });
  });

  test('a camera that is away is unreachable, at once when it refuses', async () => {
    const { simulated, camera } = await setUp();
    await simulated.goAway('refuse');
    await expect(camera.info(never)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(camera.list(never)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('a camera that takes the connection and says nothing is unreachable', async () => {
    const { simulated, camera } = await setUp({}, { commandMs: 40, listingMs: 40 });
    await simulated.goAway('black-hole');
    await expect(camera.info(never)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(camera.list(never)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('listing', () => {
  const styles: [string, SimulatedCameraOptions][] = [
    ['as Viofo prints it', {}],
    ['with one wrapper around all', { listing: { wrap: 'all' } }],
    ['with CDATA and folders between', { listing: { cdata: true } }],
    ['with start and stop times', { listing: { time: 'start-stop' } }],
    ['with the day first', { listing: { time: 'day-first' } }],
    ['with a length', { listing: { contentLength: true } }],
    ['of a white-label camera', { folders: cardvFolders, nameLayout: 'compact', extension: 'TS' }],
  ];
  test.each(styles)('a list %s has every clip once, exact and complete', async (_name, options) => {
    const { simulated, camera } = await setUp(options);
    const entries = [
      addClip(simulated),
      addClip(simulated, { locked: true }),
      addClip(simulated, { kind: 'parking' }),
    ];
    const listing = await camera.list(never);
    expect(listing.files.map((file) => file.remotePath).toSorted()).toEqual(entries.map(pathOf).toSorted());
    expect(listing.files.filter((file) => file.locked).map((file) => file.name)).toEqual([entries[1]!.name]);
    expect(listing).toMatchObject({ complete: true, notes: [] });
    for (const file of listing.files) {
      const entry = entries.find((one) => one.name === file.name)!;
      expect(file).toMatchObject({ sizeBytes: entry.source.sizeBytes, sizeExact: true, volume: 'A' });
      expect(file.endedLocal).toBe(entry.endedLocal.toISOString().slice(0, 19));
    }
  });

  test('a listing asks for the file list and the three video folders, and for nothing else', async () => {
    const { simulated, camera } = await setUp();
    for (const locked of [false, true]) addClip(simulated, { locked });
    simulated.card.addPhoto({ startedLocal: localTime(2026, 1, 2), source: tinyMp4Source(1, 20_000) });
    await camera.list(never);
    expect(simulated.requests.map((request) => request.target).toSorted()).toEqual([
      '/?custom=1&cmd=3015',
      '/DCIM/Movie',
      '/DCIM/Movie/Parking',
      '/DCIM/Movie/RO',
    ]);
  });

  test('a folder page that fails makes the listing incomplete, and says so', async () => {
    const { simulated, camera } = await setUp({}, { listingMs: 60 });
    addClip(simulated);
    simulated.faults.set({ listingDelayMs: { '/DCIM/Movie': 5_000 } });
    const listing = await camera.list(never);
    expect(listing).toMatchObject({ complete: false, files: [{ sizeExact: true }] });
    expect(listing.notes[0]).toContain('/DCIM/Movie');
  });

  test('a camera that lists in pages is read to its last page', async () => {
    const { simulated, camera } = await setUp({ listing: { paged: true } });
    for (let count = 0; count < 150; count += 1) addClip(simulated);
    const listing = await camera.list(never);
    expect(listing.files).toHaveLength(150);
    expect(listing.files.every((file) => file.sizeExact)).toBe(true);
    expect(listing.complete).toBe(true);
  });

  test('exactly sixty clips are no reason to think of pages for long', async () => {
    const { simulated, camera } = await setUp();
    for (let count = 0; count < 60; count += 1) addClip(simulated);
    expect((await camera.list(never)).files).toHaveLength(60);
    expect(simulated.requests.filter((request) => request.target.includes('par='))).toHaveLength(1);
  });

  test('what HTTP serves is listed even when the XML list shows the other card', async () => {
    const { simulated, camera } = await setUp({ ssd: 'lists-sd' });
    const onSsd = addClip(simulated);
    simulated.device.microSd.addClip({
      startedLocal: localTime(2025, 5, 5, 5),
      source: tinyMp4Source(9, 9_000),
    });
    const listing = await camera.list(never);
    const served = listing.files.find((file) => file.name === onSsd.name);
    expect(served).toMatchObject({ sizeExact: false, timecode: null });
    expect(listing.files).toHaveLength(2);
  });

  test('a busy XML list leaves the folder pages, photos among them', async () => {
    const { simulated, camera } = await setUp();
    const photo = { startedLocal: localTime(2026, 1, 2), source: tinyMp4Source(1, 20_000) };
    const entries = [
      addClip(simulated),
      addClip(simulated, { locked: true }),
      simulated.card.addPhoto(photo),
    ];
    simulated.faults.set({ busy: true });
    const listing = await camera.list(never);
    expect(listing.files.map((file) => file.name).toSorted()).toEqual(
      entries.map((entry) => entry.name).toSorted(),
    );
    expect(listing.files.every((file) => !file.sizeExact)).toBe(true);
    expect(listing.complete).toBe(true);
    expect(listing.notes[0]).toMatch(/only the folder pages/);
  });

  test('an empty listing is not proof of an empty card', async () => {
    const { simulated, camera } = await setUp();
    addClip(simulated);
    simulated.faults.set({ listing: 'empty' });
    const listing = await camera.list(never);
    expect(listing).toMatchObject({ files: [], complete: false });
    expect(listing.notes).not.toEqual([]);
  });

  test('a listing that broke off is not complete', async () => {
    const { simulated, camera } = await setUp();
    for (let count = 0; count < 10; count += 1) addClip(simulated);
    simulated.faults.set({ listing: 'partial' });
    const listing = await camera.list(never);
    expect(listing.complete).toBe(false);
    expect(listing.files.length).toBeGreaterThan(0);
    expect(listing.files.length).toBeLessThan(10);
  });

  test.each(['garbage', 'html-error', 'empty-body', 'not-found'] as const)(
    'a listing of %s is malformed, not empty',
    async (listing) => {
      const { simulated, camera } = await setUp();
      addClip(simulated);
      simulated.faults.set({ listing });
      await expect(camera.list(never)).rejects.toMatchObject({ kind: 'malformed' });
    },
  );

  test('a camera that errors is refused', async () => {
    const { simulated, camera } = await setUp();
    simulated.faults.set({ serverError: 'all' });
    await expect(camera.list(never)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('hostile entries are noted once each and cost no good clip', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated);
    simulated.faults.set({ badEntries: true });
    const listing = await camera.list(never);
    expect(listing.files).toContainEqual(expect.objectContaining({ name: entry.name, sizeExact: true }));
    expect(listing.notes.length).toBeGreaterThan(5);
    expect(new Set(listing.notes).size).toBe(listing.notes.length);
    for (const text of [...listing.notes, ...listing.files.map((file) => file.remotePath)]) {
      expect(text).not.toMatch(/\p{Cc}|\u202e/u);
    }
    for (const file of listing.files) expect(file.remotePath).not.toMatch(/\.\.\/|\\|\/\.\.|[<>"|?*:]/);
    for (const file of listing.files) {
      await camera.open(file.remotePath, { from: 0 }, never).then(
        (opened) => opened.body.destroy(),
        (error) => expect(error).toMatchObject({ kind: 'gone' }),
      );
    }
  });

  test('a clip that is locked between two parts of the listing is listed once, as locked', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated);
    const before = pathOf(entry);
    simulated.faults.set({ beforeDownload: 'lock' });
    await expect(camera.open(before, { from: 0 }, never)).rejects.toMatchObject({ kind: 'gone' });
    const listing = await camera.list(never);
    expect(listing.files).toHaveLength(1);
    expect(listing.files[0]).toMatchObject({ locked: true, remotePath: `/DCIM/Movie/RO/${entry.name}` });
  });

  test.each(['lf-only', 'space-before-colon', 'lower-case'] as const)(
    'replies with %s headers are understood',
    async (headers) => {
      const { simulated, camera } = await setUp();
      const entry = addClip(simulated);
      simulated.faults.set({ headers });
      expect((await camera.list(never)).files).toHaveLength(1);
      const opened = await camera.open(pathOf(entry), { from: 0 }, never);
      expect(await buffer(opened.body)).toEqual(Buffer.from(await readWhole(entry.source)));
    },
  );
});

describe('opening', () => {
  test('a file is read whole, from a place on, and in part', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated, { bytes: 300_000 });
    const whole = Buffer.from(await readWhole(entry.source));
    for (const [range, part] of [
      [{ from: 0 }, whole],
      [{ from: 123_456 }, whole.subarray(123_456)],
      [{ from: 10, to: 20 }, whole.subarray(10, 20)],
      [{ from: 0, to: 1 }, whole.subarray(0, 1)],
    ] as const) {
      const opened = await camera.open(pathOf(entry), range, never);
      expect(opened).toMatchObject({ from: range.from, totalBytes: whole.length });
      expect((await buffer(opened.body)).equals(part)).toBe(true);
    }
    expect(simulated.requests[0]!.headers).not.toHaveProperty('range');
  });

  test('a camera that ignores the range says where it really begins', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated);
    simulated.faults.set({ range: 'ignored' });
    const opened = await camera.open(pathOf(entry), { from: 1_000 }, never);
    expect(opened.from).toBe(0);
    expect(await buffer(opened.body)).toHaveLength(entry.source.sizeBytes);
  });

  test.each(['wrong-content-range', 'no-content-range'] as const)(
    'a part with %s is not believed',
    async (range) => {
      const { simulated, camera } = await setUp();
      const entry = addClip(simulated);
      simulated.faults.set({ range });
      const opening = camera.open(pathOf(entry), { from: 1_000 }, never);
      await expect(opening).rejects.toMatchObject({ kind: 'malformed' });
    },
  );

  test('bytes that are not there are told apart from a file that is not there', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated);
    const beyond = camera.open(pathOf(entry), { from: entry.source.sizeBytes + 5 }, never);
    await expect(beyond).rejects.toMatchObject({ kind: 'truncated', rangeNotSatisfiable: true });
    const missing = camera.open('/DCIM/Movie/2020_0101_000000_000001F.MP4', { from: 0 }, never);
    await expect(missing).rejects.toMatchObject({ kind: 'gone' });
  });

  test.each([
    ['is cut', { closeAfterBytes: 5_000 }, 'truncated'],
    ['is reset', { dropAfterBytes: 5_000 }, 'truncated'],
    ['stalls', { stallAfterBytes: 5_000 }, 'unreachable'],
    ['is promised longer than it is', { contentLengthDelta: 7 }, 'truncated'],
  ] as const)('a body that %s ends with a failure', async (_name, faults, kind) => {
    const { simulated, camera } = await setUp({}, { bodyMs: 60 });
    const entry = addClip(simulated);
    simulated.faults.set(faults);
    const opened = await camera.open(pathOf(entry), { from: 0 }, never);
    await expect(buffer(opened.body)).rejects.toMatchObject({ kind });
    simulated.faults.clear();
    expect(await camera.recordState(never)).toBe('stopped');
  });

  test.each([
    ['an unknown command', status(-256), 'malformed'],
    ['a missing file', status(-1), 'gone'],
    [
      'a page',
      saying('<!DOCTYPE html><html></html>', 'HTTP/1.1 200 OK\r\nContent-Type: text/html'),
      'malformed',
    ],
    ['a page without a type', saying('<html></html>', 'HTTP/1.1 200 OK'), 'malformed'],
    ['a login', saying('', 'HTTP/1.1 401 Unauthorized'), 'refused'],
    ['a redirect', saying('', 'HTTP/1.1 302 Found\r\nLocation: /x'), 'malformed'],
    ['an overload', saying('', 'HTTP/1.1 503 Busy'), 'busy'],
  ])('a file that is answered with %s is not opened', async (_name, answer, kind) => {
    const { camera } = await scripted(answer);
    const opening = camera.open('/DCIM/Movie/X.MP4', { from: 0 }, never);
    await expect(opening).rejects.toMatchObject({ kind });
  });

  test('a text type alone does not make a file a page', async () => {
    const { camera } = await scripted(
      saying('\0\0\0\u0018ftyp', 'HTTP/1.1 200 OK\r\nContent-Type: text/plain'),
    );
    const opened = await camera.open('/DCIM/Movie/X.MP4', { from: 0 }, never);
    expect((await buffer(opened.body)).toString('latin1')).toBe('\0\0\0\u0018ftyp');
  });

  test('a body without a length ends with the connection', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated);
    simulated.faults.set({ omitContentLength: true });
    const opened = await camera.open(pathOf(entry), { from: 0 }, never);
    expect(opened.totalBytes).toBeNull();
    expect(await buffer(opened.body)).toHaveLength(entry.source.sizeBytes);
  });

  test('a command waits for the download under way and goes before the next one', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated, { bytes: 2_000_000 });
    const opened = await camera.open(pathOf(entry), { from: 0 }, never);
    const next = camera.open(pathOf(entry), { from: 100 }, never);
    const state = camera.recordState(never);
    opened.body.destroy();
    expect(await state).toBe('stopped');
    (await next).body.destroy();
    expect(simulated.requests.map((request) => request.path)).toEqual([pathOf(entry), '/', pathOf(entry)]);
  });

  test('an abort ends a transfer, and one that only waits', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated, { bytes: 5_000_000 });
    const [first, second] = [new AbortController(), new AbortController()];
    const opened = await camera.open(pathOf(entry), { from: 0 }, first.signal);
    const waiting = camera.recordState(second.signal);
    second.abort(new Error('not wanted any more'));
    await expect(waiting).rejects.toThrow('not wanted any more');
    first.abort(new Error('stop'));
    await expect(buffer(opened.body)).rejects.toThrow('stop');
    expect(await camera.recordState(never)).toBe('stopped');
  });

  test('closing ends what is under way and refuses what follows', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated, { bytes: 5_000_000 });
    const opened = await camera.open(pathOf(entry), { from: 0 }, never);
    const waiting = camera.info(never);
    camera.close();
    await expect(buffer(opened.body)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(camera.list(never)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('hostile paths', () => {
  const segment = fc.oneof(
    fc.constantFrom(
      '..',
      'X.MP4?del=1',
      '?custom=1&cmd=3010',
      '/?custom=1&cmd=4004',
      '%3Fdel=1',
      'X.MP4',
      '\r\nGET /',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  test('no path that is opened or deleted becomes a forbidden request', async () => {
    const { simulated, camera } = await setUp();
    const kept = addClip(simulated);
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 4 }), async (segments) => {
        const path = `/DCIM/Movie/${segments.join('/')}`;
        await camera.open(path, { from: 0 }, never).then(
          (opened) => opened.body.destroy(),
          (error) => expect(error).toBeInstanceOf(CameraFailure),
        );
        expect(['absent', 'refused']).toContain(await camera.deleteClip(path, never));
      }),
      { numRuns: 150 },
    );
    expect(simulated.card.entries).toContain(kept);
    for (const { method, target } of simulated.requests) {
      expect(method).toBe('GET');
      expect(target).toMatch(/^\/(?:DCIM\/Movie[^?]*|\?custom=1&cmd=4003&str=[^&?]+\.MP4)$/);
    }
  });
});

describe('state', () => {
  test('recording is told by the camera itself', async () => {
    const { simulated, camera } = await setUp();
    expect(await camera.recordState(never)).toBe('stopped');
    simulated.device.switchRecording(true);
    expect(await camera.recordState(never)).toBe('recording');
    simulated.faults.set({ emptyCommandReply: true });
    expect(await camera.recordState(never)).toBe('unknown');
    expect(await camera.freeBytes(never)).toBeNull();
  });

  test('free bytes are a number', async () => {
    const { camera } = await setUp({ capacityBytes: 5_000_000_000 });
    expect(await camera.freeBytes(never)).toBeGreaterThan(0);
  });
});

describe('deleting', () => {
  test('a clip is deleted by its native path, and is absent afterwards', async () => {
    const { simulated, camera } = await setUp();
    const [entry, other] = [addClip(simulated), addClip(simulated)];
    expect(await camera.deleteClip(pathOf(entry), never)).toBe('deleted');
    expect(await camera.deleteClip(pathOf(entry), never)).toBe('absent');
    expect(simulated.card.entries.map((one) => one.name)).toEqual([other.name]);
    expect(simulated.deletions).toMatchObject([{ status: 0 }, { status: -1 }]);
  });

  test('the card of the last listing is the one that is deleted from', async () => {
    const { simulated, camera } = await setUp({ ssd: 'listed' });
    const entry = addClip(simulated);
    await camera.list(never);
    expect(await camera.deleteClip(pathOf(entry), never)).toBe('deleted');
    expect(simulated.card.entries).toEqual([]);
  });

  test('a locked clip is reported as locked', async () => {
    const { simulated, camera } = await setUp({ lockedDelete: 'refuses' });
    const entry = addClip(simulated, { locked: true });
    expect(await camera.deleteClip(pathOf(entry), never)).toBe('locked');
  });

  test('an answer without a status leaves the outcome unknown', async () => {
    const { simulated, camera } = await setUp();
    const entry = addClip(simulated);
    simulated.faults.set({ emptyCommandReply: true });
    expect(await camera.deleteClip(pathOf(entry), never)).toBe('unknown');
  });

  const path = '/DCIM/Movie/2026_0628_133416_0001F.MP4';
  const targetsOf = {
    native: '/?custom=1&cmd=4003&str=A%3A%5CDCIM%5CMovie%5C2026_0628_133416_0001F.MP4',
    url: `/?custom=1&cmd=4003&str=${path}`,
  };

  test.each([
    ['works', [status(-5), status(0)], 'deleted'],
    ['fails as well', [status(-5), status(-5)], 'unknown'],
    ['finds it locked', [status(-5), status(-4)], 'locked'],
  ] as const)(
    'after a file error the other form of path is tried once, and %s',
    async (_name, answers, outcome) => {
      const { camera, targets } = await scripted(...answers);
      expect(await camera.deleteClip(path, never)).toBe(outcome);
      expect(targets).toEqual([targetsOf.native, targetsOf.url]);
    },
  );

  test.each([
    ['is refused', status(-6), 'refused'],
    ['is answered in prose', saying('<html>done</html>'), 'unknown'],
    ['is never answered', () => undefined, 'unknown'],
    ['is cut off', (socket: Socket) => socket.resetAndDestroy(), 'unknown'],
  ] as const)('a deletion that %s is asked for once only', async (_name, answer, outcome) => {
    const { camera, targets } = await scripted(answer);
    expect(await camera.deleteClip(path, never)).toBe(outcome);
    expect(targets).toEqual([targetsOf.native]);
  });

  test('a deletion that cannot be sent is a failure', async () => {
    const { simulated, camera } = await setUp();
    await simulated.goAway('refuse');
    await expect(camera.deleteClip(path, never)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test.each([
    '/',
    '/DCIM',
    '/DCIM/Movie',
    '/DCIM/Movie/*.MP4',
    '/DCIM/../X.MP4',
    '/Config/X.MP4',
    '/DCIM/Movie/a&cmd=4004.MP4',
    '/X.MP4',
  ])('what is no recording in a media folder is never asked to be deleted: %s', async (path) => {
    const { simulated, camera } = await setUp();
    expect(await camera.deleteClip(path, never)).toBe('refused');
    expect(simulated.requests).toEqual([]);
  });
});
