export const gazetteerFile: string;
export function ensureGazetteer(file?: string): string;
export function buildGazetteer(file: string): void;
export function packTowns(towns: { name: string; latitude: number; longitude: number }[]): Buffer;
