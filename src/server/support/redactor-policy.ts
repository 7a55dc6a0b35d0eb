/** A text that must not leave the house, and what stands for it: `place-3`. */
export interface PrivateText {
  text: string;
  stead: string;
}

/** Values under these names are left out whatever they are. */
const privateNames =
  /^(lat|lon|latitude|longitude|positions?|points?|coordinates|outline|password|passphrase|token|secret|cookie|authorization|ssid|serial(number)?|user(name)?|owner|note|label|tag|agent|useragent|email|contact)$/i;

/** `startedAt`, `journey_box`: no name of a person's choice is looked for in them. */
const ownName = /^[a-z][a-zA-Z\d]*(_[a-z\d]+)*$/;

/** Known texts of at least so many letters are found within words too. */
const longEnough = 5;

const hostEndings =
  'local|lan|home|internal|intranet|localdomain|box|arpa|corp|private|com|net|org|info|biz|io|dev|cloud|xyz|online|site|tech|eu|de|uk|fr|nl|ch|es|pl|cz|se|dk|fi|au|ca|jp|cn|ru|br|nz|ie|pt|gr|hu|ro|tv|cc';

const forms = {
  url: /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>\\]+/gi,
  email: /[^\s@"'<>:;,()]+@[^\s@"'<>:;,()]+\.[a-z\d-]+/gi,
  mac: /\b[\da-f]{2}(?:[:-][\da-f]{2}){5}\b/gi,
  ipv4: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  ipv6: /(?<![\w:])(?:[\da-f]{1,4}:){2,7}[\da-f]{0,4}(?:%\w+)?(?![\w:])|(?<![\w:])[\da-f]{0,4}::(?:[\da-f]{1,4}:){0,6}[\da-f]{1,4}(?:%\w+)?(?![\w:])/gi,
  host: new RegExp(
    `(?<![\\w/.-])(?:[a-z\\d_](?:[a-z\\d_-]*[a-z\\d])?\\.)+(?:${hostEndings})\\b(?![\\w(/])`,
    'gi',
  ),
  sought: /\b((?:ENOTFOUND|EAI_AGAIN|getaddrinfo \w+|queryA?A* \w+)\s+)([\w.-]+)/g,
  positions: /[-+]?\b\d{1,3}\.\d{3,}°?(?:\s*[NSEW]\b)?\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{3,}(?:°?\s*[NSEW]\b|°)?/g,
  position: /\b(lat|lon|lng|latitude|longitude)(["'\s:=]+)[-+]?\d+(?:\.\d+)?/gi,
  wifi: /\bVIOFO[_-][\w-]+/gi,
  userFolder: /(\/(?:home|Users|homes|media|run\/media)\/)[^/\s"':]+/g,
  token: /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{24,}\b/gi,
};

/**
 * Takes everything private out of texts: what is known by its words, and what is private by its form. The same thing
 * has the same name in all texts of one redactor, so that it can be followed.
 */
export class Redactor {
  private readonly known: ReadonlyMap<string, string>;
  private readonly pattern: RegExp | null;
  private readonly numbered = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(known: readonly PrivateText[]) {
    const usable = known
      .map(({ text, stead }) => ({ text: text.trim().toLowerCase(), stead }))
      .filter(({ text }) => text.length >= 2)
      .toSorted((a, b) => b.text.length - a.text.length);
    this.known = new Map(usable.toReversed().map(({ text, stead }) => [text, stead]));
    this.pattern = patternOf([...new Set(usable.map(({ text }) => text))]);
  }

  /** A text for other eyes. */
  text(text: string): string {
    return this.byForm(this.byWords(text));
  }

  /** The same of everything within a value; what is private by its name is left out. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return Math.round(value * 10) / 10;
    if (Array.isArray(value)) return isPosition(value) ? '[position]' : value.map((each) => this.value(each));
    if (typeof value !== 'object' || value === null) return value;
    return this.facts(value);
  }

  /** The same of what has names; those of a program's own kind stay as they are. */
  facts(facts: object): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(facts).map(([name, each]) => [
        ownName.test(name) ? name : this.text(name),
        privateNames.test(name) ? '[left out]' : this.value(each),
      ]),
    );
  }

  /** `host-2`, always the same for the same host. */
  host(text: string): string {
    return this.stead('host', text);
  }

  private byWords(text: string): string {
    if (this.pattern === null) return text;
    return text.replace(this.pattern, (found) => this.known.get(found.toLowerCase()) ?? '[left out]');
  }

  private byForm(text: string): string {
    return text
      .replace(forms.url, (url) => this.address(url))
      .replace(forms.email, '[e-mail]')
      .replace(forms.mac, (mac) => this.stead('device', mac))
      .replace(forms.ipv4, (address) => this.host(address))
      .replace(forms.ipv6, (address) => this.host(address))
      .replace(forms.sought, (_, before: string, host: string) => `${before}${this.host(host)}`)
      .replace(forms.host, (host) => this.host(host))
      .replace(forms.positions, '[position]')
      .replace(forms.position, '$1$2[position]')
      .replace(forms.wifi, (name) => this.stead('wifi', name))
      .replace(forms.userFolder, '$1user')
      .replace(forms.token, (token) => this.stead('id', token));
  }

  /** Of an address the kind and the host, by its stand-in; the rest may hold keys and places. */
  private address(url: string): string {
    const [, scheme = '', authority = ''] = /^([^:]+):\/\/([^/?#]*)/.exec(url) ?? [];
    const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d+$/, '');
    const isStandIn = /^(host|camera)-\d+$/.test(host);
    return `${scheme}://${isStandIn ? host : this.host(host)}/…`;
  }

  private stead(kind: string, text: string): string {
    if (/^(host|device|id|wifi)-\d+$/.test(text)) return text;
    const key = `${kind} ${text.toLowerCase()}`;
    const known = this.numbered.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const stead = `${kind}-${count}`;
    this.numbered.set(key, stead);
    return stead;
  }
}

/** Numbers of which one is as exact as a position. */
function isPosition(list: readonly unknown[]): boolean {
  const isNumbers = list.length >= 2 && list.every((each) => typeof each === 'number');
  return isNumbers && list.some((each) => /\.\d{3}/.test(String(each)));
}

/** The longest first; short ones only as whole words. */
function patternOf(texts: readonly string[]): RegExp | null {
  if (texts.length === 0) return null;
  const parts = texts.map((text) => {
    const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return text.length >= longEnough ? literal : `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`;
  });
  return new RegExp(parts.join('|'), 'giu');
}
