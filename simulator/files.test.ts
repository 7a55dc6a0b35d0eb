import { describe, expect, test } from 'vitest';
import { answer } from './answers.ts';
import { pathOf } from './card.ts';
import { parseRange } from './file-replies.ts';
import { formatHead } from './hfs-reply.ts';
import { patternSource, readWhole } from './pattern-source.ts';
import { ask, bodyOf, request, testDevice } from './test-support.ts';
import { localTime } from './times.ts';
import type { FaultChange } from './faults.ts';

const source = patternSource(1000);

function withClip(faults: FaultChange = {}) {
  const device = testDevice();
  const path = pathOf(device.card.addClip({ startedLocal: localTime(2026, 3, 4, 10, 20, 30), source }));
  device.faults.set(faults);
  return { device, path };
}

function rangeUnder(range: NonNullable<FaultChange['range']>) {
  const { device, path } = withClip({ range });
  const reply = ask(device, path, { range: 'bytes=200-299' });
  return [reply.status, reply.headers.find(([name]) => name === 'Content-Range')?.[1]];
}

function headOf(style: NonNullable<FaultChange['headers']>) {
  const { device, path } = withClip();
  return formatHead(ask(device, path), style);
}

function lengthUnder(faults: FaultChange) {
  const { device, path } = withClip(faults);
  const reply = ask(device, path);
  return [reply.declaredBytes, reply.body.to];
}

function headUnder(head: NonNullable<FaultChange['head']>) {
  const { device, path } = withClip({ head });
  const reply = answer(device, request(path, { method: 'HEAD' }));
  return reply === 'closed' ? reply : [reply.status, reply.declaredBytes];
}

function ends(faults: FaultChange, times = 1) {
  const { device, path } = withClip(faults);
  return Array.from({ length: times }, () => ask(device, path).end);
}

function broken(serverError: NonNullable<FaultChange['serverError']>) {
  const { device, path } = withClip({ serverError });
  const targets = ['/?custom=1&cmd=3016', '/?custom=1&cmd=3015', '/DCIM/Movie', path];
  return targets.map((target) => ask(device, target).status);
}

