import { importItemSchema, maxUploadFiles, type Import, type ImportItem } from '../../shared/imports.ts';
import { routes } from '../../shared/routes.ts';
import { ApiError, call, readError, urlOf } from '../api.ts';
import { fullStop } from '../format.ts';
import { t } from './texts.ts';
import { partsOf, waitMs, type Chosen } from './upload-plan.ts';

/** The server wants another byte next than the one that was sent. */
export class OtherOffset extends Error {
  override name = 'OtherOffset';
  readonly offset: number;
  constructor(offset: number) {
    super(`The next byte that is wanted is ${offset}`);
    this.offset = offset;
  }
}

/** Sends the next bytes of a file. Throws an `OtherOffset`, an `ApiError`, or what aborted it. */
export async function sendPiece(
  itemId: number,
  { offset, bytes, signal }: { offset: number; bytes: ArrayBuffer; signal: AbortSignal },
): Promise<ImportItem> {
  const route = routes.sendUploadPiece;
  const response = await fetch(urlOf(route, { params: { id: itemId }, query: { offset } }), {
    method: route.method,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new ApiError('unreachable', fullStop(t('serverAway')));
  });
  if (response.ok) return importItemSchema.parse(await response.json());
  const error = await readError(response);
  const wanted = error.details.find(({ field }) => field === 'offset');
  throw error.code === 'conflict' && wanted ? new OtherOffset(Number(wanted.message)) : error;
}

const passing: ReadonlySet<ApiError['code']> = new Set([
  'unreachable',
  'unavailable',
  'starting',
  'slow_down',
  'unauthenticated',
]);
/** Something in the server broke: it may be once, but not for ever. */
const mostBroken = 5;

interface Patience {
  signal: AbortSignal;
  /** Why it waits; null once it goes on. */
  onWait: (message: string | null) => void;
}

/** Does it again, at growing intervals, for as long as the server does not answer or cannot do it. */
export async function patiently<T>(work: () => Promise<T>, { signal, onWait }: Patience): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await work();
      if (attempt > 0) onWait(null);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ApiError) || !mayPass(error, attempt)) throw error;
      onWait(error.message);
      await rest(waitMs(attempt), signal);
    }
  }
}

const mayPass = ({ code }: ApiError, attempt: number): boolean =>
  passing.has(code) || (code === 'internal' && attempt < mostBroken);

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error('It was stopped'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** A file with what the server knows of it. */
export interface Told {
  item: ImportItem;
  file: File;
}

/** Tells the server of files, some at a time; `onTold` hears how many it knows of by now. */
export async function tellFiles(
  importId: number,
  chosen: readonly Chosen[],
  { signal, onWait, onTold }: Patience & { onTold: (files: number) => void },
): Promise<Told[]> {
  const told: Told[] = [];
  for (const part of partsOf(chosen, maxUploadFiles)) {
    const files = part.map(({ path, file }) => ({
      path,
      bytes: file.size,
      modifiedAt: Math.max(0, Math.round(file.lastModified)),
    }));
    const tell = () => call(routes.addUploadFiles, { params: { id: importId }, body: { files } }, { signal });
    const { items } = await patiently(tell, { signal, onWait });
    told.push(
      ...items.flatMap((item, index) => {
        const file = part[index]?.file;
        return file ? { item, file } : [];
      }),
    );
    onTold(told.length);
  }
  return told;
}

const pageSize = 500;

/** The files that an upload still waits for. */
export async function unfinishedItems({ id }: Import): Promise<ImportItem[]> {
  const all: ImportItem[] = [];
  for (const state of ['coming', 'planned'] as const) {
    for (let offset = 0, total = 1; offset < total; offset += pageSize) {
      const query = { state, limit: pageSize, offset };
      const page = await call(routes.listImportItems, { params: { id }, query });
      all.push(...page.items);
      ({ total } = page);
    }
  }
  return all;
}
