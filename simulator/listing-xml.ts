import { attributeOf, listedBytes, nativePathOf } from './card.ts';
import type { CardEntry } from './card.ts';
import { dayFirst, fatTimecode, yearFirst } from './times.ts';
import { xmlHead } from './xml.ts';

/** How a firmware prints `cmd=3015` (camera.md 1.5, template and variants). */
export interface ListingStyle {
  /** `last-write`: one TIME. `start-stop`: TIME_START and TIME_STOP. `day-first`: TIME as DD/MM/YYYY. */
  time: 'last-write' | 'start-stop' | 'day-first';
  /** One `<ALLFile>` around each file, or one around all. */
  wrap: 'each' | 'all';
  /** Old builds: `<![CDATA[` with a newline before the text, and `<Dir>` elements between. */
  cdata: boolean;
  /** 60 files per page, `par` chooses the page; bare is the first. */
  paged: boolean;
  /** The A229 Pro sends the list without a length. */
  contentLength: boolean;
  /** `lower-case` prints names and paths so, whatever the folder pages say: FAT does not tell the difference. */
  names: 'as-they-are' | 'lower-case';
}

export const viofoListing: ListingStyle = {
  time: 'last-write',
  wrap: 'each',
  cdata: false,
  paged: false,
  contentLength: false,
  names: 'as-they-are',
};

export const pageSize = 60;

/** What is printed of one file; hostile entries are made of the same. */
export interface ListedFile {
  name: string;
  nativePath: string;
  size: string;
  endedLocal: Date;
  startedLocal: Date;
  attribute: number;
}

export function listedFile(entry: CardEntry, drive: string, sizeBytes = listedBytes(entry)): ListedFile {
  return {
    name: entry.name,
    nativePath: nativePathOf(entry, drive),
    size: String(sizeBytes),
    endedLocal: entry.endedLocal,
    startedLocal: entry.startedLocal,
    attribute: attributeOf(entry),
  };
}

/** The whole answer; `page` counts from 0 and matters only to a paged style. */
export function listingXml(files: readonly ListedFile[], style: ListingStyle, page = 0): string {
  const shown = style.paged ? files.slice(page * pageSize, (page + 1) * pageSize) : files;
  const items = shown.map((file) => fileXml(file, style));
  const dirs = style.cdata ? '<Dir>\n<NAME><![CDATA[\nDCIM]]></NAME>\n</Dir>\n' : '';
  return `${xmlHead}<LIST>\n${dirs}${wrapped(items, style)}</LIST>\n`;
}

function wrapped(items: string[], style: ListingStyle): string {
  if (style.wrap === 'each') return items.map((item) => `<ALLFile>${item}</ALLFile>\n`).join('');
  return `<ALLFile>${items.join('')}</ALLFile>\n`;
}

function fileXml(file: ListedFile, style: ListingStyle): string {
  const text = (value: string) => {
    const spelled = style.names === 'lower-case' ? lowerCase(value) : value;
    return style.cdata ? `<![CDATA[\n${spelled}]]>` : spelled;
  };
  return [
    '<File>',
    `<NAME>${text(file.name)}</NAME>`,
    `<FPATH>${text(file.nativePath)}</FPATH>`,
    `<SIZE>${file.size}</SIZE>`,
    `<TIMECODE>${fatTimecode(file.endedLocal)}</TIMECODE>`,
    ...timeElements(file, style.time),
    `<ATTR>${file.attribute}</ATTR></File>`,
    '',
  ].join('\n');
}

/** All but the drive letter. */
function lowerCase(name: string): string {
  return name.replace(/[^:]*$/, (path) => path.toLowerCase());
}

function timeElements(file: ListedFile, style: ListingStyle['time']): string[] {
  if (style === 'day-first') return [`<TIME>${dayFirst(file.endedLocal)}</TIME>`];
  if (style === 'last-write') return [`<TIME>${yearFirst(file.endedLocal)}</TIME>`];
  return [
    `<TIME_START>${yearFirst(file.startedLocal)}</TIME_START>`,
    `<TIME_STOP>${yearFirst(file.endedLocal)}</TIME_STOP>`,
  ];
}