describe('a range', () => {
  test.each([
    ['bytes=0-', { from: 0, to: 1000 }],
    ['bytes=0-0', { from: 0, to: 1 }],
    ['bytes=200-299', { from: 200, to: 300 }],
    ['bytes=900-5000', { from: 900, to: 1000 }],
    ['bytes=-100', { from: 900, to: 1000 }],
    ['bytes=-5000', { from: 0, to: 1000 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=300-200', null],
    ['bytes=0-1,5-6', null],
    ['bytes=-', null],
    ['lines=1-2', null],
    [undefined, null],
  ])('%s', (header, expected) => expect(parseRange(header, 1000)).toEqual(expected));

  test('is answered 206 with the bytes asked for', async () => {
    const { device, path } = withClip();
    const reply = ask(device, path, { range: 'bytes=200-299' });
    expect([reply.status, reply.declaredBytes]).toEqual([206, 100]);
    expect(reply.headers).toContainEqual(['Content-Range', 'bytes 200-299/1000']);
    expect((await bodyOf(reply)).equals((await readWhole(source)).subarray(200, 300))).toBe(true);
  });

  test('beyond the end is answered 416 with the size', () => {
    const { device, path } = withClip();
    const reply = ask(device, path, { range: 'bytes=1000-' });
    expect(reply.status).toBe(416);
    expect(reply.headers).toContainEqual(['Content-Range', 'bytes */1000']);
  });

  test('can be ignored, refused, or answered with a wrong or missing Content-Range', () => {
    expect(rangeUnder('ignored')).toEqual([200, undefined]);
    expect(rangeUnder('refused')).toEqual([416, 'bytes */1000']);
    expect(rangeUnder('wrong-content-range')).toEqual([206, 'bytes 201-299/1000']);
    expect(rangeUnder('no-content-range')).toEqual([206, undefined]);
  });
});

describe('the head of an answer', () => {
  test('is that of camera.md 1.1', () => {
    expect(headOf('normal')).toBe(
      [
        'HTTP/1.1 200 OK',
        'Server: hfs/1.00.000',
        'Cache-Control: no-store, no-cache, must-revalidate',
        'Pragma: no-cache',
        'Accept-Ranges: bytes',
        'Content-Type: video/mp4',
        'Content-length: 1000',
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    );
  });

  test('can end its lines with LF only', () => expect(headOf('lf-only')).not.toContain('\r'));
  test('can have a space before its colons', () =>
    expect(headOf('space-before-colon')).toContain('Content-length : 1000\r\n'));
  test('can be in lower case', () => expect(headOf('lower-case')).toContain('content-length:1000\r\n'));
});

describe('a length', () => {
  test('can be missing, too large or too small while the body stays whole', () => {
    expect(lengthUnder({ omitContentLength: true })).toEqual([null, 1000]);
    expect(lengthUnder({ contentLengthDelta: 50 })).toEqual([1050, 1000]);
    expect(lengthUnder({ contentLengthDelta: -50 })).toEqual([950, 1000]);
  });
});

describe('HEAD', () => {
  test('can be refused in several ways', () => {
    expect(headUnder('works')).toEqual([200, 1000]);
    expect(headUnder('no-length')).toEqual([200, null]);
    expect(headUnder('closed')).toBe('closed');
    expect([headUnder('not-found')[0], headUnder('not-implemented')[0]]).toEqual([404, 501]);
  });

  test('leaves GET alone', () => {
    const { device, path } = withClip({ head: 'not-implemented' });
    expect(ask(device, path).status).toBe(200);
  });
});

describe('between listing and download a file', () => {
  test('can vanish', () => {
    const { device, path } = withClip({ beforeDownload: 'vanish' });
    expect(ask(device, path).status).toBe(404);
    expect(device.card.entries).toEqual([]);
  });

  test('can be locked, and is found in RO', () => {
    const { device, path } = withClip({ beforeDownload: 'lock' });
    expect(ask(device, path).status).toBe(404);
    expect(ask(device, path.replace('/Movie/', '/Movie/RO/')).status).toBe(200);
  });
});

describe('a file that grows', () => {
  test('is listed too small and is larger at each look', () => {
    const { device, path } = withClip({ growing: { listedFraction: 0.5, stepFraction: 0.25 } });
    const look = () => ask(device, path, { method: 'HEAD' }).declaredBytes;
    expect(device.listedBytes(device.card.entries[0]!)).toBe(500);
    expect([look(), look(), look()]).toEqual([750, 1000, 1000]);
  });

  test('is served as far as it is written', () => {
    const device = testDevice();
    const startedLocal = localTime(2026, 3, 4, 10, 20, 30);
    const [entry] = device.card.recordCapture({ startedLocal, sources: { front: source } });
    device.card.growRecording(0.3);
    expect(ask(device, pathOf(entry!)).declaredBytes).toBe(300);
    expect(ask(device, pathOf(entry!), { range: 'bytes=300-' }).status).toBe(416);
  });
});

describe('the end of a transfer', () => {
  test('is early as asked', () => {
    expect(ends({ stallAfterBytes: 10 })).toEqual([{ how: 'stall', atBytes: 10 }]);
    expect(ends({ dropAfterBytes: 10 })).toEqual([{ how: 'reset', atBytes: 10 }]);
    expect(ends({ closeAfterBytes: 10 })).toEqual([{ how: 'close', atBytes: 10 }]);
    expect(ends({ deleteAfterBytes: 10 })).toEqual([{ how: 'delete', atBytes: 10 }]);
  });

  test('is never early for what is shorter', () => {
    expect(ends({ dropAfterBytes: 1000 })).toEqual([{ how: 'complete' }]);
  });

  test('is early only as often as the limit says', () => {
    const how = ends({ dropAfterBytes: 10, limit: 2 }, 4).map((end) => end.how);
    expect(how).toEqual(['reset', 'reset', 'complete', 'complete']);
  });

  test('is early only for paths that match', () => {
    expect(ends({ dropAfterBytes: 10, match: 'Parking' })).toEqual([{ how: 'complete' }]);
    expect(ends({ dropAfterBytes: 10, match: 'F.MP4' })).toEqual([{ how: 'reset', atBytes: 10 }]);
  });

  test('comes at a random byte of every third transfer, the same for the same seed', () => {
    const how = ends({ dropEvery: 3 }, 7).map((end) => end.how);
    expect(how).toEqual(['complete', 'complete', 'reset', 'complete', 'complete', 'reset', 'complete']);
    expect(ends({ dropEvery: 1 }, 5)).toEqual(ends({ dropEvery: 1 }, 5));
    expect(
      new Set(ends({ dropEvery: 1 }, 5).map((end) => 'atBytes' in end && end.atBytes)).size,
    ).toBeGreaterThan(3);
  });
});

describe('other faults', () => {
  test('answer 500 to what is broken', () => {
    expect(broken('commands')).toEqual([500, 200, 200, 200]);
    expect(broken('listings')).toEqual([200, 500, 500, 200]);
    expect(broken('files')).toEqual([200, 200, 200, 500]);
    expect(broken('all')).toEqual([500, 500, 500, 500]);
  });

  test('busy answers -3 to listings and thumbnails', async () => {
    const { device, path } = withClip({ busy: true });
    for (const target of ['/?custom=1&cmd=3015', `${path}?custom=1&cmd=4001`]) {
      expect((await bodyOf(ask(device, target))).toString()).toContain('<Status>-3</Status>');
    }
  });

  test('an empty command reply has no status at all', async () => {
    const { device } = withClip({ emptyCommandReply: true });
    expect(ask(device, '/?custom=1&cmd=3016').declaredBytes).toBe(0);
  });

  test('a router answers its own page to everything', async () => {
    const { device, path } = withClip({ persona: 'router' });
    for (const target of ['/?custom=1&cmd=3012', '/?custom=1&cmd=3015', path, '/DCIM/Movie/Parking']) {
      const reply = ask(device, target);
      expect([reply.status, (await bodyOf(reply)).toString()]).toEqual([
        200,
        expect.stringContaining('Router login'),
      ]);
      expect(formatHead(reply, 'normal')).not.toContain('hfs');
    }
  });

  test('unknown faults and bad values are refused, and the rest stays as it was', () => {
    const { device } = withClip({ latencyMs: 7 });
    expect(() => device.faults.setUnchecked({ lateness: 3 })).toThrow(/lateness/);
    expect(() => device.faults.set({ latencyMs: -1 })).toThrow(/latencyMs/);
    expect(device.faults.current.latencyMs).toBe(7);
    device.faults.set({ busy: true });
    expect(device.faults.current).toMatchObject({ latencyMs: 7, busy: true });
    device.faults.clear();
    expect(device.faults.current).toMatchObject({ latencyMs: 0, busy: false });
  });
});
