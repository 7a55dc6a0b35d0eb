import type { Rolldown } from 'vite';

/** Groups for `output.codeSplitting` of the bundler. `root`: of the repository. */
export function chunkGroups(root: string): Rolldown.CodeSplittingGroup[];
