/** What a request says of the part it wants and of what its sender has already; as the headers are written. */
export interface RangeRequest {
  method: string;
  range?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifRange?: string | undefined;
}

/** `start` and `end` are offsets into the file, `end` excluded. */
export type RangePlan = { status: 200 | 206; start: number; end: number } | { status: 304 } | { status: 416 };

/** An entity tag as it stands in a header. */
const tagPattern = /(?:W\/)?"[^"]*"/g;
const rangePattern = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i;

/** Whether the sender has what this strong tag stands for (`If-None-Match`, which compares weakly). */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return (ifNoneMatch.match(tagPattern) ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * What of a file is sent (RFC 9110, sections 13 and 14). A range that is not understood, several of them, and one whose
 * `If-Range` names other bytes (or a date: we send none) are answered with the whole file; so is a HEAD.
 * `maxOpenBytes`: so much of a range without an end.
 */
export function planRange(
  request: RangeRequest,
  file: { sizeBytes: number; etag: string },
  options: { maxOpenBytes?: number } = {},
): RangePlan {
  if (hasAlready(request.ifNoneMatch, file.etag)) return { status: 304 };
  const whole = { status: 200, start: 0, end: file.sizeBytes } as const;
  const found = isForTheseBytes(request, file.etag) && rangePattern.exec(request.range ?? '');
  if (!found) return whole;
  const [, from = '', to = ''] = found;
  if (from === '') return to === '' ? whole : lastBytes(Number(to), file.sizeBytes);
  return bytesFrom(Number(from), to === '' ? null : Number(to), file.sizeBytes, options.maxOpenBytes);
}

const isForTheseBytes = ({ method, ifRange }: RangeRequest, etag: string): boolean =>
  method === 'GET' && (ifRange === undefined || ifRange.trim() === etag);

function lastBytes(count: number, sizeBytes: number): RangePlan {
  if (count === 0 || sizeBytes === 0) return { status: 416 };
  return { status: 206, start: Math.max(0, sizeBytes - count), end: sizeBytes };
}

function bytesFrom(
  start: number,
  last: number | null,
  sizeBytes: number,
  maxOpenBytes = Infinity,
): RangePlan {
  if (last !== null && last < start) return { status: 200, start: 0, end: sizeBytes };
  if (start >= sizeBytes) return { status: 416 };
  const end = last === null ? start + maxOpenBytes : last + 1;
  return { status: 206, start, end: Math.min(end, sizeBytes) };
}
