/** The firmware's printf templates (camera.md 1.2). Nothing is escaped, as there. */
export const xmlHead = '<?xml version="1.0" encoding="UTF-8" ?>\n';

export function statusXml(cmd: number, status: number): string {
  return `${xmlHead}<Function>\n<Cmd>${cmd}</Cmd>\n<Status>${status}</Status>\n</Function>\n`;
}

export function stringXml(cmd: number, text: string): string {
  return `${xmlHead}<Function>\n<Cmd>${cmd}</Cmd>\n<Status>0</Status>\n<String>${text}</String>\n</Function>\n`;
}

export function valueXml(cmd: number, value: number): string {
  return `${xmlHead}<Function>\n<Cmd>${cmd}</Cmd>\n<Status>0</Status>\n<Value>${value}</Value>\n</Function>\n`;
}

/** `3014`: flat pairs; text settings nested with a `<String>`. */
export function settingsXml(rows: ReadonlyArray<readonly [id: number, value: number | string]>): string {
  const lines = rows.map(([id, value]) =>
    typeof value === 'number'
      ? `<Cmd>${id}</Cmd>\n<Status>${value}</Status>\n`
      : `<Function>\n<Cmd>${id}</Cmd>\n<Status>0</Status>\n<String>${value}</String>\n</Function>\n`,
  );
  return `${xmlHead}<Function>\n${lines.join('')}</Function>\n`;
}

/** `3002`: the ids that this camera knows. */
export function commandListXml(ids: readonly number[]): string {
  return `${xmlHead}<Function>\n${ids.map((id) => `<Cmd>${id}</Cmd>\n`).join('')}</Function>\n`;
}

/** An answer that is a bare `<LIST>` of elements (2019, 3029). */
export function listXml(elements: Readonly<Record<string, string>>): string {
  const lines = Object.entries(elements).map(([name, text]) => `<${name}>${text}</${name}>\n`);
  return `${xmlHead}<LIST>\n${lines.join('')}</LIST>\n`;
}

/** Status codes of `WIFIAPP_RET_*` (camera.md 1.2). */
export const statusCode = {
  ok: 0,
  noFile: -1,
  noThumbnail: -2,
  busy: -3,
  locked: -4,
  fileError: -5,
  deleteFailed: -6,
  badParameter: -21,
  wrongState: -22,
  unknownCommand: -256,
} as const;
