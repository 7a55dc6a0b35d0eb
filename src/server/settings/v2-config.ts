/** Reads what the existing system's settings files hold. Pure; no input throws. */

/** Its keys as they stand there, values untouched. */
export type V2Values = ReadonlyMap<string, unknown>;

export interface V2EnvFile {
  values: V2Values;
  /** Numbers of the lines that are neither KEY=VALUE, comment nor blank. */
  malformedLines: number[];
}

/** The keys of a `config.json`, or null when it is not a JSON object. */
export function parseV2Config(bytes: Uint8Array): V2Values | null {
  try {
    const raw: unknown = JSON.parse(decodeText(bytes));
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
    return new Map(Object.entries(raw));
  } catch {
    return null;
  }
}

/** The keys of a `viofosync.env`: all text, quotes around a value removed; of a key given twice the last. */
export function parseV2Env(bytes: Uint8Array): V2EnvFile {
  const values = new Map<string, unknown>();
  const malformedLines: number[] = [];
  for (const [index, raw] of decodeText(bytes)
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, key, value] = /^(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) malformedLines.push(index + 1);
    else values.set(key, unquoted(value.trim()));
  }
  return { values, malformedLines };
}

function unquoted(text: string): string {
  const [first] = text;
  const isQuoted = text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first);
  return isQuoted ? text.slice(1, -1) : text;
}

/** UTF-8 with or without a byte-order mark; what is none was written by an old editor. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
