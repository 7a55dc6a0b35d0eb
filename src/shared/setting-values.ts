import { z } from 'zod';

export const urlSchema = z
  .string()
  .trim()
  .max(1000)
  .refine((text) => text === '' || /^https?:\/\/\S+$/.test(text), {
    error: 'An address that begins with https:// or http://, or nothing.',
  });
export const mapUrlSchema = z
  .string()
  .trim()
  .max(1000)
  .refine((text) => text === '' || /^(pmtiles:\/\/)?https?:\/\/\S+$/.test(text), {
    error: 'An address that begins with https:// or http://, or nothing.',
  });

export const languageSchema = z
  .string()
  .trim()
  .regex(/^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$/, {
    error: 'A language such as en, de or pt-BR, or nothing.',
  });
export const contactSchema = z
  .string()
  .trim()
  .max(200)
  .refine((text) => text === '' || /^[^\s@]+@[^\s@]+$/.test(text), {
    error: 'An e-mail address, or nothing.',
  });

export const webHostSchema = z.string().trim().max(253).refine(isListenAddress, {
  error: 'Type an IP address or a host name of this machine, or leave it empty.',
});

/** An IANA zone, or nothing. */
export const zoneSettingSchema = z
  .string()
  .trim()
  .max(60)
  .refine((text) => text === '' || isZone(text), {
    error: 'A time zone such as Europe/London, or nothing.',
  });

function isZone(name: string): boolean {
  // Offsets are zones to some engines and not to others.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Host names, also `*.example.com`, with spaces or commas between. */
export const hostNamesSchema = z
  .string()
  .trim()
  .max(2000)
  .refine((text) => hostNamesOf(text).every((name) => hostNameForm.test(name)), {
    error: 'Names such as cam.example.com or *.example.com, without https:// and without a port.',
  });

const hostNameForm = /^(\*\.)?[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*$/;

/** The names of a list that a person typed, in small letters. */
export function hostNamesOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((name) => name !== '');
}

export const importFolderSchema = z
  .string()
  .trim()
  .max(1000)
  .refine((text) => text === '' || (text.startsWith('/') && !text.split('/').includes('..')), {
    error: 'A path that begins with /, or nothing.',
  });

function isListenAddress(text: string): boolean {
  if (text === '' || z.ipv4().safeParse(text).success) return true;
  if (text.includes(':')) return z.ipv6().safeParse(text.replace(/%[\w.-]+$/, '')).success;
  // Digits and dots that are no IPv4 address are a slip of the keyboard, not a name.
  return !/^[\d.]+$/.test(text) && z.hostname().safeParse(text).success;
}
