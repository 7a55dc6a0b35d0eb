import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsSchema, type SettingKey, type Settings, type SettingsPatch } from '../../shared/settings.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { keepCopy, writeFileAtomic } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';

export const settingsFileName = 'settings.json';

export interface SettingsDeps {
  configDir: string;
  log: Logger;
  onChange(keys: SettingKey[]): void;
}

/**
 * The settings of `$CONFIG_DIR/settings.json`. Only what differs from the defaults is stored; the file is replaced
 * atomically and the last good one is kept beside it. A file that cannot be read is never overwritten unseen: the
 * copy is used, and the bad one is kept.
 */
export class SettingsService {
  private readonly deps: SettingsDeps;
  private readonly path: string;
  private current: Settings = settingsSchema.parse({});
  private stored: Partial<Settings> = {};
  private writing: Promise<void> = Promise.resolve();

  constructor(deps: SettingsDeps) {
    this.deps = deps;
    this.path = join(deps.configDir, settingsFileName);
  }

  async start(): Promise<void> {
    const stored = (await this.read(this.path)) ?? (await this.recover());
    this.adopt(stored);
  }

  get values(): Settings {
    return this.current;
  }

  /** The keys that differ from the defaults. */
  get changed(): SettingKey[] {
    return Object.keys(this.stored) as SettingKey[];
  }

  /** Applies a change; `null` returns a key to its default. On disk when the promise resolves. */
  async update(patch: SettingsPatch): Promise<Settings> {
    const change = this.writing.then(() => this.apply(patch));
    this.writing = change.catch(() => undefined);
    await change;
    return this.current;
  }

  private async apply(patch: SettingsPatch): Promise<void> {
    const defaults = settingsSchema.parse({});
    const merged = Object.entries({ ...this.stored, ...patch }).filter(
      ([key, value]) => value !== null && value !== undefined && value !== defaults[key as SettingKey],
    );
    const next = Object.fromEntries(merged);
    const before = this.current;
    await writeFileAtomic(this.path, `${JSON.stringify(next, null, 2)}\n`, 0o600);
    await keepCopy(this.path, `${this.path}.last-good`);
    this.adopt(next);
    const keys = (Object.keys(patch) as SettingKey[]).filter((key) => before[key] !== this.current[key]);
    if (keys.length === 0) return;
    this.deps.log.info({ keys }, 'settings changed');
    this.deps.onChange(keys);
  }

  private adopt(stored: Partial<Settings>): void {
    this.stored = stored;
    this.current = settingsSchema.parse(stored);
  }

  /** Null when there is no such file. Unknown keys are kept out, wrong values replaced by the default, with a warning. */
  private async read(path: string): Promise<Partial<Settings> | null> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
    try {
      return this.keepValid(JSON.parse(text) as unknown, path);
    } catch (error) {
      await keepCopy(path, `${path}.bad`);
      this.deps.log.error(
        { path, reason: messageOf(error) },
        'settings cannot be read; a copy is kept as settings.json.bad',
      );
      return null;
    }
  }

  private async recover(): Promise<Partial<Settings>> {
    const copy = await this.read(`${this.path}.last-good`);
    return copy ?? {};
  }

  private keepValid(raw: unknown, path: string): Partial<Settings> {
    if (typeof raw !== 'object' || raw === null) throw new Error('it is not a JSON object');
    const kept: [string, unknown][] = [];
    for (const [key, value] of Object.entries(raw)) {
      const schema = Object.hasOwn(settingsSchema.shape, key)
        ? settingsSchema.shape[key as SettingKey]
        : undefined;
      if (schema?.safeParse(value).success) kept.push([key, value]);
      else
        this.deps.log.warn({ path, key }, 'a setting is unknown or has a wrong value; its default is used');
    }
    // Each value was checked against its schema above.
    return Object.fromEntries(kept) as Partial<Settings>;
  }
}
