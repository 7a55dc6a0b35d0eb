import type { BuildOptions } from 'esbuild';

export declare const serverEntryPoints: Record<string, string>;
export declare const nativePackages: string[];
export declare const serverBundle: BuildOptions;
