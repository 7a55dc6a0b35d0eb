/** What no line may hold, wherever it came from: secrets in addresses, tokens, and pairs of coordinates (0,0 instead: it may stand in a list of numbers). */
const privateParts: readonly [RegExp, string][] = [
  [/\b([a-z][a-z\d+.-]{1,20}:\/\/)[^\s/@"'\\]+@/gi, '$1[private]@'],
  [/([?&](?:[\w-]*(?:key|token|secret|password|signature|auth))=)[^&\s"'\\#]+/gi, '$1[private]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g, '$1 [private]'],
  [/-?\b\d{1,3}\.\d{3,}°?\s*[NS]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}°?/g, '0,0'],
];

/** Takes out of a text what looks like a secret or a position. JSON stays JSON. */
export function withoutPrivate(text: string): string {
  let clean = text;
  for (const [form, stead] of privateParts) clean = clean.replace(form, stead);
  return clean;
}
