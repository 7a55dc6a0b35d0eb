import { createClipFactory } from './clips/clip-factory.ts';
import type { Channel, ClipFactory } from './clip-source.ts';
import { readCommandLine } from './cli-options.ts';
import type { CliOptions } from './cli-options.ts';
import { ControlServer } from './control.ts';
import { seedDrives } from './drives.ts';
import { Recorder } from './recorder.ts';
import { SimulatedCamera } from './simulated-camera.ts';
import { addSeconds } from './times.ts';
import { driveAlong, gpsSamples, townWays } from './town-routes.ts';
import { seededRandom } from './random.ts';

const lenses: readonly Channel[] = ['front', 'rear', 'interior'];

/** Seeds the card, listens, prints where, and runs until a signal or the end of standard input. */
async function main(): Promise<void> {
  const options = readCommandLine(process.argv, process.cwd());
  const factory = createClipFactory({ cacheDir: options.cacheDir });
  const camera = new SimulatedCamera({
    host: options.host,
    port: options.port,
    channels: options.channels,
    nameLayout: options.nameLayout,
    zoneOffsetMinutes: options.zoneOffset,
    seed: options.seed,
    extension: options.container.toUpperCase(),
    ...(options.firmware === undefined ? {} : { firmware: options.firmware }),
    ...(options.bluetoothMac === undefined ? {} : { bluetoothMac: options.bluetoothMac }),
  });
  const control = new ControlServer(camera, { host: options.host, port: options.controlPort });
  const recorder = newRecorder(camera, factory, options);
  const ended = untilAskedToEnd(options);
  await seed(camera, factory, options);
  camera.faults.set({ bytesPerSecond: options.rate });
  await camera.start();
  await control.start();
  if (options.record) recorder.start();
  announce(camera, control, options);
  await ended;
  recorder.stop();
  await Promise.all([control.stop(), camera.stop()]);
  process.exit(0);
}

async function seed(camera: SimulatedCamera, factory: ClipFactory, options: CliOptions): Promise<void> {
  if (options.days === 0) return;
  await seedDrives(camera.card, factory, {
    days: options.days,
    channels: options.channels,
    seed: options.seed,
    until: addSeconds(camera.clock.local(), -60),
    clipSeconds: options.clipSeconds,
    sizeBytes: options.clipSize,
    gpsClock: options.gpsClock,
    gpsLayout: options.gpsLayout,
    tunnels: options.tunnels,
    parkingGps: options.parkingGps ? 'void' : 'off',
    zoneOffsetMinutes: options.zoneOffset,
    container: options.container,
    video: options.video,
  });
}

function newRecorder(camera: SimulatedCamera, factory: ClipFactory, options: CliOptions): Recorder {
  const { clipSeconds, container, video, zoneOffset, gpsClock, gpsLayout, clipSize } = options;
  const route = driveAlong(townWays.lunch, seededRandom(options.seed));
  return new Recorder({
    device: camera.device,
    channels: lenses.slice(0, options.channels),
    clipSeconds,
    failed: (error) => console.error('a capture failed:', error),
    createClip: ({ channel, startedLocal, number }) => {
      const at = (second: number) => route[(number * clipSeconds + second) % route.length];
      const points = Array.from({ length: clipSeconds }, (_, second) => at(second)).filter(
        (p) => p !== undefined,
      );
      const samples = gpsSamples(points, startedLocal, {
        gpsClock,
        zoneOffsetMinutes: zoneOffset,
        coldSeconds: 0,
      });
      const gps = { layout: gpsLayout, blockBytes: 0x4000, samples, index: true };
      return factory.createClip({
        channel,
        container,
        video,
        audio: true,
        durationSeconds: clipSeconds,
        sizeBytes: clipSize,
        moov: 'front',
        thumbnail: container !== 'ts',
        gps: channel === 'front' ? gps : null,
        startedLocal,
        seed: options.seed * 1_000_003 + number * 10 + lenses.indexOf(channel),
      });
    },
  });
}

function announce(camera: SimulatedCamera, control: ControlServer, options: CliOptions): void {
  const { card, address } = camera;
  if (options.json) console.log(JSON.stringify({ address, control: control.url }));
  const rate = options.rate === null ? 'no limit' : `${(options.rate / 1e6).toFixed(1)} MB/s`;
  const megabytes = (card.usedBytes / 1e6).toFixed(1);
  console.log(
    [
      `camera     ${address}  (${camera.device.firmware}, ${options.nameLayout} names, ${rate})`,
      `holds      ${card.entries.length} files, ${megabytes} MB${options.record ? '; recording' : ''}`,
      `control    ${control.url}`,
      '',
      `  curl ${control.url}                                        what it holds and what was asked of it`,
      `  curl ${control.url}/away -d '{}'                           drive off;  /back to return`,
      `  curl ${control.url}/faults -d '{"dropAfterBytes":500000}'  misbehave;  /clear to stop`,
      `  curl ${control.url}/capture -d '{"kind":"event"}'          a new capture`,
      '',
      'Ctrl+C ends it.',
    ].join('\n'),
  );
}

function untilAskedToEnd({ exitWithParent }: CliOptions): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (exitWithParent)
      process.stdin
        .on('end', () => resolve())
        .on('error', () => resolve())
        .resume();
  });
}

try {
  await main();
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (!isTaken) throw error;
  console.error(
    `The simulated camera cannot listen: ${error.message}. Choose another with --port, or for the demo VIOFOSYNC_DEMO_PORT.`,
  );
  process.exit(1);
}
