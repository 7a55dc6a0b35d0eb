import type { ByteSource } from '../lib/mp4-boxes.ts';

/** What the tables and time stamps of a transport stream tell. */
export interface TsFacts {
  durationMs: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  codecs: string | null;
  fps: number | null;
}

const packetBytes = 188;
const headBytes = 4096 * packetBytes;
/** Streams that the camera or the simulator pads have pictures far apart. */
const tailBytes = [4096 * packetBytes, 40_960 * packetBytes] as const;
const ticksPerSecond = 90_000;
const wrapTicks = 2 ** 33;
const longestTicks = 7 * 24 * 3600 * ticksPerSecond;

const videoTypes: ReadonlyMap<number, string> = new Map([
  [0x01, 'mp1v'],
  [0x02, 'mp2v'],
  [0x1b, 'avc1'],
  [0x24, 'hvc1'],
]);
const audioTypes: ReadonlyMap<number, { codec: string; codecs: string }> = new Map([
  [0x03, { codec: 'mp3', codecs: 'mp4a.6B' }],
  [0x04, { codec: 'mp3', codecs: 'mp4a.6B' }],
  [0x0f, { codec: 'mp4a', codecs: 'mp4a.40.2' }],
  [0x81, { codec: 'ac-3', codecs: 'ac-3' }],
]);

/** Reads the head and the tail of a stream. Never throws for what is in it. */
export async function readTsFacts(source: ByteSource): Promise<TsFacts> {
  const head = await source.read(0, headBytes);
  const streams = streamsOf(head);
  const video = streams.find(({ type }) => videoTypes.has(type));
  const audio = streams.flatMap(({ type }) => audioTypes.get(type) ?? [])[0];
  const name = video === undefined ? null : (videoTypes.get(video.type) ?? null);
  const stamps = video === undefined ? [] : stampsOf(head, video.pid);
  const tick = frameTicks(stamps);
  const profile = name === 'avc1' ? avcProfile(head) : null;
  const codecs = [profile === null ? name : `${name}.${profile}`, audio?.codecs].filter(
    (each) => each != null,
  );
  return {
    durationMs: video === undefined ? null : await durationOf(source, { pid: video.pid, stamps, tick }),
    videoCodec: name,
    audioCodec: audio?.codec ?? null,
    codecs: codecs.length > 0 ? codecs.join(',') : null,
    fps: tick === null ? null : Math.round((ticksPerSecond / tick) * 100) / 100,
  };
}

interface Packet {
  pid: number;
  begins: boolean;
  payload: Uint8Array;
}

function* packetsOf(bytes: Uint8Array): Generator<Packet> {
  for (let at = 0; at + packetBytes <= bytes.length; at += packetBytes) {
    if (bytes[at] !== 0x47) return;
    const [second = 0, third = 0, fourth = 0] = bytes.subarray(at + 1, at + 4);
    const adaptation = (fourth & 0x20) === 0 ? 0 : 1 + (bytes[at + 4] ?? 0);
    if ((fourth & 0x10) === 0 || adaptation > packetBytes - 4) continue;
    const payload = bytes.subarray(at + 4 + adaptation, at + packetBytes);
    yield { pid: ((second & 0x1f) << 8) | third, begins: (second & 0x40) !== 0, payload };
  }
}

/** The streams of the first program, by its two tables, each of which fits a packet. */
function streamsOf(bytes: Uint8Array): { type: number; pid: number }[] {
  let programPid = -1;
  for (const { pid, begins, payload } of packetsOf(bytes)) {
    if (!begins) continue;
    const table = payload.subarray(1 + (payload[0] ?? 0));
    if (pid === 0 && table[0] === 0) programPid = firstProgram(table);
    if (pid === programPid && table[0] === 2) return streamsIn(table);
  }
  return [];
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
/** Where the entries of a table end, before its checksum. */
const endOf = (table: Uint8Array): number => Math.min(3 + (u16(table, 1) & 0xfff) - 4, table.length);

function firstProgram(table: Uint8Array): number {
  for (let at = 8; at + 4 <= endOf(table); at += 4)
    if (u16(table, at) !== 0) return u16(table, at + 2) & 0x1fff;
  return -1;
}

function streamsIn(table: Uint8Array): { type: number; pid: number }[] {
  const streams: { type: number; pid: number }[] = [];
  let at = 12 + (u16(table, 10) & 0xfff);
  while (at + 5 <= endOf(table)) {
    streams.push({ type: table[at] ?? 0, pid: u16(table, at + 1) & 0x1fff });
    at += 5 + (u16(table, at + 3) & 0xfff);
  }
  return streams;
}

/** Presentation times of a stream's packets in 90,000ths of a second, in their order in the file. */
function stampsOf(bytes: Uint8Array, videoPid: number): number[] {
  const stamps: number[] = [];
  for (const { pid, begins, payload } of packetsOf(bytes)) {
    if (pid !== videoPid || !begins || payload.length < 14) continue;
    const isPes = payload[0] === 0 && payload[1] === 0 && payload[2] === 1;
    if (isPes && ((payload[7] ?? 0) & 0x80) !== 0) stamps.push(stampAt(payload, 9));
  }
  return stamps;
}

function stampAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes.subarray(at, at + 5);
  return ((a >> 1) & 7) * 2 ** 30 + b * 2 ** 22 + (c >> 1) * 2 ** 15 + d * 2 ** 7 + (e >> 1);
}

/** The usual step from one picture to the next; null for fewer than two. */
function frameTicks(stamps: readonly number[]): number | null {
  const sorted = stamps.toSorted((a, b) => a - b);
  const steps = sorted.slice(1).map((stamp, index) => stamp - (sorted[index] ?? 0));
  const step = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)];
  return step === undefined || step <= 0 ? null : step;
}

async function durationOf(
  source: ByteSource,
  { pid, stamps, tick }: { pid: number; stamps: readonly number[]; tick: number | null },
): Promise<number | null> {
  const first = stamps.length === 0 ? null : Math.min(...stamps);
  if (first === null) return null;
  for (const length of tailBytes) {
    const packets = Math.floor(source.sizeBytes / packetBytes);
    const from = Math.max(0, packets * packetBytes - length);
    const after = stampsOf(await source.read(from, length), pid).map((stamp) => ticksFrom(first, stamp));
    if (after.length === 0) continue;
    const ticks = Math.max(...after) + (tick ?? 0);
    return ticks > longestTicks ? null : Math.round((ticks / ticksPerSecond) * 1000);
  }
  return null;
}

/** The clock of a stream begins anew after 26.5 hours. */
const ticksFrom = (first: number, stamp: number): number => (stamp - first + wrapTicks) % wrapTicks;

/** Profile, constraints and level of the first sequence parameter set that is seen. */
function avcProfile(bytes: Uint8Array): string | null {
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const isSet =
      bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1 && ((bytes[at + 3] ?? 0) & 0x9f) === 7;
    if (!isSet) continue;
    return [...bytes.subarray(at + 4, at + 7)]
      .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
      .join('');
  }
  return null;
}
