import type { Plugin } from 'vite';

/** A module of src/shared in JavaScript, as the page needs it; `isPlain`: without all that is made of schemas. */
export function slimmed(code: string, path: string, isPlain: boolean): string;
/** The imports of the module at `path` with those of plain names taken from the plain copies. */
export function withPlainImports(code: string, path: string): string;
export function slimSharedPlugin(): Plugin;
