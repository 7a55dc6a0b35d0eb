/** Whether this is a day of the calendar: `2026-06-28`. As `localDaySchema` says, for pages that need no schemas. */
export function isLocalDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
