import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pathOf } from './card.ts';
import { patternSource, readWhole } from './pattern-source.ts';
import { startSimulatedCamera } from './simulated-camera.ts';
import type { SimulatedCamera } from './simulated-camera.ts';
import { rawGet, RawConnection } from './test-support.ts';
import { localTime } from './times.ts';
import { tinyMp4Source } from './tiny-mp4.ts';

let camera: SimulatedCamera;
let path: string;
const source = tinyMp4Source(1, 200_000);

beforeEach(async () => {
  camera = await startSimulatedCamera();
  path = pathOf(camera.card.addClip({ startedLocal: localTime(2026, 3, 4, 10, 20, 30), source }));
});
afterEach(() => camera.stop());

describe('over HTTP', () => {
  test('an ordinary client fetches a clip whole and in parts', async () => {
    const whole = Buffer.from(await (await fetch(camera.url + path)).arrayBuffer());
    expect(whole.equals(await readWhole(source))).toBe(true);
    const part = await fetch(camera.url + path, { headers: { range: 'bytes=150000-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 150000-199999/200000']);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(150_000))).toBe(true);
  });

  test('the connection closes after one answer', async () => {
    const connection = new RawConnection(camera);
    connection.send('/?custom=1&cmd=3016').send('/?custom=1&cmd=3012');
    const { head, body, ended } = await connection.answer();
    expect([ended, head.includes('Connection: close')]).toEqual(['cleanly', true]);
    expect(body.toString()).not.toContain('3012');
  });

  test('HEAD has the length and no body', async () => {
    const { head, body } = await rawGet(camera, path, { method: 'HEAD' });
    expect(head).toContain('Content-length: 200000');
    expect(body).toHaveLength(0);
  });

  test('the XML list ends with the connection', async () => {
    const { head, body, ended } = await rawGet(camera, '/?custom=1&cmd=3015');
    expect(head.toLowerCase()).not.toContain('content-length');
    expect([ended, body.toString().endsWith('</LIST>\n')]).toEqual(['cleanly', true]);
  });

  test('what is no HTTP is closed without an answer', async () => {
    const connection = new RawConnection(camera);
    connection.socket.write('hello\r\n\r\n');
    expect((await connection.answer()).head).toBe('');
  });
});

describe('the log', () => {
  test('tells each request with status, bytes and times', async () => {
    await fetch(camera.url + path, { headers: { range: 'bytes=0-99' } }).then((reply) => reply.arrayBuffer());
    await fetch(`${camera.url}/?custom=1&cmd=3015`).then((reply) => reply.text());
    const [file, list] = camera.requests;
    expect(file).toMatchObject({ method: 'GET', target: path, path, status: 206, bytesSent: 100 });
    expect(file).toMatchObject({ kind: 'file', aborted: false, headers: { range: 'bytes=0-99' } });
    expect(file!.endedAt).toBeGreaterThanOrEqual(file!.startedAt);
    expect(camera.listingRequests).toEqual([list]);
    expect(camera.bytesSent).toBe(100 + list!.bytesSent);
  });

  test('sees one request at a time from a client that sends one at a time', async () => {
    for (let n = 0; n < 20; n += 1) await fetch(camera.url + path).then((reply) => reply.arrayBuffer());
    expect(camera.maxConcurrent).toBe(1);
  });

  test('marks a request that the client gave up', async () => {
    camera.faults.set({ stallAfterBytes: 1000 });
    const connection = new RawConnection(camera).send(path);
    await vi.waitFor(() => expect(connection.bodyBytes).toBe(1000));
    expect(camera.requests[0]!.endedAt).toBeNull();
    connection.socket.destroy();
    await vi.waitFor(() => expect(camera.requests[0]).toMatchObject({ aborted: true, bytesSent: 1000 }));
    expect(camera.requests[0]!.endedAt).not.toBeNull();
  });
});

describe('too many connections', () => {
  test('a fourth is reset while three are open, and the three go on', async () => {
    camera.faults.set({ stallAfterBytes: 10 });
    const three = [1, 2, 3].map(() => new RawConnection(camera).send(path));
    await vi.waitFor(() => expect(camera.requests).toHaveLength(3));
    expect((await rawGet(camera, path)).ended).toBe('reset');
    expect([camera.maxConcurrent, camera.log.refusedConnections]).toEqual([4, 1]);
    expect(three.every((connection) => !connection.socket.destroyed)).toBe(true);
    three[0]!.socket.destroy();
    await vi.waitFor(() => expect(camera.requests[0]!.aborted).toBe(true));
    expect((await rawGet(camera, '/?custom=1&cmd=3016')).ended).toBe('cleanly');
    for (const connection of three) connection.socket.destroy();
  });
});

