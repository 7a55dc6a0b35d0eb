/** Distances and speeds as the user wants to read them. */
import type { Settings } from '../../shared/settings.ts';

export type DistanceUnits = Settings['distanceUnits'];

const nbsp = '\u00a0';
const metresOf = { km: 1000, miles: 1609.344 } as const;
const distanceWord = { km: 'km', miles: 'mi' } as const;
const speedWord = { km: 'km/h', miles: 'mph' } as const;

/** `0.8 km`, `19 km`, `1,204 mi`: one digit after the point below ten. */
export function formatDistance(metres: number, units: DistanceUnits, locale?: string): string {
  const value = metres / metresOf[units];
  const text = value.toLocaleString(locale, { maximumFractionDigits: value < 9.95 ? 1 : 0 });
  return `${text}${nbsp}${distanceWord[units]}`;
}

/** `62 km/h`, `38 mph`, of metres a second. */
export function formatDriven(metresPerSecond: number, units: DistanceUnits, locale?: string): string {
  const value = (metresPerSecond * 3600) / metresOf[units];
  return `${value.toLocaleString(locale, { maximumFractionDigits: 0 })}${nbsp}${speedWord[units]}`;
}
