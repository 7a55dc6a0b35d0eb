import tzLookup from '@photostructure/tz-lookup';

/** The IANA zone of a place on land or at sea, in degrees (the boundaries of the timezone-boundary-builder, simplified). */
export function zoneAt(latitude: number, longitude: number): string {
  return tzLookup(latitude, longitude);
}
