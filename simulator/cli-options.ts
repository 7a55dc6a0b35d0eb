import { Command, InvalidArgumentError, Option } from 'commander';
import { nameLayouts } from './names.ts';
import { gpsLayouts, type GpsLayout } from './clip-source.ts';
import type { NameLayout } from './names.ts';

export interface CliOptions {
  host: string;
  port: number;
  controlPort: number;
  channels: 1 | 2 | 3;
  days: number;
  /** Bytes per second; null is as fast as it goes. */
  rate: number | null;
  seed: number;
  nameLayout: NameLayout;
  clipSeconds: number;
  clipSize: number;
  container: 'mp4' | 'mov' | 'ts';
  video: 'h264' | 'hevc';
  gpsClock: 'utc' | 'local';
  gpsLayout: GpsLayout;
  /** Each drive goes through one. */
  tunnels: boolean;
  parkingGps: boolean;
  /** Camera-local minus UTC, minutes. */
  zoneOffset: number;
  /** Undefined: of the default model. */
  firmware?: string;
  bluetoothMac?: string;
  record: boolean;
  cacheDir: string;
  json: boolean;
  exitWithParent: boolean;
}

const units: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/** `8MB` is 8 000 000, `8MiB` is 8 388 608, a bare number bytes; `/s` behind it is allowed. */
export function parseBytes(text: string): number {
  const parts = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[a-z]*)(?:\/s)?$/i.exec(text.trim())?.groups;
  const factor = units[(parts?.['unit'] ?? '?').toUpperCase()];
  const bytes = Math.round(Number(parts?.['number']) * (factor ?? Number.NaN));
  if (!(bytes > 0)) throw new InvalidArgumentError('Expected a size such as 8MB, 500KB or 1048576.');
  return bytes;
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
  };
}

/** Reads the command line (`process.argv`), or prints help or the mistake and exits. */
export function readCommandLine(argv: readonly string[], cwd: string): CliOptions {
  const command = new Command('simulate')
    .description('A Viofo-like dashcam on this computer, with a few days of drives on its card')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port of the camera, 0 for a free one', wholeNumber(0, 65_535), 8081)
    .option('--control-port <number>', 'port of the control URL, 0 for a free one', wholeNumber(0, 65_535), 0)
    .option('--channels <number>', 'lenses: front, rear, interior', wholeNumber(1, 3), 2)
    .option('--days <number>', 'days of drives, 0 for an empty card', wholeNumber(0, 60), 3)
    .option('--rate <bytes per second>', 'speed of the Wi-Fi, such as 8MB', parseBytes)
    .option('--seed <number>', 'same seed, same drives', wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(
      new Option('--name-layout <layout>', 'how files are named').choices(nameLayouts).default('multi'),
    )
    .option('--clip-seconds <number>', 'length of a clip', wholeNumber(2, 600), 60)
    .option('--clip-size <bytes>', 'size of a clip', parseBytes, 1_000_000)
    .addOption(new Option('--container <kind>', 'file type').choices(['mp4', 'mov', 'ts']).default('mp4'))
    .addOption(new Option('--video <codec>', 'codec').choices(['h264', 'hevc']).default('h264'))
    .addOption(
      new Option('--gps-clock <clock>', 'clock of GPS records').choices(['utc', 'local']).default('utc'),
    )
    .addOption(
      new Option('--gps-layout <layout>', 'how GPS blocks are laid out')
        .choices(gpsLayouts)
        .default('payload-2c'),
    )
    .option('--tunnels', 'forty seconds without a fix in each drive', false)
    .option('--parking-gps', 'parking clips with records without a fix instead of none', false)
    .option('--zone-offset <minutes>', 'camera time minus UTC', wholeNumber(-720, 840), zoneOfThisComputer())
    .option('--firmware <text>', 'what command 3012 answers')
    .option('--bluetooth-mac <mac>', 'what command 9346 answers')
    .option('--record', 'go on recording: a new capture each clip length', false)
    .option('--cache-dir <folder>', 'where base footage is kept', `${cwd}/.cache/simulator`)
    .option('--json', 'print the addresses as one line of JSON first', false)
    .option('--exit-with-parent', 'end when standard input closes', false)
    .parse([...argv]);
  const options = command.opts<CliOptions>();
  return { ...options, rate: options.rate ?? null };
}

function zoneOfThisComputer(): number {
  return -new Date().getTimezoneOffset();
}