describe('a transfer', () => {
  test('can be reset after so many bytes', async () => {
    camera.faults.set({ dropAfterBytes: 70_000 });
    const { head, body } = await rawGet(camera, path);
    expect(head).toContain('Content-length: 200000');
    expect(body.length).toBeLessThanOrEqual(70_000);
    await vi.waitFor(() => expect(camera.requests[0]!.endedAt).not.toBeNull());
    expect(camera.requests[0]).toMatchObject({ aborted: true, bytesSent: 70_000 });
  });

  test('can end cleanly and too early', async () => {
    camera.faults.set({ closeAfterBytes: 70_000 });
    const { body, ended, head } = await rawGet(camera, path);
    expect([body.length, ended]).toEqual([70_000, 'cleanly']);
    expect(head).toContain('Content-length: 200000');
  });

  test('can lose its file while being read', async () => {
    camera.faults.set({ deleteAfterBytes: 70_000 });
    expect((await rawGet(camera, path)).body).toHaveLength(70_000);
    expect((await rawGet(camera, path)).head).toContain('404');
  });

  test('resumed again and again under drops comes to its end', async () => {
    camera.faults.set({ dropAfterBytes: 60_000 });
    const parts: Buffer[] = [];
    const have = () => parts.reduce((sum, part) => sum + part.length, 0);
    while (have() < 200_000) {
      const { body } = await rawGet(camera, path, { headers: `Range: bytes=${have()}-\r\n` });
      parts.push(body);
    }
    expect(Buffer.concat(parts).equals(await readWhole(source))).toBe(true);
    expect(camera.requests.length).toBeGreaterThanOrEqual(4);
  });

  test('can have lines that end with LF only', async () => {
    camera.faults.set({ headers: 'lf-only' });
    expect((await rawGet(camera, path)).body).toHaveLength(200_000);
  });

  test('is cut short in a listing as well', async () => {
    camera.faults.set({ listing: 'partial' });
    const { body, ended } = await rawGet(camera, '/?custom=1&cmd=3015');
    expect([ended, body.toString().includes('</LIST>')]).toEqual(['cleanly', false]);
  });

  test('passes through the bandwidth limit whole', async () => {
    camera.faults.set({ bytesPerSecond: 20_000_000 });
    expect((await rawGet(camera, path)).body.equals(await readWhole(source))).toBe(true);
  });

  test('closed instead of a HEAD leaves no answer', async () => {
    camera.faults.set({ head: 'closed' });
    expect((await rawGet(camera, path, { method: 'HEAD' })).head).toBe('');
  });
});

describe('away', () => {
  test('refuses connections and comes back at the same address', async () => {
    const { address } = camera;
    await camera.goAway();
    expect((await rawGet(camera, path)).ended).toBe('reset');
    expect(camera.requests).toEqual([]);
    await camera.comeBack();
    expect(camera.address).toBe(address);
    expect((await rawGet(camera, path)).body).toHaveLength(200_000);
  });

  test('resets what was being transferred', async () => {
    camera.faults.set({ stallAfterBytes: 1000 });
    const connection = new RawConnection(camera).send(path);
    await vi.waitFor(() => expect(connection.bodyBytes).toBe(1000));
    await camera.goAway('refuse');
    expect((await connection.answer()).ended).toBe('reset');
    expect(camera.requests[0]!.aborted).toBe(true);
  });

  test('as a black hole accepts, never answers, and resets on return', async () => {
    await camera.goAway('black-hole');
    const connection = new RawConnection(camera).send(path);
    await vi.waitFor(() => expect(connection.socket.readyState).toBe('open'));
    await camera.comeBack();
    expect(await connection.answer()).toMatchObject({ head: '', ended: 'reset' });
    expect(camera.requests).toEqual([]);
    expect((await rawGet(camera, path)).ended).toBe('cleanly');
  });

  test('as a black hole freezes a transfer under way', async () => {
    camera.card.addClip({
      startedLocal: localTime(2026, 1, 1),
      source: patternSource(50_000_000),
      name: 'B.MP4',
    });
    camera.faults.set({ bytesPerSecond: 500_000 });
    const connection = new RawConnection(camera).send('/DCIM/Movie/B.MP4');
    await vi.waitFor(() => expect(connection.bodyBytes).toBeGreaterThan(0));
    await camera.goAway('black-hole');
    const sentBytes = camera.bytesSent;
    camera.faults.set({ bytesPerSecond: null });
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    expect(camera.bytesSent - sentBytes).toBeLessThanOrEqual(65_536);
    await camera.comeBack();
    expect((await connection.answer()).body.length).toBeLessThan(50_000_000);
    await vi.waitFor(() => expect(camera.requests[0]!.aborted).toBe(true));
  });

  test('stop and start keep card, faults and address', async () => {
    camera.faults.set({ latencyMs: 1 });
    const { address } = camera;
    await camera.stop();
    await camera.start();
    expect([camera.address, camera.card.entries.length, camera.faults.current.latencyMs]).toEqual([
      address,
      1,
      1,
    ]);
  });
});

test('another camera at the address has its own firmware and card', async () => {
  camera.faults.set({ persona: 'other-camera' });
  const firmware = await fetch(`${camera.url}/?custom=1&cmd=3012`).then((reply) => reply.text());
  expect(firmware).toContain('VIOFO_A119MINI2');
  expect((await rawGet(camera, path)).head).toContain('404');
  expect(camera.otherDevice.card.entries).toEqual([]);
});

test('another unit of the same model at the address has its own MAC and card', async () => {
  const ask = (cmd: number) => fetch(`${camera.url}/?custom=1&cmd=${cmd}`).then((reply) => reply.text());
  const before = [await ask(3012), await ask(9346)];
  camera.faults.set({ persona: 'same-model' });
  const after = [await ask(3012), await ask(9346)];
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  expect(after[1]).toContain('<String>');
  expect((await rawGet(camera, path)).head).toContain('404');
});

test('a camera on IPv6 has its address in brackets', async () => {
  const other = await startSimulatedCamera({ host: '::1' });
  expect(other.address).toMatch(/^\[::1\]:\d+$/);
  expect((await fetch(`${other.url}/?custom=1&cmd=3016`)).status).toBe(200);
  await other.stop();
});

test('a clock jump shows in what the camera records next', () => {
  const fixed = new Date('2026-06-01T12:00:00Z');
  const before = camera.clock.local();
  camera.clock.jump(-3600);
  expect(+camera.clock.local()).toBeLessThan(+before);
  camera.clock.setLocal(fixed);
  expect(Math.abs(+camera.clock.local() - +fixed)).toBeLessThan(60_000);
});
