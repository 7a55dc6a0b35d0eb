import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../lib/errors.ts';
import { blockingCalls } from './folder-calls.ts';
import { FolderReader } from './folder-reader.ts';
import type {
  FolderReply,
  FolderRequest,
  FolderThreadData,
  MeasuredSome,
  MeasureOrder,
} from './folder-source.ts';
import { prepareFirst } from './scan-first-plan.ts';

/** The start of a thread that reads folders for `ThreadSource`, until it is ended. */
// Written by folder-source.ts of the same build.
const { root, cameras } = workerData as FolderThreadData;
const reader = new FolderReader(root, blockingCalls);

parentPort?.on('message', (request: FolderRequest) => void answer(request));

async function answer(request: FolderRequest): Promise<void> {
  const { id } = request;
  try {
    if (request.kind === 'read') say({ id, ...(await read(request)) });
    else say({ id, ...(await measure(request)) });
  } catch (error) {
    say({ id, failure: messageOf(error) });
  }
}

async function read({ orders, now }: Extract<FolderRequest, { kind: 'read' }>) {
  const readings = await reader.read(orders, now);
  return cameras === null ? { readings, batches: [] } : prepareFirst(readings, cameras);
}

async function measure({ folder, names, companions }: MeasureOrder): Promise<MeasuredSome> {
  const measured = await reader.measure(folder, names);
  const clips = names.slice(0, measured.sizes.length);
  const reading = { path: folder, clips, companions: companions ?? [], measured, prepared: null };
  const isWanted = cameras !== null && companions !== null;
  const { readings, batches } = isWanted
    ? prepareFirst([reading], cameras)
    : { readings: [reading], batches: [] };
  return { measured, prepared: null, ...readings[0], batches };
}

function say(reply: FolderReply): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(reply);
}
