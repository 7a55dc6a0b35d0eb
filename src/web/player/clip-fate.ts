import { readError, type ApiError } from '../api.ts';
import { t } from '../texts.ts';
import type { Fate } from './player-engine.ts';

const goneCodes = new Set<ApiError['code']>(['not_found', 'conflict']);

/** Asks for the first byte of what did not play, and so learns whether the clip, the server or the browser is at fault. */
export async function fateOf(address: string): Promise<Fate> {
  let response: Response;
  try {
    response = await fetch(address, { headers: { range: 'bytes=0-0' } });
  } catch {
    return { kind: 'away', message: t('noAnswer') };
  }
  void response.body?.cancel().catch(() => undefined);
  if (response.ok) return { kind: 'there' };
  const error = await readError(response);
  return goneCodes.has(error.code) ? { kind: 'gone' } : { kind: 'away', message: error.message };
}
