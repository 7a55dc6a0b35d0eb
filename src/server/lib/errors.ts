import type { ErrorCode } from '../../shared/errors.ts';

/** The caller asked wrongly, or the world cannot do it now: answered with the code's status and this message. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly details: { field: string; message: string }[] | undefined;
  constructor(code: ErrorCode, message: string, details?: { field: string; message: string }[]) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The code of a system error (`ENOSPC`, `EACCES`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** An error's message in one line, for people. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
