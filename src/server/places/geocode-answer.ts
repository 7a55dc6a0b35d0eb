/** What answers of geocoders mean. Pure; no input throws. */
import { z } from 'zod';

const textsSchema = z.record(z.string(), z.unknown());
const nominatimSchema = z.object({
  error: z.unknown().optional(),
  display_name: z.string().optional().catch(undefined),
  address: textsSchema.optional().catch(undefined),
});
const photonSchema = z.object({ features: z.array(z.object({ properties: textsSchema })).max(1000) });

const nominatimStreets = ['road', 'pedestrian', 'residential', 'suburb', 'neighbourhood', 'hamlet'];
const nominatimTowns = ['town', 'city', 'village', 'municipality', 'county'];

/** The label `street, town` of an answer; empty when nothing is known there; null when it is no answer. */
export function labelOf(geocoder: 'nominatim' | 'photon', answer: unknown): string | null {
  return geocoder === 'nominatim' ? nominatimLabel(answer) : photonLabel(answer);
}

function nominatimLabel(answer: unknown): string | null {
  const parsed = nominatimSchema.safeParse(answer);
  if (!parsed.success) return null;
  const { error, address, display_name: name } = parsed.data;
  if (error !== undefined) return '';
  if (!address && name === undefined) return null;
  const of = address ?? {};
  const parts = name?.split(',').slice(0, 2) ?? [];
  return joined(firstOf(of, nominatimStreets), firstOf(of, nominatimTowns)) ?? joined(...parts) ?? '';
}

function photonLabel(answer: unknown): string | null {
  const parsed = photonSchema.safeParse(answer);
  if (!parsed.success) return null;
  const of = parsed.data.features[0]?.properties;
  if (!of) return '';
  const isA = (type: string) => (of['type'] === type ? ['name'] : []);
  const street = firstOf(of, ['street', ...isA('street'), 'locality', 'district']);
  const town = firstOf(of, ['city', ...isA('city'), 'county']);
  return joined(street, town) ?? joined(firstOf(of, ['name'])) ?? '';
}

/** The first of these fields that holds a text. */
function firstOf(of: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = of[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}

const longest = 200;

function joined(...parts: (string | undefined)[]): string | null {
  const some = parts.map((part) => part?.trim() ?? '').filter((part) => part !== '');
  return some.length === 0 ? null : [...new Set(some)].join(', ').slice(0, longest);
}
