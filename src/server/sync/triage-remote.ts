import type { Camera } from '../camera/camera.ts';
import type { Span } from './triage-plan.ts';
import type { ReadSpan } from './triage-read.ts';

/** The camera answers with the whole file whatever part is asked for. */
export class RangeIgnored extends Error {
  override name = 'RangeIgnored';
}

/**
 * Reads parts of one file on the camera, a request each, and breaks an answer off that is not the part asked for, so
 * that no clip comes in whole by mistake. `onBody` is told how long the bytes of each answer took, without the wait for
 * its turn. Rejects with `RangeIgnored` or a `CameraFailure`.
 */
export function spanReader(
  camera: Camera,
  remotePath: string,
  signal: AbortSignal,
  onBody?: (bytes: number, ms: number) => void,
): ReadSpan {
  return async ({ from, to }: Span, isEnough) => {
    const opened = await camera.open(remotePath, { from, to }, signal);
    const openedAt = performance.now();
    const chunks: Buffer[] = [];
    let have = 0;
    try {
      if (opened.from !== from) throw new RangeIgnored('the camera does not send parts of files');
      for await (const chunk of opened.body as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        have += chunk.length;
        if (have >= to - from || isEnough?.(chunk) === true) break;
      }
    } finally {
      opened.body.destroy();
    }
    onBody?.(have, performance.now() - openedAt);
    return {
      piece: { from, bytes: Buffer.concat(chunks).subarray(0, to - from) },
      totalBytes: opened.totalBytes,
    };
  };
}
