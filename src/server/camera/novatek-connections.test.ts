import { once } from 'node:events';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readWhole } from '../../../simulator/pattern-source.ts';
import { startSimulatedCamera } from '../../../simulator/simulated-camera.ts';
import { localTime } from '../../../simulator/times.ts';
import { tinyMp4Source } from '../../../simulator/tiny-mp4.ts';
import { parseCameraAddress } from './address.ts';
import { NovatekCamera } from './novatek-camera.ts';
import type { AddressInfo } from 'node:net';
import type { SimulatedCameraOptions } from '../../../simulator/simulated-camera.ts';

const never = new AbortController().signal;
const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function setUp(options: SimulatedCameraOptions = {}, parallel = 1) {
  const simulated = await startSimulatedCamera(options);
  cleanUps.push(() => simulated.stop());
  const camera = adapterAt(simulated.address, parallel);
  const paths = [1, 2, 3].map((minute) => {
    const source = tinyMp4Source(minute, 300_000);
    const { folder, name } = simulated.card.addClip({
      startedLocal: localTime(2026, 1, 2, 8, minute),
      source,
    });
    return { path: `${folder}/${name}`, source };
  });
  return { simulated, camera, paths };
}

function adapterAt(text: string, parallel = 1): NovatekCamera {
  const address = parseCameraAddress(text);
  if ('error' in address) throw new Error(address.error);
  const camera = new NovatekCamera({ address, parallel, limits: { retryDelayMs: 0, commandMs: 1_000 } });
  cleanUps.push(() => camera.close());
  return camera;
}

/** Answers every request alike, and keeps what was asked. */
async function answering(body: string): Promise<{ camera: NovatekCamera; targets: string[] }> {
  const targets: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      targets.push(chunk.toString('latin1').split(' ')[1] ?? '');
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return { camera: adapterAt(`127.0.0.1:${(server.address() as AddressInfo).port}`), targets };
}

describe('at an IPv6 address with a port', () => {
  test('a camera is asked, listed, read and told to delete', async () => {
    const { simulated, camera, paths } = await setUp({ host: '::1' });
    const [first] = paths;
    expect(simulated.address).toMatch(/^\[::1\]:\d+$/);
    expect(await camera.info(never)).toMatchObject({ model: 'A229P' });
    expect(await camera.bluetoothMac('A229P', never)).toBe(simulated.device.bluetoothMac?.toLowerCase());
    const listing = await camera.list(never);
    expect([listing.complete, listing.files.map((file) => file.remotePath)]).toEqual([
      true,
      paths.map(({ path }) => path),
    ]);
    const { body } = await camera.open(first!.path, { from: 1000 }, never);
    expect((await buffer(body)).equals((await readWhole(first!.source)).subarray(1000))).toBe(true);
    expect(await camera.deleteClip(first!.path, never)).toBe('deleted');
    expect(simulated.card.entries).toHaveLength(2);
    expect(simulated.requests[0]!.headers['host']).toBe(simulated.address);
    expect([simulated.maxConcurrent, simulated.violations]).toEqual([1, []]);
  });
});

describe('several requests at once', () => {
  test('never happen unless told', async () => {
    const { simulated, camera, paths } = await setUp();
    simulated.faults.set({ latencyMs: 20 });
    await Promise.all([
      ...paths.map(async ({ path }) => buffer((await camera.open(path, { from: 0 }, never)).body)),
      camera.info(never),
      camera.list(never),
    ]);
    expect(simulated.maxConcurrent).toBe(1);
  });

  test('are two where two are allowed, and never more, whatever is asked meanwhile', async () => {
    const { simulated, camera, paths } = await setUp({}, 2);
    simulated.faults.set({ bytesPerSecond: 1_000_000 });
    const reads = paths.map(async ({ path, source }) => {
      const { body } = await camera.open(path, { from: 0 }, never);
      expect((await buffer(body)).equals(await readWhole(source))).toBe(true);
    });
    await vi.waitFor(() => expect(simulated.requests).toHaveLength(2));
    await Promise.all([...reads, camera.list(never), camera.info(never), camera.freeBytes(never)]);
    expect(simulated.maxConcurrent).toBe(2);
  });
});

describe('the Bluetooth MAC', () => {
  test('is told by a model that has it, in any case and with any dividers', async () => {
    const { camera } = await setUp({ bluetoothMac: '5CE7AABBCCDD' });
    expect(await camera.bluetoothMac('A229P', never)).toBe('5c:e7:aa:bb:cc:dd');
  });

  test('is asked for again without asking for the list of commands again', async () => {
    const { simulated, camera } = await setUp();
    for (let n = 0; n < 3; n++) await camera.bluetoothMac('A229P', never);
    expect(simulated.requests.filter(({ target }) => target.includes('cmd=3002'))).toHaveLength(1);
  });

  test.each([null, 'A119', 'A129', 'A139 Pro', 'XA229', 'S3400'])(
    'is never asked of model %j',
    async (model) => {
      const { simulated, camera } = await setUp();
      expect(await camera.bluetoothMac(model, never)).toBeNull();
      expect(simulated.requests).toEqual([]);
    },
  );

  test('is never asked of a camera that does not name the command itself', async () => {
    const { simulated, camera } = await setUp({ bluetoothMac: null });
    expect(await camera.bluetoothMac('A229P', never)).toBeNull();
    expect(simulated.requests.map(({ target }) => target)).toEqual(['/?custom=1&cmd=3002']);
  });

  test.each([
    ['a refusal', '<Function><Cmd>9346</Cmd><Status>-256</Status></Function>'],
    ['no text', '<Function><Cmd>9346</Cmd><Status>0</Status></Function>'],
    ['prose', '<Function><Cmd>9346</Cmd><Status>0</Status><String>none</String></Function>'],
    [
      'all the same digits',
      '<Function><Cmd>9346</Cmd><Status>0</Status><String>00:00:00:00:00:00</String></Function>',
    ],
    ['a page', '<html>Login</html>'],
    ['nothing', ''],
  ])('that is %s is none, and no failure', async (_name, body) => {
    const { camera } = await answering(body);
    expect(await camera.bluetoothMac('A329S', never)).toBeNull();
  });

  test('that never comes is none, and no failure, but an abort is one', async () => {
    const { simulated, camera } = await setUp();
    await simulated.goAway('refuse');
    expect(await camera.bluetoothMac('A229P', never)).toBeNull();
    const aborted = AbortSignal.abort(new Error('stopped'));
    await expect(camera.bluetoothMac('A229P', aborted)).rejects.toThrow('stopped');
  });
});
