/** What a browser calls itself, as the name of a device that a person knows. */
import { t } from './texts.ts';

type Known = readonly [form: RegExp, name: string];

/** The first that fits: many browsers also claim to be those they descend from. */
const browsers: readonly Known[] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOPiOS\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
];
const systems: readonly Known[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMacintosh\b|\bMac OS X\b/, 'Mac'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];
const scripts =
  /^(curl|Wget|python-requests|Python-urllib|node|HomeAssistant|Go-http-client|okhttp|axios)\b/i;

const nameIn = (agent: string, known: readonly Known[]) => known.find(([form]) => form.test(agent))?.[1];

/** `Firefox on Android`, `A script (curl)`, `An unknown device` */
export function deviceWords(agent: string | null): string {
  if (agent === null || agent.trim() === '') return t('deviceUnknown');
  const [browser, system] = [nameIn(agent, browsers), nameIn(agent, systems)];
  if (browser !== undefined && system !== undefined) return t('device', { browser, system });
  const script = scripts.exec(agent)?.[1];
  if (script !== undefined) return t('deviceScript', { name: script });
  return browser ?? system ?? t('deviceUnknown');
}
