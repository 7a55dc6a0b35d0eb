import type { Readable } from 'node:stream';
import { maxPieceBytes } from '../../shared/imports.ts';
import type { ImportItemRow } from '../db/schema-media.ts';
import { AppError, messageOf } from '../lib/errors.ts';

/** The next bytes of a file, as a request brings them. */
export interface UploadPiece {
  offset: number;
  body: Readable;
  /** As the request says; null when it does not. */
  length: number | null;
}

/** A sender that says nothing for so long is gone. */
const silenceMs = 60_000;

export const wantedOffset = (offset: number): AppError =>
  new AppError('conflict', `The next byte that is wanted is ${offset}.`, [
    { field: 'offset', message: String(offset) },
  ]);

export function refuseTooMuch(item: ImportItemRow, { offset, length }: UploadPiece): void {
  if (length !== null && length > maxPieceBytes)
    throw new AppError('invalid', `A piece has at most ${maxPieceBytes} bytes, this one ${length}.`);
  if (length !== null && offset + length > item.bytes)
    throw new AppError('invalid', `The file was said to have ${item.bytes} bytes; these would be more.`);
}

/** Of a piece that did not announce its length. What came before it stays. */
export function tooMuch(item: ImportItemRow, { offset }: UploadPiece): AppError {
  const why =
    offset + maxPieceBytes < item.bytes
      ? `A piece has at most ${maxPieceBytes} bytes`
      : `The file was said to have ${item.bytes} bytes`;
  return new AppError('invalid', `${why}; more came. The piece was refused, the next byte is ${offset}.`, [
    { field: 'offset', message: String(offset) },
  ]);
}

/** The sender went away, or said nothing any more. */
export class SenderGone extends Error {
  override name = 'SenderGone';
}

/** The bytes of a request as they come; ends with a `SenderGone`, or with the signal's reason. */
export async function* chunksOf(body: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const silence = setTimeout(() => body.destroy(new SenderGone('Nothing came any more.')), silenceMs).unref();
  const giveUp = (): void => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    for await (const chunk of bytesOf(body)) {
      silence.refresh();
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SenderGone
      ? error
      : new SenderGone(`The transfer ended early (${messageOf(error)}).`, { cause: error });
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', giveUp);
  }
}

/** Whoever leaves off reading may still be answered: the body is not destroyed with the loop. */
const bytesOf = (body: Readable): AsyncIterable<Uint8Array> => body.iterator({ destroyOnReturn: false });

/** A sender that is refused hears the answer only when it could send what it was at. */
const restMs = 5000;

/** Reads the rest of a piece that is refused, and no more than one piece; never rejects. */
export async function passOver(body: Readable): Promise<void> {
  const end = setTimeout(() => body.destroy(), restMs).unref();
  try {
    let bytes = 0;
    for await (const chunk of bytesOf(body)) {
      bytes += chunk.length;
      if (bytes > maxPieceBytes) break;
    }
  } catch {
    // The sender is gone: nobody waits for the answer.
  } finally {
    clearTimeout(end);
    body.destroy();
  }
}
