/** The settings form as data, read from the schema. */
import { z } from 'zod';
import { settingSections, settingsSchema, type SettingKey } from '../../shared/settings.ts';

export type SettingValue = string | number | boolean;

export type FieldControl =
  | { type: 'choice'; options: readonly string[] }
  | { type: 'number'; min: number | null; max: number | null; isWhole: boolean }
  | { type: 'text'; maxLength: number | null }
  | { type: 'switch' };

export interface SettingField {
  key: SettingKey;
  title: string;
  help: string;
  unit: string | null;
  section: string;
  /** Takes effect at the next start. */
  restart: boolean;
  control: FieldControl;
  defaultValue: SettingValue;
}

const metaSchema = z.object({
  title: z.string(),
  help: z.string().default(''),
  unit: z.string().nullable().default(null),
  section: z.string(),
  restart: z.boolean().default(false),
});

/** Every setting with its words, its kind of control and its default. */
export function settingFields(): SettingField[] {
  const defaults = settingsSchema.parse({});
  return settingsSchema.keyof().options.map((key) => {
    const schema = settingsSchema.shape[key];
    return {
      key,
      ...metaSchema.parse(schema.meta()),
      control: controlOf(key, schema.unwrap()),
      defaultValue: defaults[key],
    };
  });
}

function controlOf(key: SettingKey, schema: z.ZodType): FieldControl {
  if (schema instanceof z.ZodEnum) return { type: 'choice', options: schema.options.map(String) };
  if (schema instanceof z.ZodBoolean) return { type: 'switch' };
  if (schema instanceof z.ZodNumber) {
    const { minValue: min, maxValue: max, format } = schema;
    return { type: 'number', min, max, isWhole: format === 'safeint' };
  }
  if (schema instanceof z.ZodString) return { type: 'text', maxLength: schema.maxLength };
  throw new Error(`The setting ${key} has no control`);
}

export interface SettingSection {
  id: string;
  title: string;
  fields: SettingField[];
}

/** The sections that have a setting with all the words searched for in its title, help or key. */
export function searchSections(fields: readonly SettingField[], text: string): SettingSection[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = fields.filter((field) => {
    const all = `${field.title} ${field.help} ${field.key} ${field.unit ?? ''}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return settingSections
    .map((section) => ({ ...section, fields: found.filter((field) => field.section === section.id) }))
    .filter((section) => section.fields.length > 0);
}

const choiceWords: Record<string, string> = {
  daily: 'Day',
  weekly: 'Week',
  monthly: 'Month',
  yearly: 'Year',
  none: 'All in one',
};

/** A choice as its button says it. */
export function choiceLabel(option: string): string {
  return choiceWords[option] ?? option.charAt(0).toUpperCase() + option.slice(1);
}

/** A value as a sentence says it: `10 s`, `On`, `Day`, `empty`. */
export function valueWords(field: SettingField, value: SettingValue): string {
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (field.control.type === 'text') return value === '' ? 'empty' : String(value);
  if (typeof value === 'string') return choiceLabel(value);
  // A number without a unit, such as a port, is a name rather than a quantity.
  return field.unit === null ? String(value) : `${value.toLocaleString()}\u00a0${field.unit}`;
}
