import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { newPasswordSchema } from '../../shared/accounts.ts';
import { resetPassword } from '../accounts/password-reset.ts';
import { databaseFileName, openDatabase, type Journal } from '../db/open.ts';

/** What a person can mend: printed without a stack. */
export class PasswordCommandError extends Error {
  override name = 'PasswordCommandError';
}

/** A terminal, a pipe or a file. */
export type PasswordInput = NodeJS.ReadableStream & { isTTY?: boolean };

export interface PasswordCommandOptions {
  configDir: string;
  /** As the server opens it there. */
  journal?: Journal;
  stdin: PasswordInput;
  /** Where the questions and the outcome go. */
  say?: (text: string) => void;
}

/**
 * Sets the owner's password straight in the database, also while the server runs, and ends all sessions. The password
 * is read from standard input: as an argument, every user of the machine would see it. Throws a
 * `PasswordCommandError` or an `UnusableDatabaseError`.
 */
export async function passwordCommand(options: PasswordCommandOptions): Promise<void> {
  const { configDir, stdin, say = (text) => process.stderr.write(text) } = options;
  // An empty database made here would stand in the way of taking an existing system over.
  if (!existsSync(join(configDir, databaseFileName))) {
    throw new PasswordCommandError(
      `There is no ${databaseFileName} in ${configDir}. Start viofosync there once, then set the password.`,
    );
  }
  const password = checked(await readPassword(stdin, say));
  await store(options, password);
  say('The password is set. Everybody who was logged in must log in again.\n');
}

async function store({ configDir, journal }: PasswordCommandOptions, password: string): Promise<void> {
  const now = Date.now();
  const db = await openDatabase({ configDir, now: new Date(now), ...(journal && { journal }) });
  try {
    await resetPassword(db, { password, now });
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      throw new PasswordCommandError('The database is in use for something long. Try again in a minute.', {
        cause: error,
      });
    }
    throw error;
  } finally {
    await db.destroy();
  }
}

function checked(text: string): string {
  const result = newPasswordSchema.safeParse(text);
  if (!result.success)
    throw new PasswordCommandError(result.error.issues[0]?.message ?? 'It cannot be used.');
  return result.data;
}

async function readPassword(stdin: PasswordInput, say: (text: string) => void): Promise<string> {
  const isTerminal = stdin.isTTY === true;
  const lines = createInterface({
    input: stdin,
    // With a terminal as its input it sees each key itself; what it would echo goes nowhere.
    output: new Writable({ write: (_chunk, _encoding, done) => done() }),
    terminal: isTerminal,
    historySize: 0,
    crlfDelay: Infinity,
  });
  lines.on('SIGINT', () => lines.close());
  const answers = lines[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    if (isTerminal) say(question);
    const { value, done } = await answers.next();
    if (isTerminal) say('\n');
    if (done === true) throw new PasswordCommandError('No password was given; nothing was changed.');
    return value;
  };
  try {
    const password = await ask('New password: ');
    if (isTerminal && password !== (await ask('The same again: '))) {
      throw new PasswordCommandError('The two are not the same; nothing was changed.');
    }
    return password;
  } finally {
    lines.close();
  }
}
