import { arch, cpus, freemem, loadavg, platform, release, totalmem, uptime } from 'node:os';
import { statfs } from 'node:fs/promises';
import { networkTypeOf, parseMounts } from '../db/network-fs.ts';

/** The machine and the process, without their names. */
export function machineFacts() {
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    node: process.version,
    platform: platform(),
    kernel: release(),
    arch: arch(),
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? null,
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    load: loadavg().map((one) => Math.round(one * 100) / 100),
    upSeconds: Math.round(uptime()),
    processSeconds: Math.round(process.uptime()),
    process: { rss, heapUsed, external },
    isContainer: process.env['VIOFOSYNC_CONTAINER'] === '1',
    /** That they are set, not to what. */
    variables: ownVariables.filter((name) => process.env[name] !== undefined),
  };
}

const ownVariables = [
  'CONFIG_DIR',
  'RECORDINGS',
  'TZ',
  'PUID',
  'PGID',
  'WEB_HOST',
  'WEB_PORT',
  'VIOFOSYNC_SETUP_CODE',
  'TRUST_PROXY',
  'ALLOWED_HOSTS',
  'LOG_LEVEL',
  'LOG_FORMAT',
  'FFMPEG_PATH',
];

/** What kind of file system a folder lies on; it is not touched. */
export function fileSystemOf(folder: string, mountsText: string) {
  const found = mountsText
    .split('\n')
    .reduce<{ point: string; type: string; options: string } | null>((best, line) => {
      const [, point = '', type = '', options = ''] = line.split(' ');
      const plain = point.replaceAll('\\040', ' ');
      const isAbove = plain === '/' || folder === plain || folder.startsWith(`${plain}/`);
      return plain !== '' && isAbove && plain.length >= (best?.point.length ?? 0)
        ? { point: plain, type, options }
        : best;
    }, null);
  return {
    type: found?.type ?? null,
    network: networkTypeOf(folder, parseMounts(mountsText)),
    /** Those that are a word or a number: none names a host, a user or a path. */
    options: (found?.options ?? '').split(',').filter((option) => plainOption.test(option)),
    isMountPoint: found?.point === folder,
  };
}

const plainOption =
  /^(rw|ro|noatime|relatime|nodev|nosuid|noexec|sync|async|hard|soft|nobrl|nolock|vers=[\d.]+|[rw]size=\d+|timeo=\d+|retrans=\d+|actimeo=\d+|cache=\w+|proto=\w+|compress=\w+|data=\w+)$/;

/** Room on the configuration folder's disk; null when it does not say. */
export async function roomOf(folder: string): Promise<{ freeBytes: number; totalBytes: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
