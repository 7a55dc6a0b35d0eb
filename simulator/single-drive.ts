import type { CardEntry, VirtualCard } from './card.ts';
import type { Channel, ClipFactory, ClipSpec, GpsSpec } from './clip-source.ts';
import type { ClipKind } from './names.ts';
import { addSeconds } from './times.ts';
import { gpsSample, hasFix, type GpsClock, type Reception, type RoutePoint } from './town-routes.ts';

/** One drive at a known instant, so that midnight, a change of the clocks and the antimeridian can be driven through. */
export interface SingleDrive extends Partial<Reception> {
  /** A real instant, unlike the camera-local dates elsewhere. */
  startedAt: Date;
  /** One a second; see `driveAlong`. */
  points: readonly RoutePoint[];
  /** What the camera's clock shows less UTC; a function of the instant where the clocks change. */
  zoneOffsetMinutes: number | ((instant: Date) => number);
  gpsClock?: GpsClock['gpsClock'];
  /** Front alone unless told. */
  channels?: readonly Channel[];
  /** Lenses whose clips carry records, the front alone unless told; `[]` for none at all. */
  gpsChannels?: readonly Channel[];
  /** 60 unless told. */
  clipSeconds?: number;
  kind?: ClipKind;
  container?: ClipSpec['container'];
  moov?: ClipSpec['moov'];
  sizeBytes?: number;
  seed?: number;
  gps?: Partial<Omit<GpsSpec, 'samples'>>;
}

/** Puts the drive's clips on the card, with `tinyClipFactory` in no time. Returns them in order of recording. */
export async function addDrive(
  card: VirtualCard,
  factory: Pick<ClipFactory, 'createClip'>,
  drive: SingleDrive,
): Promise<CardEntry[]> {
  const { clipSeconds = 60, channels = ['front'], container = 'mp4', kind = 'normal' } = drive;
  const entries: CardEntry[] = [];
  for (let from = 0; from < drive.points.length; from += clipSeconds) {
    const durationSeconds = Math.min(clipSeconds, drive.points.length - from);
    const startedLocal = localAt(drive, addSeconds(drive.startedAt, from));
    const about = { startedLocal, kind, durationSeconds, extension: container.toUpperCase() };
    for (const channel of channels) {
      const source = await factory.createClip(
        specOf(drive, { from, durationSeconds, startedLocal, channel }),
      );
      entries.push(card.addClip({ ...about, channel, source }));
    }
  }
  return entries;
}

interface Part {
  /** Of its first second within the drive. */
  from: number;
  durationSeconds: number;
  startedLocal: Date;
  channel: Channel;
}

function specOf(drive: SingleDrive, { from, durationSeconds, startedLocal, channel }: Part): ClipSpec {
  const hasGps = (drive.gpsChannels ?? ['front']).includes(channel);
  const gps = { layout: 'payload-2c' as const, blockBytes: 0x4000, index: true, ...drive.gps };
  return {
    channel,
    container: drive.container ?? 'mp4',
    video: 'h264',
    audio: true,
    durationSeconds,
    moov: drive.moov ?? 'front',
    thumbnail: false,
    gps: hasGps ? { ...gps, samples: samplesOf(drive, from, from + durationSeconds) } : null,
    startedLocal,
    seed: (drive.seed ?? 1) * 100_003 + from * 10 + ['front', 'rear', 'interior', 'tele'].indexOf(channel),
    ...(drive.sizeBytes === undefined ? {} : { sizeBytes: drive.sizeBytes }),
  };
}

function samplesOf(drive: SingleDrive, from: number, to: number): GpsSpec['samples'] {
  const reception = { coldSeconds: drive.coldSeconds ?? 0, tunnels: drive.tunnels ?? [] };
  return drive.points.slice(from, to).map((point, index) => {
    const utc = addSeconds(drive.startedAt, from + index);
    const fixed = hasFix(from + index, reception);
    const zoneOffsetMinutes = offsetAt(drive, utc);
    return gpsSample(point, utc, { gpsClock: drive.gpsClock ?? 'utc', zoneOffsetMinutes, fixed });
  });
}

function offsetAt({ zoneOffsetMinutes }: SingleDrive, instant: Date): number {
  return typeof zoneOffsetMinutes === 'number' ? zoneOffsetMinutes : zoneOffsetMinutes(instant);
}

const localAt = (drive: SingleDrive, instant: Date): Date =>
  addSeconds(instant, offsetAt(drive, instant) * 60);
