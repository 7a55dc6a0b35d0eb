import type { Span } from './triage-plan.ts';

const packetBytes = 188;
const sync = 0x47;
/** Start code and stream id of private stream 2, in which cameras write a record a second. */
const privateStart = [0, 0, 1, 0xbf];
/** Of the program clock's base, which wraps after 26 hours. */
const ticksPerMs = 90;
const clockWrap = 2 ** 33;
/**
 * A record a second: of three seconds of a minute, for a clip may be shorter than that. A camera of 20 Mbit/s writes one
 * in each 2.5 MB.
 */
const windowSeconds = 3;
const [leastWindowBytes, mostWindowBytes] = [512 * 1024, 8 * 1024 * 1024];
/** Of a clip of unknown length. */
export const streamSeconds = 60;

/** Where a second of a stream is looked for, as far as an even rate tells; from a whole packet on. */
export function windowAt(second: number, sizeBytes: number): Span {
  const share = second / streamSeconds;
  // The end holds a record as well when its last second is begun a little earlier.
  const latest = Math.max(0, sizeBytes - Math.ceil((sizeBytes / streamSeconds) * 2));
  const from = Math.min(Math.floor(sizeBytes * share), latest);
  const at = from - (from % packetBytes);
  const window = Math.max(Math.ceil((sizeBytes / streamSeconds) * windowSeconds), leastWindowBytes);
  return { from: at, to: Math.min(sizeBytes, at + Math.min(window, mostWindowBytes)) };
}

/** How long after the stream's beginning, by two program clocks; null when one is not known or they disagree. */
export function offsetOf(clock: number | null, first: number | null): number | null {
  if (clock === null || first === null) return null;
  const ms = ((clock - first + clockWrap) % clockWrap) / ticksPerMs;
  return ms <= longestMs ? Math.round(ms) : null;
}

const longestMs = 2 * 60 * 60_000;

/** Looks through the packets of a stretch of a stream, as its bytes come, for the first record. */
export class StreamWindow {
  /** The packet in which it begins. */
  record: Uint8Array | null = null;
  /** The program clock, in ticks: the first that was met, and the last before the record. */
  firstClock: number | null = null;
  clock: number | null = null;
  private rest: Uint8Array = Buffer.alloc(0);

  /** True when the record is here and nothing more is to be read. */
  push(chunk: Uint8Array): boolean {
    const bytes = Buffer.concat([this.rest, chunk]);
    let at = 0;
    // The next sync byte belongs to it: by it a packet is known.
    while (this.record === null && at + packetBytes < bytes.length) {
      if (bytes[at] === sync && bytes[at + packetBytes] === sync) {
        this.look(bytes.subarray(at, at + packetBytes));
        at += packetBytes;
      } else {
        const next = bytes.indexOf(sync, at + 1);
        at = next === -1 ? bytes.length : next;
      }
    }
    this.rest = bytes.subarray(at);
    return this.record !== null;
  }

  private look(packet: Uint8Array): void {
    const clock = clockOf(packet);
    if (clock !== null) {
      this.firstClock ??= clock;
      this.clock = clock;
    }
    if (beginsPrivateStream(packet)) this.record = Uint8Array.from(packet);
  }
}

const controlOf = (packet: Uint8Array) => (packet[3] ?? 0) & 0x30;

function beginsPrivateStream(packet: Uint8Array): boolean {
  const isStart = ((packet[1] ?? 0) & 0x40) !== 0;
  const control = controlOf(packet);
  if (!isStart || (control & 0x10) === 0) return false;
  const payload = 4 + (control === 0x30 ? 1 + (packet[4] ?? 0) : 0);
  return privateStart.every((code, index) => packet[payload + index] === code);
}

/** The program clock of a packet that has one, in ticks of its base. */
function clockOf(packet: Uint8Array): number | null {
  const hasField = (controlOf(packet) & 0x20) !== 0 && (packet[4] ?? 0) >= 7;
  if (!hasField || ((packet[5] ?? 0) & 0x10) === 0) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  return view.getUint32(6) * 2 + (view.getUint8(10) >> 7);
}
