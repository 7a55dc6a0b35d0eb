import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { importItemSchema, importSchema, maxPieceBytes, type ImportItem } from '../src/shared/imports.ts';
import type { Benchmark, BenchContext } from './bench-context.ts';
import { Figures, megabytes, type Figure } from './report.ts';
import { ServerProcess } from './server-process.ts';

/** A process at rest, with what it keeps of pieces of 8 MiB: part buffers, and what waits in sockets. */
const mostGrowthBytes = 60e6;

export const uploadBenchmark: Benchmark = {
  name: 'upload',
  about: 'a clip of 2 GB from a browser, in pieces: memory and rate',
  run: (context) => upload(context, context.quick ? 700e6 : 2e9),
};

async function upload(context: BenchContext, bytes: number): Promise<Figure[]> {
  const figures = new Figures('upload');
  const server = await ServerProcess.start({ bundle: context.bundle, folder: context.dir });
  try {
    await sendClip(server.url, { name: 'warm', bytes: 50e6 });
    const before = server.memory();
    const began = performance.now();
    const item = await sendClip(server.url, { name: 'bench', bytes });
    const seconds = (performance.now() - began) / 1000;
    const { peakBytes } = server.memory();
    const growth = Math.max(0, peakBytes - before.peakBytes);
    figures.goal(
      {
        what: `most resident memory while ${megabytes(bytes)} come in, above that of 50 MB`,
        goal: `at most ${megabytes(mostGrowthBytes)}`,
        measured: megabytes(growth),
        values: { growthBytes: growth },
      },
      growth <= mostGrowthBytes,
    );
    figures.info({
      what: 'rate, with both ends on this machine, and the outcome',
      measured: `${megabytes(bytes / seconds)}/s, peak ${megabytes(peakBytes)}, ${item.state}`,
      values: { bytesPerSecond: bytes / seconds, peakBytes },
    });
  } finally {
    await server.stop();
  }
  return figures.all;
}

/** Uploads one whole clip as the page does; its row at the end. */
export async function sendClip(
  url: string,
  { name, bytes }: { name: string; bytes: number },
): Promise<ImportItem> {
  const source = tinyMp4Source(1, bytes);
  const { id } = importSchema.parse(await post(url, '/api/uploads', { name }));
  const minute = name.length % 60;
  const path = `DCIM/Movie/2026_0628_13${String(minute).padStart(2, '0')}16_0001F.MP4`;
  const told = (await post(url, `/api/uploads/${id}/files`, {
    files: [{ path, bytes, modifiedAt: null }],
  })) as {
    items: unknown[];
  };
  let item = importItemSchema.parse(told.items[0]);
  while (item.receivedBytes < bytes && item.state !== 'failed') {
    const offset = item.receivedBytes;
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.read(offset, Math.min(bytes, offset + maxPieceBytes)))
      chunks.push(chunk);
    const response = await fetch(`${url}/api/uploads/items/${item.id}?offset=${offset}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.concat(chunks),
    });
    if (!response.ok) throw new Error(await response.text());
    item = importItemSchema.parse(await response.json());
  }
  return item;
}

async function post(url: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
