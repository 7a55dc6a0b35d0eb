import type { FeatureCollection } from 'geojson';
import type { Plugin } from 'vite';

export const outlinePath: string;
export function worldOutline(): Promise<FeatureCollection>;
export function worldOutlinePlugin(): Plugin;
