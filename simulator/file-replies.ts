import { pathOf } from './card.ts';
import type { CardEntry } from './card.ts';
import type { Device } from './device.ts';
import type { FaultSettings } from './faults.ts';
import { pageReply } from './hfs-reply.ts';
import type { HfsAnswer, HfsReply, HfsRequest } from './hfs-reply.ts';

const contentTypes: Record<string, string> = {
  MP4: 'video/mp4',
  MOV: 'video/quicktime',
  TS: 'video/mp2t',
  JPG: 'image/jpeg',
};

/** HEAD and GET of a file with single Range (camera.md 1.7), or what the faults make of them. */
export function answerFile(device: Device, request: HfsRequest): HfsAnswer {
  const entry = device.find(request.path);
  const faults = device.faults.concerns(request.path) ? device.faults.current : null;
  if (entry === undefined || movedAway(device, entry, faults)) return notFound();
  const lengthBytes = device.lookAt(entry);
  const reply = rangeReply(entry, lengthBytes, request, faults?.range ?? 'works');
  if (request.method === 'HEAD') return headAnswer(reply, faults?.head ?? 'works');
  return transfer(device, entry, withWrongLength(reply, faults));
}

function notFound(): HfsReply {
  return { ...pageReply(404), kind: 'file' };
}

/** Acts out `beforeDownload`: the file is gone by the time somebody asks for it. */
function movedAway(device: Device, entry: CardEntry, faults: FaultSettings | null): boolean {
  const what = faults?.beforeDownload ?? 'nothing';
  if (what === 'nothing' || (what === 'lock' && entry.locked)) return false;
  if (what === 'vanish') device.card.remove(pathOf(entry));
  else device.card.lock(pathOf(entry));
  device.faults.countFault();
  return true;
}

function rangeReply(
  entry: CardEntry,
  lengthBytes: number,
  request: HfsRequest,
  treatment: FaultSettings['range'],
): HfsReply {
  const range = parseRange(request.headers['range'], lengthBytes);
  if (range === null || treatment === 'ignored') return fileReply(entry, { from: 0, to: lengthBytes });
  if (range === 'unsatisfiable' || treatment === 'refused') return unsatisfiable(lengthBytes);
  const first = treatment === 'wrong-content-range' ? range.from + 1 : range.from;
  const contentRange = ['Content-Range', `bytes ${first}-${range.to - 1}/${lengthBytes}`] as const;
  const reply = fileReply(entry, range);
  const headers = treatment === 'no-content-range' ? reply.headers : [...reply.headers, contentRange];
  return { ...reply, status: 206, headers };
}

function fileReply(entry: CardEntry, { from, to }: { from: number; to: number }): HfsReply {
  const extension = entry.name.slice(entry.name.lastIndexOf('.') + 1).toUpperCase();
  return {
    status: 200,
    kind: 'file',
    headers: [['Content-Type', contentTypes[extension] ?? 'application/octet-stream']],
    body: { source: entry.source, from, to },
    declaredBytes: to - from,
    end: { how: 'complete' },
    delayMs: 0,
  };
}

function unsatisfiable(lengthBytes: number): HfsReply {
  const page = pageReply(416);
  return { ...page, kind: 'file', headers: [...page.headers, ['Content-Range', `bytes */${lengthBytes}`]] };
}

/** Bytes `[from, to)` of a single range; null for no range or one that is not understood (RFC 9110: ignored). */
export function parseRange(
  header: string | undefined,
  lengthBytes: number,
): { from: number; to: number } | 'unsatisfiable' | null {
  const { first = '', last = '' } =
    /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(header?.trim() ?? '')?.groups ?? {};
  if (first === '') return last === '' ? null : suffixRange(Number(last), lengthBytes);
  const from = Number(first);
  const lastByte = last === '' ? lengthBytes - 1 : Number(last);
  if (from >= lengthBytes) return 'unsatisfiable';
  return lastByte < from ? null : { from, to: Math.min(lastByte + 1, lengthBytes) };
}

function suffixRange(bytes: number, lengthBytes: number) {
  if (bytes === 0 || lengthBytes === 0) return 'unsatisfiable' as const;
  return { from: Math.max(0, lengthBytes - bytes), to: lengthBytes };
}

function headAnswer(reply: HfsReply, treatment: FaultSettings['head']): HfsAnswer {
  const answers: Record<FaultSettings['head'], HfsAnswer> = {
    works: reply,
    'not-found': notFound(),
    'not-implemented': { ...pageReply(501), kind: 'file' },
    closed: 'closed',
    'no-length': { ...reply, declaredBytes: null },
  };
  return answers[treatment];
}

function withWrongLength(reply: HfsReply, faults: FaultSettings | null): HfsReply {
  if (faults === null || reply.declaredBytes === null) return reply;
  if (faults.omitContentLength) return { ...reply, declaredBytes: null };
  return { ...reply, declaredBytes: Math.max(0, reply.declaredBytes + faults.contentLengthDelta) };
}

function transfer(device: Device, entry: CardEntry, reply: HfsReply): HfsReply {
  if (reply.status >= 400) return reply;
  const end = device.faults.endOfTransfer(pathOf(entry), reply.body.to - reply.body.from);
  return { ...reply, end, deleteFile: () => void device.card.remove(pathOf(entry)) };
}
