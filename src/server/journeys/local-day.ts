const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in an IANA zone: `2026-06-28`. */
export function localDayAt(at: number, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    // A calendar of years, months and days whatever the machine's language is.
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const [year, month, day] = [parts.get('year'), parts.get('month'), parts.get('day')];
  return `${(year ?? '').padStart(4, '0')}-${month ?? '01'}-${day ?? '01'}`;
}
