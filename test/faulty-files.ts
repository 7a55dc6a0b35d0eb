import { nodeFiles, type FilePort } from '../src/server/archive/file-port.ts';

export type FileCall = keyof FilePort;

/** A call on the archive's files that is about to be made; `path` is the one that it changes or asks about. */
export interface CallMade {
  call: FileCall;
  path: string;
}

/** The error that Node throws for a call of the operating system. */
export function errno(code: string, { call, path }: CallMade): Error {
  return Object.assign(new Error(`${code}: said by the test, ${call} '${path}'`), { code });
}

/**
 * Real files behind a volume that may refuse, hang or change things: `before` is asked before each call, and what it
 * throws is what the call throws.
 */
export function faultyFiles(before: (made: CallMade) => Promise<void> | void): FilePort {
  return {
    facts: async (path) => (await before({ call: 'facts', path }), nodeFiles.facts(path)),
    rename: async (from, to) => (await before({ call: 'rename', path: from }), nodeFiles.rename(from, to)),
    unlink: async (path) => (await before({ call: 'unlink', path }), nodeFiles.unlink(path)),
    makeFolder: async (path) => (await before({ call: 'makeFolder', path }), nodeFiles.makeFolder(path)),
    removeFolder: async (path) => (
      await before({ call: 'removeFolder', path }),
      nodeFiles.removeFolder(path)
    ),
    names: async (folder) => (await before({ call: 'names', path: folder }), nodeFiles.names(folder)),
    read: async (path) => (await before({ call: 'read', path }), nodeFiles.read(path)),
    syncFolder: async (path) => (await before({ call: 'syncFolder', path }), nodeFiles.syncFolder(path)),
  };
}

/** Whether a call takes a clip of the archive from its place: into the trash, or for good. */
export const takesClip = ({ call, path }: CallMade): boolean =>
  (call === 'unlink' || call === 'rename') && path.endsWith('.MP4') && !path.includes('/.trash/');

/** Files on which the call that `picks` waits until it is let go; those before it are made as they come. */
export function heldFiles(picks: (made: CallMade, count: number) => boolean): {
  files: FilePort;
  /** Resolves when the call has come. */
  reached: Promise<void>;
  letGo(): void;
} {
  let [letGo, tell] = [() => {}, () => {}];
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const reached = new Promise<void>((resolve) => (tell = resolve));
  let [count, isOver] = [0, false];
  const files = faultyFiles(async (made) => {
    if (!takesClip(made) || isOver || !picks(made, ++count)) return;
    isOver = true;
    tell();
    await gate;
  });
  return { files, reached, letGo };
}
