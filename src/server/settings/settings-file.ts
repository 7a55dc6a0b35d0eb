import { copyFile, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder, keepCopy, writeFileAtomic } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';

export const settingsFileName = 'settings.json';
const lastGoodName = `${settingsFileName}.last-good`;
const keptBadFiles = 3;

/** The whole of `settings.json`, keys of other versions and our own notes (`$...`) included. */
export type SettingsDocument = Record<string, unknown>;

/**
 * `good`: the file as it is; `absent`: there never was one; `recovered`: it is gone or could not be read, and this is
 * the last good one; `lost`: the same, and there is no good one.
 */
export interface LoadedSettings {
  state: 'good' | 'absent' | 'recovered' | 'lost';
  document: SettingsDocument;
}

/**
 * Reads `settings.json`. One that is no settings is set aside as `settings.json.bad` (then `.bad-2`, the newest three
 * are kept). Throws, with a sentence for people, when the file is there and cannot be opened: it is never taken for
 * missing.
 */
export async function loadSettings(configDir: string, log: Logger): Promise<LoadedSettings> {
  const path = join(configDir, settingsFileName);
  await removeUnfinished(configDir);
  const bytes = await readOwnFile(path);
  if (bytes) {
    const parsed = parseDocument(bytes);
    if (typeof parsed !== 'string') return { state: 'good', document: parsed };
    const kept = await setAside(configDir);
    log.error({ path, reason: parsed, kept }, 'settings cannot be read; the file is set aside');
  }
  const lastGood = await readLastGood(join(configDir, lastGoodName), log);
  if (lastGood) return { state: 'recovered', document: lastGood };
  const wasThere = (await badFiles(configDir)).length > 0;
  return { state: wasThere ? 'lost' : 'absent', document: {} };
}

/** Replaces `settings.json`, then the last good one beside it; each is whole at any moment. */
export async function saveSettings(configDir: string, document: SettingsDocument): Promise<void> {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  await writeFileAtomic(join(configDir, settingsFileName), text, 0o600);
  await writeFileAtomic(join(configDir, lastGoodName), text, 0o600);
}

/** The file's bytes, or null when there is none. Throws a sentence for people when it cannot be opened. */
async function readOwnFile(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

/** An error of opening a file, with what to do; its code stays, so that the command line reports it as the world's. */
export function unreadable(path: string, error: unknown): Error {
  const code = errnoOf(error) ?? 'EIO';
  const denied = `${path} cannot be read by this user (uid ${process.geteuid?.() ?? '?'}); change its owner, or the user that runs viofosync`;
  const words: Record<string, string> = {
    EACCES: denied,
    EPERM: denied,
    EISDIR: `${path} is a folder, and should be a file; move the folder away`,
  };
  const message = words[code] ?? `${path} cannot be read (${code})`;
  return Object.assign(new Error(message, { cause: error }), { code, syscall: 'open' });
}

/** The document, or why it is none; never the parser's own words, for they quote the file. */
function parseDocument(bytes: Buffer): SettingsDocument | string {
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return error instanceof SyntaxError ? 'it is not JSON' : 'it is not UTF-8 text';
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return 'it is not a JSON object';
  return raw as SettingsDocument;
}

async function readLastGood(path: string, log: Logger): Promise<SettingsDocument | null> {
  let parsed: SettingsDocument | string;
  try {
    parsed = parseDocument(await readFile(path));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    parsed = `it cannot be opened (${errnoOf(error) ?? 'EIO'})`;
  }
  if (typeof parsed !== 'string') return parsed;
  log.error({ path, reason: parsed }, 'the last good settings cannot be read either');
  return null;
}

/** What a write that was cut off left behind. */
async function removeUnfinished(configDir: string): Promise<void> {
  for (const name of await readdir(configDir))
    if (/^settings\.json(\.last-good)?\.[0-9a-f]{8}\.tmp$/.test(name))
      await rm(join(configDir, name), { force: true });
}

/** Returns the name it has now. */
async function setAside(configDir: string): Promise<string> {
  const bad = await badFiles(configDir);
  const number = (bad[0]?.number ?? 0) + 1;
  const name = number === 1 ? `${settingsFileName}.bad` : `${settingsFileName}.bad-${number}`;
  const [from, to] = [join(configDir, settingsFileName), join(configDir, name)];
  await rename(from, to).catch(async (error: unknown) => {
    // A file mounted by itself cannot be moved.
    if (errnoOf(error) !== 'EBUSY') throw error;
    await keepCopy(from, to);
  });
  await fsyncFolder(configDir);
  for (const old of bad.slice(keptBadFiles - 1)) await rm(join(configDir, old.name), { force: true });
  return name;
}

/** Newest first. */
async function badFiles(configDir: string): Promise<{ name: string; number: number }[]> {
  const names = await readdir(configDir);
  return names
    .flatMap((name) => {
      const match = /^settings\.json\.bad(?:-(\d{1,9}))?$/.exec(name);
      return match ? [{ name, number: Number(match[1] ?? 1) }] : [];
    })
    .toSorted((a, b) => b.number - a.number);
}

/**
 * Gives a file another name that is free; where it cannot be moved (mounted by itself), a whole copy under that name.
 * Contents and mode stay. Returns whether it was moved.
 */
export async function moveOrCopy(configDir: string, from: string, to: string): Promise<boolean> {
  const [source, target] = [join(configDir, from), join(configDir, to)];
  try {
    await rename(source, target);
    return true;
  } catch (error) {
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes(errnoOf(error) ?? '')) throw error;
    await copyFile(source, `${target}.tmp`);
    await rename(`${target}.tmp`, target);
    return false;
  } finally {
    await fsyncFolder(configDir);
  }
}
