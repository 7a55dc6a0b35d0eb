import type { Camera } from '../camera/camera.ts';

/** Some bytes of a file on the camera. */
export interface RemoteBytes {
  /** Where they begin: 0 when the camera ignored the range. */
  from: number;
  bytes: Buffer;
  /** Size of the whole file; null when the camera does not tell. */
  totalBytes: number | null;
}

/** At most `to - from` bytes of a file, in one request. Rejects with a `CameraFailure`. */
export async function readRemote(
  camera: Camera,
  file: { remotePath: string; from: number; to: number },
  signal: AbortSignal,
): Promise<RemoteBytes> {
  const { remotePath, from, to } = file;
  const opened = await camera.open(remotePath, { from, to }, signal);
  const chunks: Buffer[] = [];
  let have = 0;
  try {
    for await (const chunk of opened.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      have += chunk.length;
      if (have >= to - from) break;
    }
  } finally {
    opened.body.destroy();
  }
  const bytes = Buffer.concat(chunks).subarray(0, to - from);
  return { from: opened.from, bytes, totalBytes: opened.totalBytes };
}
