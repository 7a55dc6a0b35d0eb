import type { CardEntry, VirtualCard } from './card.ts';
import { embeddedThumbnail } from './thumbnails.ts';
import type {
  Channel,
  ClipFactory,
  ClipSpec,
  GpsLayout,
  GpsQuirks,
  GpsSample,
  GpsSpec,
} from './clip-source.ts';
import type { ClipKind, NameLayout } from './names.ts';
import { between, seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { addSeconds, localTime, wallClock } from './times.ts';
import { driveAlong, gpsSamples, townWays } from './town-routes.ts';
import type { GpsClock, RoutePoint, Stretch } from './town-routes.ts';

export interface DriveOptions {
  /** How many days, the last being that of `until`, or the one before while nothing was driven yet. 3 unless told. */
  days?: number;
  /** 1 front; 2 and rear; 3 and interior. */
  channels?: 1 | 2 | 3;
  /** Instead of the card's own. */
  nameLayout?: NameLayout;
  seed?: number;
  /** Camera-local (see times.ts); nothing is recorded after it. */
  until: Date;
  /** 60 unless told. */
  clipSeconds?: number;
  /** The most captures of one drive; a drive ends with its way (5 to 12 minutes) or here. 30 unless told. */
  capturesPerDrive?: number;
  /** Of each clip; the factory's own size unless told. */
  sizeBytes?: number;
  gpsLayout?: GpsLayout;
  /** 0x4000 unless told. */
  gpsBlockBytes?: number;
  /** Every clip has an index of its blocks, unless false. */
  gpsIndex?: boolean;
  gpsQuirks?: GpsQuirks;
  /** Lenses whose clips carry records; the front alone unless told. */
  gpsChannels?: readonly Channel[];
  /** How long the first drive of a day has no fix; 12 unless told. */
  coldSeconds?: number;
  /** Forty seconds without a fix in the third minute of each drive. */
  tunnels?: boolean;
  /** Parking clips without records (the GPS is off), or with records without a fix. */
  parkingGps?: 'off' | 'void';
  gpsClock?: GpsClock['gpsClock'];
  /** Camera-local minus UTC. */
  zoneOffsetMinutes?: number;
  container?: ClipSpec['container'];
  video?: ClipSpec['video'];
  /** Before `mdat` (newer models) or behind it. */
  moov?: ClipSpec['moov'];
  /** One photo at the end, unless false. */
  photos?: boolean;
}

type Optional = 'sizeBytes' | 'nameLayout' | 'gpsQuirks';
type Settled = Required<Omit<DriveOptions, Optional>> & Pick<DriveOptions, Optional>;

/** One moment of recording, before the factory makes its clips. */
interface PlannedCapture {
  startedLocal: Date;
  kind: ClipKind;
  locked: boolean;
  /** The last of a drive is shorter: the ignition goes off. */
  seconds: number;
  /** Null: the GPS is off (parked). */
  samples: GpsSample[] | null;
}

/**
 * Puts a few plausible days on the card: two or three drives a day between Otley and the airport, one stop
 * with parking clips, an event and a locked clip, a photo. The first clip of each day starts without a
 * GPS fix. Same seed, same days. Returns what it added, in order of recording.
 */
export async function seedDrives(
  card: VirtualCard,
  factory: ClipFactory,
  options: DriveOptions,
): Promise<CardEntry[]> {
  const settled = settle(options);
  if (options.nameLayout !== undefined) card.nameLayout = options.nameLayout;
  const entries: CardEntry[] = [];
  for (const [index, capture] of planDays(settled).entries()) {
    entries.push(...(await addPlanned(card, factory, { capture, index, settled })));
  }
  const last = entries.at(-1);
  if (settled.photos && last !== undefined) entries.push(await addPhoto(card, factory, last));
  return entries;
}

function settle(options: DriveOptions): Settled {
  return {
    days: 3,
    channels: 2,
    seed: 1,
    clipSeconds: 60,
    capturesPerDrive: 30,
    gpsLayout: 'payload-2c',
    gpsBlockBytes: 0x4000,
    gpsIndex: true,
    gpsChannels: ['front'],
    coldSeconds: 12,
    tunnels: false,
    parkingGps: 'off',
    gpsClock: 'utc',
    zoneOffsetMinutes: 0,
    container: 'mp4',
    video: 'h264',
    moov: 'front',
    photos: true,
    ...options,
  };
}

function planDays(settled: Settled): PlannedCapture[] {
  const random = seededRandom(settled.seed);
  const { year, month, day } = wallClock(settled.until);
  const daysBack = Array.from({ length: settled.days + 1 }, (_, index) => settled.days - index);
  const days = daysBack.map((back) =>
    planDay(localTime(year, month, day - back), random, settled).filter(
      (capture) => endOf(capture) <= settled.until,
    ),
  );
  const captures = days
    .filter((captures) => captures.length > 0)
    .slice(-settled.days)
    .flat();
  return withParkingAndLocks(captures, settled);
}

function endOf({ startedLocal, seconds }: PlannedCapture): Date {
  return addSeconds(startedLocal, seconds);
}

/** To work in the morning, home at night, sometimes out between. */
function planDay(midnight: Date, random: Random, settled: Settled): PlannedCapture[] {
  const at = (hour: number) => addSeconds(midnight, hour * 3600 + between(random, 0, 1500));
  const morning = planDrive(at(7.75), driveAlong(townWays.work, random), settled, settled.coldSeconds);
  const errand = random() < 0.6 ? planDrive(at(12.5), driveAlong(townWays.lunch, random), settled, 0) : [];
  const home = townWays.work.toReversed();
  const evening = planDrive(at(17.25), driveAlong(home, random), settled, 0);
  return [...morning, ...errand, ...evening];
}

function planDrive(
  startedLocal: Date,
  points: RoutePoint[],
  settled: Settled,
  coldSeconds: number,
): PlannedCapture[] {
  const { clipSeconds } = settled;
  const count = Math.min(settled.capturesPerDrive, Math.ceil(points.length / clipSeconds));
  const captures = Array.from({ length: count }, (_, index) => {
    const start = addSeconds(startedLocal, index * clipSeconds);
    const part = points.slice(index * clipSeconds, (index + 1) * clipSeconds);
    const cold = index === 0 ? Math.min(coldSeconds, Math.floor(clipSeconds / 2)) : 0;
    const tunnels = settled.tunnels ? [tunnelFrom(index * clipSeconds)] : [];
    const samples = gpsSamples(part, start, { ...settled, coldSeconds: cold, tunnels });
    return { startedLocal: start, kind: 'normal' as const, locked: false, seconds: part.length, samples };
  });
  return captures.filter(({ seconds }) => seconds >= Math.min(5, clipSeconds));
}

/** The tunnel of a drive in seconds of the clip that starts at `clipStart` seconds into the drive. */
const tunnelFrom = (clipStart: number): Stretch => [150 - clipStart, 190 - clipStart];

/** An event near the end, a locked clip earlier, and a parked stop. */
function withParkingAndLocks(captures: PlannedCapture[], settled: Settled): PlannedCapture[] {
  const event = captures.at(-2);
  const locked = captures.at(Math.floor(captures.length / 3));
  if (event !== undefined) event.kind = 'event';
  if (locked !== undefined) locked.locked = true;
  const parked = gapAfter(captures, settled);
  return [...captures, ...parked].toSorted((a, b) => +a.startedLocal - +b.startedLocal);
}

/** Four parking clips, a quarter of an hour apart, in the first long stop of the last day that has one. */
function gapAfter(captures: PlannedCapture[], settled: Settled): PlannedCapture[] {
  const before = captures.findLast((capture, index) => {
    const next = captures[index + 1];
    return next !== undefined && +next.startedLocal - +capture.startedLocal > 2 * 3_600_000;
  });
  if (before === undefined) return [];
  return [15, 30, 45, 60].map((minutes) => {
    const startedLocal = addSeconds(endOf(before), minutes * 60);
    const samples = settled.parkingGps === 'off' ? null : voidSamples(startedLocal, settled);
    return { startedLocal, kind: 'parking' as const, locked: false, seconds: settled.clipSeconds, samples };
  });
}

function voidSamples(startedLocal: Date, settled: Settled): GpsSample[] {
  const nowhere = { latitude: 0, longitude: 0, speedMps: 0, courseDegrees: 0 };
  const points = Array.from({ length: settled.clipSeconds }, () => nowhere);
  const { gpsClock, zoneOffsetMinutes } = settled;
  return gpsSamples(points, startedLocal, { gpsClock, zoneOffsetMinutes, coldSeconds: points.length });
}

interface Placed {
  capture: PlannedCapture;
  index: number;
  settled: Settled;
}

async function addPlanned(card: VirtualCard, factory: ClipFactory, placed: Placed): Promise<CardEntry[]> {
  const { capture, settled } = placed;
  const { startedLocal, kind } = capture;
  const about = {
    startedLocal,
    kind,
    locked: capture.locked || kind === 'event',
    durationSeconds: capture.seconds,
    extension: settled.container.toUpperCase(),
  };
  const channels: Channel[] = ['front', 'rear', 'interior'];
  const entries: CardEntry[] = [];
  for (const channel of channels.slice(0, settled.channels)) {
    const source = await factory.createClip(clipSpec(channel, placed));
    const thumbnail = await embeddedThumbnail(source);
    entries.push(card.addClip({ ...about, channel, source, ...(thumbnail === null ? {} : { thumbnail }) }));
  }
  return entries;
}

function clipSpec(channel: Channel, { capture, index, settled }: Placed): ClipSpec {
  const { container, video, moov, sizeBytes, seed } = settled;
  const samples = settled.gpsChannels.includes(channel) ? capture.samples : null;
  return {
    channel,
    container,
    video,
    audio: true,
    durationSeconds: capture.seconds,
    moov,
    thumbnail: container !== 'ts',
    gps: samples === null ? null : gpsSpec(samples, settled),
    startedLocal: capture.startedLocal,
    seed: seed * 100_003 + index * 10 + ['front', 'rear', 'interior', 'tele'].indexOf(channel),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}

function gpsSpec(samples: GpsSample[], settled: Settled): GpsSpec {
  const { gpsLayout: layout, gpsBlockBytes: blockBytes, gpsIndex: index, gpsQuirks: quirks } = settled;
  return { layout, blockBytes, samples, index, ...(quirks === undefined ? {} : { quirks }) };
}

async function addPhoto(card: VirtualCard, factory: ClipFactory, last: CardEntry): Promise<CardEntry> {
  const source = await factory.createPhoto({ channel: 'front', seed: 1 });
  return card.addPhoto({ startedLocal: last.endedLocal, source });
}
