import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ClipSpec } from '../simulator/clip-source.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { clipSpec, gpsSamples, readClip, TEST_CACHE_DIR } from '../simulator/clips/test-support.ts';
import { tinyMp4Pieces, type Piece } from '../simulator/tiny-mp4.ts';
import { bufferSource } from '../src/server/lib/byte-source.ts';
import type { ByteSource } from '../src/server/lib/mp4-boxes.ts';
import { repairRecipes, type Sibling } from '../src/server/media/repair-finder.ts';
import { layOutRepair, type RepairRecipe } from '../src/server/media/repair-layout.ts';
import { readTables } from '../src/server/media/repair-tables.ts';

const gigabyte = 1024 ** 3;
const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });

/** A clip as the simulated camera writes it, ten seconds long, with GPS blocks between its pictures. */
export async function cameraClip(overrides: Partial<ClipSpec> = {}): Promise<Buffer> {
  const gps = { layout: 'payload-4c', blockBytes: 0x4000, samples: gpsSamples(10), index: true } as const;
  const source = await factory.createClip(clipSpec({ durationSeconds: 10, gps, ...overrides }));
  return readClip(source);
}

/** A clip that ffmpeg made, six seconds long: sound and pictures in turns, as another muxer would lay them. */
export async function ffmpegClip(video: 'h264' | 'hevc', flags: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'repair-'));
  try {
    const path = join(folder, 'clip.mp4');
    const codec =
      video === 'h264'
        ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '25']
        : [
            '-c:v',
            'libx265',
            '-preset',
            'ultrafast',
            '-tag:v',
            'hvc1',
            '-x265-params',
            'bframes=0:keyint=25:log-level=none',
          ];
    const inputs = [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x180:rate=25',
      '-f',
      'lavfi',
      '-i',
      'sine=sample_rate=16000',
    ];
    const out = ['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '32k', '-t', '6', ...flags, path];
    await execa('ffmpeg', ['-v', 'error', '-nostdin', ...inputs, ...codec, ...out]);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function siblingOf(bytes: Buffer, name = 'whole.MP4'): Promise<Sibling> {
  const tables = await readTables(bufferSource(bytes));
  if (!tables) throw new Error('a sibling without tables');
  return { name, tracks: tables.tracks };
}

export interface Repaired {
  recipe: RepairRecipe;
  bytes: Buffer;
}

/** The best repair of a clip; null when there is none. */
export async function repair(clip: Buffer, siblings: readonly Sibling[] = []): Promise<Repaired | null> {
  const source = bufferSource(clip);
  const list = async function* () {
    yield* await Promise.resolve(siblings);
  };
  for await (const recipe of repairRecipes(source, { siblings: list })) {
    const stamp = {
      version: 1,
      name: 'x.MP4',
      sizeBytes: clip.length,
      how: recipe.how,
      note: recipe.note,
      durationMs: 0,
    };
    const { head, extents, sizeBytes } = layOutRepair(recipe, stamp);
    const parts = extents.map(({ from, bytes }) => clip.subarray(from, from + bytes));
    const bytes = Buffer.concat([head, ...parts]);
    if (bytes.length !== sizeBytes) throw new Error('the layout says another size');
    return { recipe, bytes };
  }
  return null;
}

export interface Decoded {
  /** Pictures and pieces of sound that came out. */
  frames: number;
  sounds: number;
  /** What ffmpeg complains of when it decodes all of it. */
  errors: string;
}

/** Has ffmpeg decode all of it. */
export async function decode(bytes: Buffer | undefined): Promise<Decoded> {
  const folder = await mkdtemp(join(tmpdir(), 'repair-'));
  try {
    const path = join(folder, 'clip.mp4');
    await writeFile(path, bytes ?? Buffer.alloc(0));
    const args = [
      '-v',
      'error',
      '-nostdin',
      '-i',
      path,
      '-map',
      '0:v?',
      '-map',
      '0:a?',
      '-fps_mode',
      'passthrough',
    ];
    const run = await execa('ffmpeg', [...args, '-f', 'framecrc', '-'], { reject: false });
    const lines = run.stdout.split('\n').filter((line) => !line.startsWith('#'));
    const count = (stream: string) => lines.filter((line) => line.startsWith(stream)).length;
    const sound = /#media_type 0: audio/.test(run.stdout) ? '0,' : '1,';
    const errors = run.stderr + (run.exitCode === 0 ? '' : ` exit ${run.exitCode}`);
    return { frames: count(sound === '0,' ? '1,' : '0,'), sounds: count(sound), errors };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A clip into which somebody put a box, and told no table: as some programs do. */
export function movedClip(clip: Buffer): Buffer {
  const first = clip.readUInt32BE(0);
  const free = Buffer.alloc(0x1000);
  free.writeUInt32BE(free.length, 0);
  free.write('free', 4, 'latin1');
  return Buffer.concat([clip.subarray(0, first), free, clip.subarray(first)]);
}

/** Pieces with holes between them. */
export interface SparseFile {
  sizeBytes: number;
  pieces: readonly Piece[];
}

/** One picture each 100 MB, beyond 4 GiB, and a table that keeps only 32 bits of where; the rest is a hole. */
export function overflowing(): SparseFile & { frames: number } {
  const frames = 60;
  const [head] = tinyMp4Pieces(4096, { durationSeconds: frames, moov: 'front' });
  if (!head) throw new Error('no head');
  const sample = sampleOf(head.bytes);
  const offsets = Array.from({ length: frames }, (_, index) => 64 * 1024 + index * 100_000_000);
  const moov = spreadMoov(head.bytes, offsets);
  const ftyp = head.bytes.subarray(0, 28);
  const mdat = Buffer.alloc(16);
  mdat.writeUInt32BE(1, 0);
  mdat.write('mdat', 4, 'latin1');
  const start = ftyp.length + moov.length;
  mdat.writeBigUInt64BE(BigInt(6 * gigabyte - start), 8);
  const pieces = [
    { offset: 0, bytes: Buffer.concat([ftyp, moov, mdat]) },
    ...offsets.map((offset) => ({ offset, bytes: sample })),
  ];
  return { sizeBytes: 6 * gigabyte, pieces, frames };
}

/** The first picture of a tiny clip, with its length. */
function sampleOf(bytes: Buffer): Buffer {
  const at = bytes.indexOf('mdat', 0, 'latin1') + 4;
  return Buffer.from(bytes.subarray(at, at + 4 + bytes.readUInt32BE(at)));
}

/** The movie box with each picture in a chunk of its own. */
function spreadMoov(bytes: Buffer, offsets: readonly number[]): Buffer {
  const at = bytes.indexOf('moov', 0, 'latin1') - 4;
  const moov = Buffer.from(bytes.subarray(at, at + bytes.readUInt32BE(at)));
  const stsc = moov.indexOf('stsc', 0, 'latin1');
  moov.writeUInt32BE(1, stsc + 16);
  const stco = moov.indexOf('stco', 0, 'latin1') - 4;
  const table = Buffer.alloc(16 + offsets.length * 4);
  table.writeUInt32BE(table.length, 0);
  table.write('stco', 4, 'latin1');
  table.writeUInt32BE(offsets.length, 12);
  for (const [index, offset] of offsets.entries()) table.writeUInt32BE(offset % 2 ** 32, 16 + index * 4);
  const grown = Buffer.concat([moov.subarray(0, stco), table]);
  const more = table.length - (moov.length - stco);
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl']) {
    const head = grown.indexOf(type, 0, 'latin1') - 4;
    grown.writeUInt32BE(grown.readUInt32BE(head) + more, head);
  }
  return grown;
}

export function sparseSource({ sizeBytes, pieces }: SparseFile): ByteSource {
  return {
    sizeBytes,
    async read(offset, length) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - offset)));
      for (const piece of pieces) {
        const from = Math.max(offset, piece.offset);
        const to = Math.min(offset + bytes.length, piece.offset + piece.bytes.length);
        if (from < to) piece.bytes.copy(bytes, from - offset, from - piece.offset, to - piece.offset);
      }
      return Promise.resolve(bytes);
    },
  };
}

/** On a disk, where its holes take no room. */
export async function writeSparse(path: string, { sizeBytes, pieces }: SparseFile): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(sizeBytes);
    for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
  } finally {
    await file.close();
  }
}
