/** The settings form as data, read from the schema. */
import { z } from 'zod';
import { orderClasses, type OrderClass } from '../../shared/queue.ts';
import { settingSections, settingsSchema, type SettingKey, type Settings } from '../../shared/settings.ts';
import { formatCount } from '../format.ts';
import { wordsOf, type TextKey } from '../text/text.ts';
import { settingText } from './setting-texts.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

export type SettingValue = Settings[SettingKey];

export type FieldControl =
  | { type: 'choice'; options: readonly string[] }
  | { type: 'number'; min: number | null; max: number | null; isWhole: boolean }
  | { type: 'text'; maxLength: number | null }
  | { type: 'order' }
  /** Changed on a page of its own, beside what it would delete. */
  | { type: 'rules' }
  | { type: 'switch' };

export interface SettingField {
  key: SettingKey;
  title: string;
  help: string;
  unit: string | null;
  section: string;
  /** Takes effect at the next start. */
  restart: boolean;
  /** Another setting that must be on, or name a server, for this one to have an effect. */
  needs: SettingKey | null;
  /** What to think of before it is turned on. */
  caution: string | null;
  control: FieldControl;
  defaultValue: SettingValue;
}

const metaSchema = z.object({
  unit: z.string().nullable().default(null),
  section: z.string(),
  restart: z.boolean().default(false),
});

const needs: Partial<Record<SettingKey, SettingKey>> = {
  deleteLockedAfterDownload: 'deleteAfterDownload',
  mapUrl: 'mapSource',
  mapAttribution: 'mapSource',
  geocoderUrl: 'geocoder',
  geocoderLanguage: 'geocoder',
  geocoderContact: 'geocoder',
};

const cautions = {
  deleteAfterDownload: 'cautionDelete',
  deleteLockedAfterDownload: 'cautionDeleteLocked',
  mapSource: 'cautionMap',
  geocoder: 'cautionGeocoder',
} as const satisfies Partial<Record<SettingKey, TextKey<typeof en>>>;

function cautionText(key: SettingKey): string | null {
  const caution: TextKey<typeof en> | undefined = Object.hasOwn(cautions, key)
    ? cautions[key as keyof typeof cautions]
    : undefined;
  return caution === undefined ? null : t(caution);
}

/** Choices that are as good as off. */
const offChoices = new Set<SettingValue>(['off', 'outline']);

/** Whether a setting is on: a switch, or a choice of who is asked. */
function isOn(value: SettingValue): boolean {
  return value === true || (typeof value === 'string' && !offChoices.has(value));
}

/** What to think of while a setting has this value. */
export function cautionOf({ caution }: SettingField, value: SettingValue): string | null {
  return isOn(value) ? caution : null;
}

/** Whether a setting can have an effect as the others are now. */
export function isEffective(field: SettingField, settings: Settings): boolean {
  return field.needs === null || isOn(settings[field.needs]);
}

/** Every setting with its words, its kind of control and its default. Not before the texts are there. */
export function settingFields(): SettingField[] {
  const defaults = settingsSchema.parse({});
  return settingsSchema.keyof().options.map((key) => {
    const schema = settingsSchema.shape[key];
    const meta = metaSchema.parse(schema.meta());
    return {
      key,
      ...meta,
      title: settingText(`${key}.title`),
      help: settingText(`${key}.help`),
      unit: unitWord(meta.unit),
      needs: needs[key] ?? null,
      caution: cautionText(key),
      control: controlOf(key, schema.unwrap()),
      defaultValue: defaults[key],
    };
  });
}

function unitWord(unit: string | null): string | null {
  if (unit === 'days') return t('unitDays');
  return unit === 'hours' ? t('unitHours') : unit;
}

function controlOf(key: SettingKey, schema: z.ZodType): FieldControl {
  if (schema instanceof z.ZodEnum) return { type: 'choice', options: schema.options.map(String) };
  if (schema instanceof z.ZodBoolean) return { type: 'switch' };
  if (schema instanceof z.ZodNumber) {
    const { minValue: min, maxValue: max, format } = schema;
    return { type: 'number', min, max, isWhole: format === 'safeint' };
  }
  if (schema instanceof z.ZodArray) return { type: schema.element instanceof z.ZodEnum ? 'order' : 'rules' };
  if (schema instanceof z.ZodString) return { type: 'text', maxLength: schema.maxLength };
  throw new Error(`The setting ${key} has no control`);
}

export interface SettingSection {
  id: string;
  title: string;
  fields: SettingField[];
}

const sectionTitles = wordsOf(t, {
  sync: 'sectionSync',
  archive: 'sectionArchive',
  journeys: 'sectionJourneys',
  maps: 'sectionMaps',
  media: 'sectionMedia',
  storage: 'sectionStorage',
  page: 'sectionPage',
});

export interface SearchChoices {
  /** What they are set to: it is searched as well. */
  settings?: Settings;
  /** Shown whatever is searched for: something in them waits to be saved. */
  always?: ReadonlySet<SettingKey>;
}

