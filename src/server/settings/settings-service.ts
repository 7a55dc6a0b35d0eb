import { settingsSchema, type SettingKey, type Settings, type SettingsPatch } from '../../shared/settings.ts';
import type { Logger } from '../lib/logger.ts';
import { loadSettings, saveSettings, type LoadedSettings, type SettingsDocument } from './settings-file.ts';
import { v2KeysOf } from './v2-settings-plan.ts';

/** Something wrong with the settings; keys `settings:<setting>` and `settings:file`. */
export interface SettingsProblem {
  key: string;
  severity: 'warning' | 'error';
  message: string;
  advice: string;
}

export interface SettingsDeps {
  configDir: string;
  log: Logger;
  /** In force in the stead of what is stored, and never stored. */
  override?: Partial<Settings>;
  onChange(keys: SettingKey[]): void;
  /** At start once for each setting and for the file; then whenever a change mends one. */
  onProblem?(problem: SettingsProblem | { key: string; ended: true }): void;
}

/** `$passwordSet`: set-up is over, whatever becomes of the database. */
export type SettingsNote = '$passwordSet';
const passwordSet: SettingsNote = '$passwordSet';

const settingKeys = settingsSchema.keyof().options;
const defaults = settingsSchema.parse({});

/**
 * The settings of `$CONFIG_DIR/settings.json`. Only what differs from the defaults is stored; the file is replaced
 * atomically and the last good one is kept beside it. Keys of other versions are not used, and stay. So does a value
 * that cannot be used, until the user chooses another.
 */
export class SettingsService {
  private readonly deps: SettingsDeps;
  private document: SettingsDocument = {};
  private current: Settings = defaults;
  private faulty: SettingKey[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(deps: SettingsDeps) {
    this.deps = deps;
  }

  /** Throws, with a sentence for people, when the file is there and cannot be opened. */
  async start(): Promise<void> {
    const { state, document } = await loadSettings(this.deps.configDir, this.deps.log);
    this.adopt(document);
    this.tell(fileProblem(state));
    for (const key of settingKeys)
      this.tell(this.faulty.includes(key) ? valueProblem(key) : { key: `settings:${key}`, ended: true });
    if (this.faulty.length > 0)
      this.deps.log.warn({ keys: this.faulty }, 'settings have a wrong value; their default is used');
    const unknown = Object.keys(document).filter((key) => !isSettingKey(key) && !key.startsWith('$'));
    if (unknown.length > 0) this.deps.log.info({ keys: unknown }, 'settings of another version are kept');
  }

  get values(): Settings {
    return { ...this.current, ...this.deps.override };
  }

  /** The keys that are stored: they differ from the defaults, or are wrong. */
  get changed(): SettingKey[] {
    return Object.keys(this.document).filter(isSettingKey);
  }

  /** What is stored and in force: it differs from the defaults. */
  get stored(): Partial<Settings> {
    const keys = this.changed.filter((key) => !this.faulty.includes(key));
    return Object.fromEntries(keys.map((key) => [key, this.current[key]]));
  }

  /** Somebody has chosen settings here, or they were taken over from the existing system. */
  get hasOwn(): boolean {
    return Object.keys(this.document).some((key) => key !== passwordSet);
  }

  /** Whether something about this installation was noted here, beside the settings: it outlives the database. */
  isNoted(note: SettingsNote): boolean {
    return this.document[note] === true;
  }

  async note(note: SettingsNote): Promise<void> {
    await this.inTurn(() => this.storeNote(note));
  }

  private async storeNote(note: SettingsNote): Promise<void> {
    if (this.isNoted(note)) return;
    const next = { ...this.document, [note]: true };
    await saveSettings(this.deps.configDir, next);
    this.adopt(next);
  }

  /** One change at a time: each builds on the one before. */
  private async inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.writing.then(change);
    this.writing = changed.catch(() => undefined);
    await changed;
  }

  /** Applies a change; `null` returns a key to its default. On disk when the promise resolves. */
  async update(patch: SettingsPatch): Promise<Settings> {
    await this.inTurn(() => this.apply(patch));
    return this.current;
  }

  private async apply(patch: SettingsPatch): Promise<void> {
    const touched = (Object.keys(patch) as SettingKey[]).filter((key) => patch[key] !== undefined);
    const next = { ...this.document };
    for (const key of touched) {
      if (patch[key] === null || patch[key] === defaults[key]) delete next[key];
      else next[key] = patch[key];
    }
    const before = this.current;
    await saveSettings(this.deps.configDir, next);
    this.adopt(next);
    this.tell(fileProblem('good'));
    for (const key of touched.flatMap((key) => [key, ...v2KeysOf(key)]))
      this.tell({ key: `settings:${key}`, ended: true });
    const keys = touched.filter((key) => before[key] !== this.current[key]);
    if (keys.length === 0) return;
    this.deps.log.info({ keys }, 'settings changed');
    this.deps.onChange(keys);
  }

  private adopt(document: SettingsDocument): void {
    const usable: [string, unknown][] = [];
    this.faulty = [];
    for (const key of settingKeys) {
      if (!Object.hasOwn(document, key)) continue;
      const { success, data } = settingsSchema.shape[key].unwrap().safeParse(document[key]);
      if (success) usable.push([key, data]);
      else this.faulty.push(key);
    }
    this.document = document;
    this.current = settingsSchema.parse(Object.fromEntries(usable));
  }

  private tell(problem: SettingsProblem | { key: string; ended: true }): void {
    this.deps.onProblem?.(problem);
  }
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingsSchema.shape, key);
}

function valueProblem(key: SettingKey): SettingsProblem {
  const title = settingsSchema.shape[key].meta()?.['title'];
  return {
    key: `settings:${key}`,
    severity: 'warning',
    message: `The setting “${String(title)}” has a value that cannot be used; its default is in force.`,
    advice: 'Choose a value on the settings page.',
  };
}

function fileProblem(state: LoadedSettings['state']): SettingsProblem | { key: string; ended: true } {
  const key = 'settings:file';
  switch (state) {
    case 'good':
    case 'absent':
      return { key, ended: true };
    case 'recovered':
      return {
        key,
        severity: 'warning',
        message: 'settings.json is missing or could not be read; the last good settings are in force.',
        advice:
          'Look through the settings: with the next change the file is written anew. What could not be read is kept beside it as settings.json.bad.',
      };
    case 'lost':
      return {
        key,
        severity: 'error',
        message:
          'settings.json could not be read, and there is no earlier copy: every setting is at its default.',
        advice:
          'Choose the settings again: with the first change the file is written anew. What could not be read is kept beside it as settings.json.bad.',
      };
  }
}
