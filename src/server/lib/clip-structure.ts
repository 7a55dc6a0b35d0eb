import type { Container } from '../../shared/clips.ts';
import { readMp4Facts, type ByteSource, type Mp4Facts } from './mp4-boxes.ts';

const tsPacketBytes = 188;
const tsSyncByte = 0x47;

/** Structure and media facts of a clip of any container; `complete` when it is a whole recording. */
export async function readClipFacts(source: ByteSource, container: Container): Promise<Mp4Facts> {
  switch (container) {
    case 'mp4':
    case 'mov':
      return readMp4Facts(source);
    case 'ts':
      return { ...unknownFacts, ...(await checkTs(source)) };
    case 'jpg':
      return { ...unknownFacts, durationMs: 0, ...(await checkJpeg(source)) };
  }
}

const unknownFacts: Omit<Mp4Facts, 'complete' | 'flaw'> = {
  durationMs: null,
  createdLocalMs: null,
  videoCodec: null,
  audioCodec: null,
  width: null,
  height: null,
  fps: null,
};

type Verdict = Pick<Mp4Facts, 'complete' | 'flaw'>;
const whole: Verdict = { complete: true, flaw: null };

/**
 * A transport stream is packets of 188 bytes that begin with 0x47; the first and last few whole ones are looked at.
 * It has no table to compare with, so its length against the camera's is all that proves it whole.
 */
async function checkTs(source: ByteSource): Promise<Verdict> {
  const packets = Math.floor(source.sizeBytes / tsPacketBytes);
  if (packets === 0)
    return { complete: false, flaw: `${source.sizeBytes} bytes are less than one transport packet` };
  for (const first of [0, Math.max(0, packets - 8)]) {
    const bytes = await source.read(first * tsPacketBytes, 8 * tsPacketBytes);
    for (let at = 0; at + tsPacketBytes <= bytes.length; at += tsPacketBytes) {
      if (bytes[at] !== tsSyncByte)
        return { complete: false, flaw: `no transport packet at byte ${first * tsPacketBytes + at}` };
    }
  }
  return whole;
}

/** A JPEG begins with FF D8 and ends, but for zero padding, with FF D9. */
async function checkJpeg(source: ByteSource): Promise<Verdict> {
  const head = await source.read(0, 2);
  if (head[0] !== 0xff || head[1] !== 0xd8) return { complete: false, flaw: 'it does not begin like a JPEG' };
  const tail = Buffer.from(await source.read(Math.max(0, source.sizeBytes - 65_536), 65_536));
  return tail.includes(Buffer.from([0xff, 0xd9]))
    ? whole
    : { complete: false, flaw: 'the end of the JPEG is missing' };
}