/** The sections that have a setting with all the words searched for in its title, help, key, section or value. */
export function searchSections(
  fields: readonly SettingField[],
  text: string,
  { settings, always }: SearchChoices = {},
): SettingSection[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = fields.filter((field) => {
    const value = settings ? valueWords(field, settings[field.key]) : '';
    const all = [field.title, field.help, field.key, field.unit ?? '', value].join(' ').toLowerCase();
    return always?.has(field.key) === true || words.every((word) => all.includes(word));
  });
  return settingSections
    .map((id) => ({
      id,
      title: sectionTitles[id],
      fields: found.filter((field) => field.section === id),
    }))
    .filter((section) => section.fields.length > 0);
}

const choiceWords: Record<string, string> = wordsOf(t, {
  daily: 'choiceDaily',
  weekly: 'choiceWeekly',
  monthly: 'choiceMonthly',
  yearly: 'choiceYearly',
  none: 'choiceNone',
  captures: 'choiceCaptures',
  drives: 'choiceDrives',
  km: 'choiceKm',
  miles: 'choiceMiles',
  outline: 'choiceOutline',
  vector: 'choiceVector',
  raster: 'choiceRaster',
  auto: 'choiceAuto',
  asked: 'choiceAsked',
  off: 'choiceOff',
  error: 'choiceError',
  warn: 'choiceWarn',
  info: 'choiceInfo',
  debug: 'choiceDebug',
});

/** A choice as its button says it. */
export function choiceLabel(option: string): string {
  return choiceWords[option] ?? option.charAt(0).toUpperCase() + option.slice(1);
}

/** What 0 means where it is more than an amount. */
const zeroWords: Partial<Record<SettingKey, string>> = wordsOf(t, {
  fetchMaxAgeDays: 'noLimit',
  retentionDays: 'noLimit',
  retentionDiskPct: 'never',
  quotaGib: 'never',
  trashHours: 'noTrash',
  diskCriticalPct: 'never',
  checkDays: 'never',
});

/** A value as a sentence says it: `10 s`, `On`, `Day`, `empty`. */
export function valueWords(field: SettingField, value: SettingValue): string {
  if (Array.isArray(value)) return listWords(field, value);
  if (typeof value === 'boolean') return t(value ? 'on' : 'off');
  if (field.control.type === 'text') return textIn(value) || t('empty');
  if (typeof value === 'string') return choiceLabel(value);
  const atZero = value === 0 ? zeroWords[field.key] : undefined;
  if (atZero !== undefined) return atZero;
  // A number without a unit, such as a port, is a name rather than a quantity.
  return field.unit === null ? String(value) : `${formatCount(value)}\u00a0${field.unit}`;
}

function listWords({ control }: SettingField, value: SettingValue & unknown[]): string {
  if (control.type === 'rules') return t(value.length > 0 ? 'some' : 'none');
  return orderWords(orderIn(value));
}

/** The text or choice that a setting holds; empty when it holds something else. */
export function textIn(value: SettingValue): string {
  return typeof value === 'string' ? value : '';
}

/** The order that a setting holds; empty when it holds something else. */
export function orderIn(value: SettingValue): OrderClass[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => (typeof each === 'string' ? each : []));
}

/** The order as a sentence says it: by what comes first. */
function orderWords(order: readonly OrderClass[]): string {
  const first = order[0];
  return first === undefined ? t('empty') : t('comesFirst', { what: orderClassWords[first].toLowerCase() });
}

/** Whether two values are the same setting. */
export function isSameValue(a: SettingValue | null, b: SettingValue | null): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}

export const orderClassWords = wordsOf(t, {
  locked: 'orderLocked',
  event: 'orderEvent',
  overwrite: 'orderOverwrite',
  newest: 'orderNewest',
  earlier: 'orderEarlier',
  parking: 'orderParking',
  unclassified: 'orderUnclassified',
  photo: 'orderPhoto',
});

/** The order with a class moved to the place of another one. */
export function movedTo(order: readonly OrderClass[], moved: OrderClass, place: number): OrderClass[] {
  const others = order.filter((each) => each !== moved);
  const at = Math.max(0, Math.min(others.length, place));
  return [...others.slice(0, at), moved, ...others.slice(at)];
}

/** The order with a class switched on or off; one that is switched on comes where it is by default. */
export function switched(order: readonly OrderClass[], changed: OrderClass): OrderClass[] {
  if (order.includes(changed)) return order.filter((each) => each !== changed);
  const rank = orderClasses.indexOf(changed);
  const before = order.findIndex((each) => orderClasses.indexOf(each) > rank);
  return movedTo(order, changed, before === -1 ? order.length : before);
}

/** The classes that have no place of their own. */
export function switchedOff(order: readonly OrderClass[]): OrderClass[] {
  return orderClasses.filter((each) => !order.includes(each));
}
