import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AdoptionReport } from '../../shared/system.ts';
import { errnoOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import {
  loadSettings,
  moveOrCopy,
  saveSettings,
  unreadable,
  type LoadedSettings,
  type SettingsDocument,
} from './settings-file.ts';
import { parseV2Config, parseV2Env, type V2Values } from './v2-config.ts';
import { buildV2SettingsPlan, v2Keys, type V2Key, type V2SettingsPlan } from './v2-settings-plan.ts';

export interface V2SettingsAdoption {
  plan: V2SettingsPlan;
  source: 'config.json' | 'viofosync.env';
  report: AdoptionReport;
  /** Taken over in this start. */
  isNew: boolean;
}

export interface AdoptV2Options {
  configDir: string;
  log: Logger;
  now: number;
  /** What becomes of each key; another table in tests. */
  keys?: readonly V2Key[];
  /** Called between the steps of taking over; tests end the program there. */
  step?(name: 'found' | 'settings written' | 'set aside'): void | Promise<void>;
}

const configName = 'config.json';
const envName = 'viofosync.env';
/** v2 keys that were taken over already. */
const adoptedKey = '$adopted';
/** The file they came from, by the name it was to be kept under, and its contents' hash. */
const adoptedFromKey = '$adoptedFrom';
const adoptedFromSchema = z.object({
  file: z.string().regex(/^(config\.v2(-\d{1,9})?\.json|viofosync\.env)$/),
  sha256: z.string(),
  at: z.number(),
});

/**
 * Takes over the settings of the existing system, once, before ours are read: `config.json` becomes `settings.json`
 * and is then renamed `config.v2.json`; `viofosync.env` counts when there is no `config.json`, and stays. A start that
 * was cut off goes on here. At every later start, keys that this version knows for the first time are taken over from
 * the copy, unless the user chose a value himself. Settings of our own win over a `config.json` that appears later.
 * Null when there is nothing of the existing system. Throws when a file is there and cannot be opened or replaced.
 */
export async function adoptV2Settings(options: AdoptV2Options): Promise<V2SettingsAdoption | null> {
  const begun = performance.now();
  const { configDir, log } = options;
  const own = await loadSettings(configDir, log);
  const found = await findSource(configDir, own, log);
  if (!found) return null;
  await options.step?.('found');
  const plan = buildV2SettingsPlan(found.contents, options.keys);
  if (found.isLeft) plan.problems.push(leftProblem);
  const adopted = await writeSettings(options, { own, found, plan });
  await options.step?.('settings written');
  if (found.moveTo !== null) await keepOriginal(configDir, found.moveTo, log);
  await options.step?.('set aside');
  const report = reportOf(found, plan, performance.now() - begun);
  // What was told when it was taken over is not told at every start; the password matters until there is one.
  if (!found.isNew) plan.problems = plan.problems.filter(({ key }) => isStillNews(key, adopted));
  logOutcome(log, found, { plan, adopted });
  return { plan, source: found.contents.source, report, isNew: found.isNew };
}

interface Contents {
  source: V2SettingsAdoption['source'];
  values: V2Values;
  isDamaged: boolean;
  sha256: string;
  malformedLines: number[];
}

interface Found {
  contents: Contents;
  /** The name under which the original is kept; null when nothing was taken over. */
  copy: string | null;
  /** `config.json` still has to get this name. */
  moveTo: string | null;
  isNew: boolean;
  /** A `config.json` is there that is not taken over. */
  isLeft: boolean;
}

async function findSource(configDir: string, own: LoadedSettings, log: Logger): Promise<Found | null> {
  const marker = adoptedFromSchema.safeParse(own.document[adoptedFromKey]).data ?? null;
  const config = await readConfig(configDir, configName, log);
  if (!config) return findKept(configDir, marker?.file ?? null, log);
  if (marker?.sha256 === config.sha256) {
    // Cut off before the rename; or a file that cannot be moved, or was put back, and is the same as the copy.
    const kept = await findKept(configDir, marker.file, log);
    if (kept) return kept;
    return { contents: config, copy: marker.file, moveTo: marker.file, isNew: true, isLeft: false };
  }
  if (own.state === 'absent' || own.state === 'lost') {
    const name = await freeName(configDir);
    return { contents: config, copy: name, moveTo: name, isNew: true, isLeft: false };
  }
  log.warn({ file: configName }, 'there are settings already; the file of the existing system is left alone');
  const kept = marker && (await findKept(configDir, marker.file, log));
  return kept ? { ...kept, isLeft: true } : { ...nothing, isLeft: true };
}

const nothing: Found = {
  contents: { source: configName, values: new Map(), isDamaged: false, sha256: '', malformedLines: [] },
  copy: null,
  moveTo: null,
  isNew: false,
  isLeft: false,
};

/** What was taken over at an earlier start, or the env file, which needs no copy. */
async function findKept(configDir: string, marked: string | null, log: Logger): Promise<Found | null> {
  const names = marked === null ? [...(await keptNames(configDir)).toReversed(), envName] : [marked];
  for (const name of names) {
    const contents =
      name === envName ? await readEnv(configDir, log) : await readConfig(configDir, name, log);
    if (contents) return { contents, copy: name, moveTo: null, isNew: marked === null, isLeft: false };
  }
  return null;
}

/** `config.v2.json`, `config.v2-2.json`: the oldest first. */
async function keptNames(configDir: string): Promise<string[]> {
  const numbered = (await readdir(configDir)).flatMap((name) => {
    const match = /^config\.v2(?:-(\d{1,9}))?\.json$/.exec(name);
    return match ? [{ name, number: Number(match[1] ?? 1) }] : [];
  });
  return numbered.toSorted((a, b) => a.number - b.number).map(({ name }) => name);
}

async function freeName(configDir: string): Promise<string> {
  const last = (await keptNames(configDir)).at(-1);
  if (last === undefined) return 'config.v2.json';
  return `config.v2-${Number(/-(\d+)/.exec(last)?.[1] ?? 1) + 1}.json`;
}

/** A damaged one is replaced by the env file, if there is one, as far as that goes. */
async function readConfig(configDir: string, name: string, log: Logger): Promise<Contents | null> {
  const bytes = await readForeignFile(join(configDir, name), log);
  if (!bytes) return null;
  const sha256 = hashOf(bytes);
  const values = bytes.length > maxBytes ? null : parseV2Config(bytes);
  if (values) return { source: configName, values, isDamaged: false, sha256, malformedLines: [] };
  log.error({ file: name }, 'the settings of the existing system cannot be read; the file is kept');
  const env = await readEnv(configDir, log);
  return { ...(env ?? nothing.contents), isDamaged: true, sha256 };
}

async function readEnv(configDir: string, log: Logger): Promise<Contents | null> {
  const bytes = await readForeignFile(join(configDir, envName), log);
  if (!bytes || bytes.length > maxBytes) return null;
  return { source: envName, ...parseV2Env(bytes), isDamaged: false, sha256: hashOf(bytes) };
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Settings are some kilobytes; what is larger than this is not read to its end. */
const maxBytes = 16 * 1024 * 1024;

/** Null when there is no such file. Throws a sentence for people when it cannot be opened. */
async function readForeignFile(path: string, log: Logger): Promise<Buffer | null> {
  try {
    if (!(await stat(path)).isFile()) {
      log.warn({ path }, 'this is not a file, and is left alone');
      return null;
    }
    const file = await open(path);
    const chunks: Buffer[] = [];
    for await (const chunk of file.createReadStream({ end: maxBytes })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

/** Returns the v2 keys whose settings were taken over now. */
async function writeSettings(
  { configDir, keys = v2Keys, now }: AdoptV2Options,
  { own, found, plan }: { own: LoadedSettings; found: Found; plan: V2SettingsPlan },
): Promise<string[]> {
  // The last good one stands in for a file the user has yet to look at; that comes first.
  if (found.copy === null || own.state === 'recovered') return [];
  const before = adoptedKeys(own.document);
  const rows = keys.filter(
    ({ key, becomes }) => becomes === 'setting' && found.contents.values.has(key) && !before.includes(key),
  );
  if (rows.length === 0 && !found.isNew) return [];
  const document: SettingsDocument = { ...own.document };
  for (const row of rows)
    if (row.becomes === 'setting' && !Object.hasOwn(document, row.setting))
      Object.assign(document, pick(plan.settings, row.setting));
  document[adoptedKey] = [...before, ...rows.map(({ key }) => key)];
  document[adoptedFromKey] ??= { file: found.copy, sha256: found.contents.sha256, at: now };
  await saveSettings(configDir, document);
  return rows.map(({ key }) => key);
}

function pick(settings: V2SettingsPlan['settings'], key: keyof V2SettingsPlan['settings']): SettingsDocument {
  return Object.hasOwn(settings, key) ? { [key]: settings[key] } : {};
}

function adoptedKeys(document: SettingsDocument): string[] {
  return z.array(z.string()).safeParse(document[adoptedKey]).data ?? [];
}

async function keepOriginal(configDir: string, name: string, log: Logger): Promise<void> {
  const isMoved = await moveOrCopy(configDir, configName, name);
  if (isMoved) log.info({ file: name }, 'the settings file of the existing system is kept');
  else log.warn({ file: name }, 'config.json cannot be renamed; a copy is kept');
}

function isStillNews(problemKey: string, adopted: readonly string[]): boolean {
  const key = problemKey.replace(/^settings:/, '');
  return [configName, `${configName}-left`, 'WEB_PASSWORD_HASH', ...adopted].includes(key);
}

const leftProblem = {
  key: `settings:${configName}-left`,
  message:
    'There is a config.json of the existing system, and this program has settings of its own already: those are in force, and config.json is left alone.',
  advice:
    'Move config.json out of the folder. To take it over instead, stop the program, delete settings.json and settings.json.last-good, and start again.',
};

function logOutcome(
  log: Logger,
  { contents, copy, isNew }: Found,
  { plan, adopted }: { plan: V2SettingsPlan; adopted: string[] },
): void {
  if (isNew || adopted.length > 0)
    log.info(
      { source: contents.source, copy, settings: adopted },
      'settings of the existing system taken over',
    );
  for (const { key } of plan.problems)
    log.warn({ problem: key }, 'something is wrong with the settings of the existing system');
}

function reportOf({ contents, copy }: Found, plan: V2SettingsPlan, tookMs: number): AdoptionReport {
  const { source, malformedLines } = contents;
  const warnings = plan.problems.map(({ message }) => message);
  if (malformedLines.length > 0) {
    const shown = malformedLines.slice(0, 20).join(', ') + (malformedLines.length > 20 ? ' and more' : '');
    warnings.push(`Lines of ${envName} that are not KEY=VALUE: ${shown}.`);
  }
  return {
    generation: source === configName ? 'config.json (v2)' : 'viofosync.env (v1 or v2.0)',
    copy,
    lines: plan.lines,
    aside: [],
    warnings,
    tookMs: Math.round(tookMs),
  };
}
