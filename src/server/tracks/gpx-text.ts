/**
 * A name that somebody gave, as a file has it: on one line, without control characters and halves of characters, which
 * XML forbids and other programs stumble over.
 */
export function plainName(name: string): string {
  return name
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '')
    .trim();
}

/** Text for an XML document: marked characters escaped, those that XML forbids left out. */
export function escapeXml(text: string): string {
  return Array.from(text)
    .filter(isAllowed)
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** XML 1.0 has no control characters but these three, and no halves of characters. */
function isAllowed(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

/** Degrees with seven decimals, a centimetre; never in the form `1e-7`. */
export const degreesText = (degrees: number): string => trimmed(degrees.toFixed(7));

/** A number with at most so many decimals. */
export const decimalText = (value: number, decimals: number): string => trimmed(value.toFixed(decimals));

const trimmed = (text: string): string => {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
};

/** A course within 0 (included) and 360 (excluded), as the schemas want it. */
export function courseText(degrees: number): string {
  const rounded = Math.round(degrees * 100) / 100;
  return decimalText(((rounded % 360) + 360) % 360, 2);
}

/** `2026-06-28T12:34:16Z`, with milliseconds where there are some. */
export const utcText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
