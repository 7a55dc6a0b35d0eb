/** The rules as they are being changed, before they are saved. */
import { channels, clipKinds, type Channel, type ClipKind } from '../../shared/clips.ts';
import { retentionSettingKeys } from '../../shared/retention.ts';
import {
  settingsPatchSchema,
  settingsSchema,
  type RetentionRule,
  type Settings,
  type SettingsPatch,
} from '../../shared/settings.ts';
import { t } from './texts.ts';

/** The settings that the page edits: those that decide what goes, and two that a preview does not depend on. */
export const draftKeys = [...retentionSettingKeys, 'trashHours', 'diskCriticalPct'] as const;
export type DraftKey = (typeof draftKeys)[number];
export type RuleSettings = Pick<Settings, DraftKey>;
/** Only what is to be different. */
export type Draft = Partial<RuleSettings>;

/** The settings as they would be with the draft saved. */
export function withDraft(settings: RuleSettings, draft: Draft): RuleSettings {
  return { ...settings, ...draft };
}

/** The draft with one more change; what is as it was before does not count as one. */
export function changed<K extends DraftKey>(
  draft: Draft,
  settings: RuleSettings,
  key: K,
  value: RuleSettings[K],
): Draft {
  const { [key]: _, ...others } = draft;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left of a draft is one
  const rest = others as Draft;
  return isSame(settings[key], value) ? rest : { ...rest, [key]: value };
}

/** The draft without the changes that have come into force meanwhile. */
export function unsaved(draft: Draft, settings: RuleSettings): Draft {
  let left: Draft = draft;
  for (const key of draftKeys) {
    if (key in draft && isSame(draft[key], settings[key])) left = without(left, key);
  }
  return left;
}

function without(draft: Draft, key: DraftKey): Draft {
  const copy = { ...draft };
  delete copy[key];
  return copy;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function isEmpty(draft: Draft): boolean {
  return Object.keys(draft).length === 0;
}

/** The part of the draft on which the preview depends. */
export function decisive(draft: Draft): SettingsPatch {
  return Object.fromEntries(
    retentionSettingKeys.filter((key) => draft[key] !== undefined).map((key) => [key, draft[key]]),
  );
}

export interface DraftErrors {
  /** By setting. */
  fields: Partial<Record<DraftKey, string>>;
  /** By the place of a rule in the list. */
  rules: ReadonlyMap<number, string>;
}

/** What is wrong with a draft; nothing when both are empty. */
export function draftErrors(draft: Draft): DraftErrors {
  const fields: Partial<Record<DraftKey, string>> = {};
  const rules = new Map<number, string>();
  const { error } = settingsPatchSchema.safeParse(draft);
  for (const issue of error?.issues ?? []) {
    const key = draftKeys.find((each) => each === issue.path[0]);
    if (key === undefined) continue;
    const place = issue.path[1];
    const message = issue.code === 'custom' ? issue.message : rangeWords(key);
    if (key === 'retentionRules' && typeof place === 'number') rules.set(place, message);
    else if (key === 'retentionRules')
      for (const at of doubles(draft.retentionRules ?? [])) rules.set(at, message);
    else fields[key] ??= message;
  }
  return { fields, rules };
}

export function hasErrors({ fields, rules }: DraftErrors): boolean {
  return Object.keys(fields).length > 0 || rules.size > 0;
}

/** The bounds of a number as its schema has them. */
export function boundsOf(key: DraftKey): { min: number; max: number; isWhole: boolean } | null {
  const schema = settingsSchema.shape[key].unwrap();
  if (!('minValue' in schema)) return null;
  const { minValue, maxValue, format } = schema;
  return { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER, isWhole: format === 'safeint' };
}

function rangeWords(key: DraftKey): string {
  const bounds = boundsOf(key === 'retentionRules' ? 'retentionDays' : key);
  if (!bounds) return t('cannotBeSaved');
  return t(bounds.isWhole ? 'typeWhole' : 'typeNumber', { min: bounds.min, max: bounds.max });
}

/** Places of rules for the same clips as an earlier one. */
function doubles(rules: readonly RetentionRule[]): number[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    const key = `${rule.cameraId} ${rule.kind} ${rule.channel}`;
    if (seen.has(key)) return [index];
    seen.add(key);
    return [];
  });
}

/** A rule to begin with: the first kind that has none of its own. */
export function newRule(rules: readonly RetentionRule[]): RetentionRule {
  const order: ClipKind[] = ['parking', 'event', 'normal', 'unclassified'];
  const isFree = (kind: ClipKind) =>
    !rules.some((rule) => rule.kind === kind && rule.channel === null && rule.cameraId === null);
  return { cameraId: null, kind: order.find(isFree) ?? null, channel: null, days: 7 };
}

interface Scope {
  cameraId: number;
  kind: ClipKind;
  channel: Channel;
}

/** The rule that decides for some clips: the one that names most of them, of equals the earlier. */
function ruleFor(rules: readonly RetentionRule[], scope: Scope): RetentionRule | null {
  let best: { rule: RetentionRule; named: number } | null = null;
  for (const rule of rules) {
    const names = [
      [rule.cameraId, scope.cameraId],
      [rule.kind, scope.kind],
      [rule.channel, scope.channel],
    ] as const;
    if (names.some(([named, is]) => named !== null && named !== is)) continue;
    const named = names.filter(([each]) => each !== null).length;
    if (!best || named > best.named) best = { rule, named };
  }
  return best?.rule ?? null;
}

/** How long some clips are kept; `always`: no rule of any kind deletes them. */
function termFor(settings: RuleSettings, scope: Scope): { days: number; always: boolean } {
  const rule = ruleFor(settings.retentionRules, scope);
  const days = rule?.days ?? settings.retentionDays;
  return { days: days === 0 ? Infinity : days, always: rule?.days === 0 };
}

/** Whether rules may delete something after the change that they left before. */
export function isStricter(before: RuleSettings, after: RuleSettings): boolean {
  return limitChecks.some((check) => check(before, after)) || isShorter(before, after);
}

type Check = (before: RuleSettings, after: RuleSettings) => boolean;
const limitChecks: readonly Check[] = [
  (before, after) => isLower(before.retentionDiskPct, after.retentionDiskPct),
  (before, after) => isLower(before.quotaGib, after.quotaGib),
  (before, after) => after.retentionFloorDays < before.retentionFloorDays,
  (before, after) => after.retentionFloorGb < before.retentionFloorGb,
  (before, after) => after.retentionMaxSharePct > before.retentionMaxSharePct,
  (before, after) => after.trashHours < before.trashHours,
  (before, after) => before.protectLocked && !after.protectLocked,
  (before, after) => before.retentionWhole === 'drives' && after.retentionWhole === 'captures',
];

/** Of limits of which 0 means none. */
function isLower(before: number, after: number): boolean {
  return after > 0 && (before === 0 || after < before);
}

function isShorter(before: RuleSettings, after: RuleSettings): boolean {
  const named = [...before.retentionRules, ...after.retentionRules].map(({ cameraId }) => cameraId);
  const cameraIds = [...new Set([...named.filter((each) => each !== null), 0])];
  return cameraIds.some((cameraId) =>
    clipKinds.some((kind) =>
      channels.some((channel) => {
        const [was, is] = [before, after].map((each) => termFor(each, { cameraId, kind, channel }));
        return was !== undefined && is !== undefined && (is.days < was.days || (was.always && !is.always));
      }),
    ),
  );
}
