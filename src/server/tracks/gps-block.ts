import { lastRecordIn, recordAt, type RecordVerdict } from './gps-record.ts';
import type { GpsRecord } from './track-types.ts';

/** What is read of a block: every record known lies within. The rest of its 16 or 32 KiB is zeros. */
export const blockHeadBytes = 0x140;

/** Where the records of most cameras are; from the block's first byte, which is that of its size. */
const usualPlaces = [0x30, 0x10];
const headerBytes = 16;
const magic = Buffer.from('freeGPS ', 'latin1');
const magicAt = 4;

/** Whether these are the first bytes of a block: `freeGPS ` behind a size. */
export const isBlock = (bytes: Uint8Array): boolean =>
  bytes.length >= magicAt + magic.length && magic.every((code, index) => bytes[magicAt + index] === code);

/** The record of a block's head: where most cameras have it, else wherever the last one is. */
export function verdictOfBlock(head: Uint8Array): RecordVerdict {
  if (!isBlock(head)) return 'none';
  const bytes = head.subarray(0, blockHeadBytes);
  let verdict: RecordVerdict = 'none';
  for (const place of usualPlaces) {
    const found = recordAt(bytes, place);
    if (typeof found === 'object') return found;
    if (found === 'foreign') verdict = found;
  }
  return verdict === 'none' ? lastRecordIn(bytes.subarray(headerBytes)) : verdict;
}

/**
 * The record in the first bytes of a block (`blockHeadBytes` are enough), null when it has none that is ours. Whether
 * the clip as a whole is another maker's only `readingOf` can tell.
 */
export function recordOfBlock(head: Uint8Array, offsetMs: number): GpsRecord | null {
  const verdict = verdictOfBlock(head);
  return typeof verdict === 'object' ? { offsetMs, ...verdict } : null;
}
