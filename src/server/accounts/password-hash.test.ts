import { hash as argon2Hash } from '@node-rs/argon2';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { expect, test } from 'vitest';
import { decoyHash, hashPassword, isOutdated, isReadable, verifyPassword } from './password-hash.ts';

const password = 'correct horse battery';

test('a password is hashed with argon2id at 19 MiB and salted', async () => {
  const hash = await hashPassword(password);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hashPassword(password)).not.toBe(hash);
  expect(await verifyPassword(hash, password)).toBe(true);
  expect(await verifyPassword(hash, `${password} `)).toBe(false);
  expect(isOutdated(hash)).toBe(false);
});

test('a letter with an accent is the same whether a keyboard sends it as one character or two', async () => {
  expect(await verifyPassword(await hashPassword('caf\u00e9 caf\u00e9'), 'cafe\u0301 cafe\u0301')).toBe(true);
});

test.each(['2a', '2b', '2y'] as const)('a bcrypt hash $%s$ verifies and is outdated', async (version) => {
  const hash = await bcryptHash(password, { cost: 4, version });
  expect(hash.startsWith(`$${version}$`)).toBe(true);
  expect(await verifyPassword(hash, password)).toBe(true);
  expect(await verifyPassword(hash, 'incorrect horse')).toBe(false);
  expect([isOutdated(hash), isReadable(hash)]).toEqual([true, true]);
});

test('bcrypt looks at the first 72 bytes only, as it always did', async () => {
  const first = 'ä'.repeat(36);
  const hash = await bcryptHash(`${first}more`, { cost: 4 });
  expect(await verifyPassword(hash, `${first}other`)).toBe(true);
  expect(await verifyPassword(hash, `${'ä'.repeat(35)}more`)).toBe(false);
});

test.each<[string, Parameters<typeof argon2Hash>[1]]>([
  ['less memory', { memoryCost: 8192 }],
  ['fewer passes', { timeCost: 1 }],
  ['argon2i', { algorithm: 1 as never }],
])('an argon2 hash with %s verifies and is outdated', async (_what, options) => {
  const hash = await argon2Hash(password, options);
  expect(await verifyPassword(hash, password)).toBe(true);
  expect(isOutdated(hash)).toBe(true);
});

const salt = 'A'.repeat(22);
test.each([
  '',
  'plain text',
  '$2b$12$short',
  `$2b$31$${'a'.repeat(53)}`,
  `$2b$03$${'a'.repeat(53)}`,
  `$2x$10$${'a'.repeat(53)}`,
  '$argon2id$',
  '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA',
  `$argon2id$v=19$m=99999999,t=2,p=1$${salt}$${'A'.repeat(43)}`,
  `$argon2id$v=19$m=19456,t=999999,p=1$${salt}$${'A'.repeat(43)}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$!!`,
  '\0',
])('the broken hash %j is no password’s, and nothing is thrown', async (hash) => {
  for (const text of ['', password, hash]) expect(await verifyPassword(hash, text)).toBe(false);
  expect(isOutdated(hash)).toBe(true);
});

test('a hash that would take hours or all memory counts as unreadable', () => {
  expect(isReadable(`$2b$31$${'a'.repeat(53)}`)).toBe(false);
  expect(isReadable(`$argon2id$v=19$m=99999999,t=2,p=1$${salt}$${'A'.repeat(43)}`)).toBe(false);
  expect(isReadable('secret')).toBe(false);
});

test('the hash that stands in for a missing user costs what a real one costs', () => {
  expect([isReadable(decoyHash), isOutdated(decoyHash)]).toEqual([true, false]);
});
