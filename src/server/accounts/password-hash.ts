import * as argon2 from '@node-rs/argon2';
import * as bcrypt from '@node-rs/bcrypt';

/** OWASP's smallest recommended argon2id: 19 MiB, about 12 ms, so that a NAS can do it too. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const argon2idPrefix = '$argon2id$v=19$';
/** A hash that asks for more than these is damaged: trying it would take the machine's memory, or hours. */
const maxMemoryKib = 262_144;
const maxTimeCost = 16;
const bcryptForm = /^\$2[aby]\$(0[4-9]|1[0-7])\$[./A-Za-z0-9]{53}$/;

/** Of a password that nobody knows: compared with when there is no user, so that the answer takes as long. */
export const decoyHash =
  '$argon2id$v=19$m=19456,t=2,p=1$1tZ54uHavMDh90S9wCNvGg$PU1THapIxHdHVd6infBZrA257DDyfB2NwdUpLLo7ulQ';

/** The argon2id hash of a password, in PHC form. */
export function hashPassword(text: string): Promise<string> {
  return argon2.hash(sameOnEveryKeyboard(text), parameters);
}

/** Whether this is the password of the hash: argon2, or bcrypt as the Python version made it. Anything else is false. */
export async function verifyPassword(hash: string, text: string): Promise<boolean> {
  try {
    if (isBcrypt(hash)) return await bcrypt.verify(text, hash);
    return isFeasible(hash) && (await argon2.verify(hash, sameOnEveryKeyboard(text)));
  } catch {
    return false;
  }
}

/** Whether a log-in can ever succeed against it. */
export function isReadable(hash: string): boolean {
  return isBcrypt(hash) || isFeasible(hash);
}

/** Whether the password should be hashed anew when it is next typed: bcrypt, or argon2 with weaker parameters. */
export function isOutdated(hash: string): boolean {
  if (!hash.startsWith(argon2idPrefix) || !isFeasible(hash)) return true;
  const { memoryCost, timeCost } = argon2.parseOptions(hash);
  return memoryCost < parameters.memoryCost || timeCost < parameters.timeCost;
}

const isBcrypt = (hash: string) => bcryptForm.test(hash);

function isFeasible(hash: string): boolean {
  try {
    const { memoryCost, timeCost } = argon2.parseOptions(hash);
    return memoryCost <= maxMemoryKib && timeCost <= maxTimeCost;
  } catch {
    return false;
  }
}

/** Systems differ in whether an 'é' is one character or two; the same key must give the same password. */
const sameOnEveryKeyboard = (text: string) => text.normalize('NFC');
