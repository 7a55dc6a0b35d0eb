import type { ListedFile } from './listing-xml.ts';
import { localTime, yearFirst } from './times.ts';

const ended = localTime(2026, 1, 2, 3, 4, 6);

/** Names that a careless reader takes for paths, markup or commands. */
export const hostileNames: readonly string[] = [
  '../../../../etc/passwd.MP4',
  '..\\..\\evil.MP4',
  '..',
  '.',
  'sub/2026_0102_030405_000001F.MP4',
  'CON.MP4',
  'nul\u0000byte.MP4',
  'bell\u0007\u001b[31m.MP4',
  'line\nbreak.MP4',
  '<script>alert(1)</script>.MP4',
  '"><img src=x onerror=alert(1)>.MP4',
  "o'brien & sons.MP4",
  'percent%2F..%2F..%2Fevil.MP4',
  'right\u202eTF4PM.MP4',
  `${'long'.repeat(70)}.MP4`,
  '',
  ' ',
  '2026_1399_256199_000001F.MP4',
];

/** Entries that a listing must survive: hostile names, sizes that are none, paths that disagree. */
export function hostileFiles(drive: string): ListedFile[] {
  const plain: ListedFile = {
    nativePath: '',
    name: '2026_0102_030405_000999F.MP4',
    size: '1000',
    endedLocal: ended,
    startedLocal: ended,
    attribute: 32,
  };
  const at = (name: string) => `${drive}:\\DCIM\\Movie\\${name}`;
  return [
    ...hostileNames.map((name) => ({ ...plain, name, nativePath: at(name) })),
    ...['abc', '-5', '', '1e999', '99999999999999999999', '12.5'].map((size, index) => ({
      ...plain,
      name: `2026_0102_03041${index}_000999F.MP4`,
      nativePath: at(`2026_0102_03041${index}_000999F.MP4`),
      size,
    })),
    { ...plain, nativePath: `${drive}:\\DCIM\\..\\..\\2026_0102_030405_000999F.MP4` },
    { ...plain, nativePath: 'http://evil.example/2026_0102_030405_000999F.MP4' },
    { ...plain, nativePath: '' },
    { ...plain, attribute: Number.NaN },
  ];
}

/** Elements that are no files, spliced before `</LIST>`. */
export const brokenXmlItems = [
  '<ALLFile></ALLFile>',
  '<ALLFile><File></File></ALLFile>',
  '<ALLFile><File><SIZE>5</SIZE></File></ALLFile>',
  '<ALLFile><File><NAME>2026_0102_030420_000998F.MP4</NAME></File></ALLFile>',
  '<ALLFile><File><NAME>unclosed<FPATH>A:\\DCIM\\Movie\\unclosed.MP4</File></ALLFile>',
  '<ALLFile><File>&broken;<NAME>amp & ersand.MP4</NAME></File></ALLFile>',
  '',
].join('\n');

/** Rows for the HTML listing, spliced before `</table>`. */
export const brokenHtmlRows = [
  ...hostileNames.map(
    (name) => `<tr><td><a href="/DCIM/Movie/${name}"><b>${name}</b></a>${facts('1.00 KB')}`,
  ),
  `<tr><td><a href="http://evil.example/DCIM/Movie/2026_0102_030405_000999F.MP4"><b>x</b></a>${facts('1 KB')}`,
  `<tr><td><a href="//evil.example/2026_0102_030405_000999F.MP4"><b>y</b></a>${facts('1 KB')}`,
  `<tr><td><a href="javascript:alert(1)"><b>z.MP4</b></a>${facts('1 KB')}`,
  `<tr><td><a href="/DCIM/Movie/../../etc/shadow"><b>shadow</b></a>${facts('NaN MB')}`,
  `<tr><td><a><b>2026_0102_030405_000997F.MP4</b></a>${facts('')}`,
  '<tr><td><a href="/DCIM/Movie/2026_0102_030405_000996F.MP4"><b>2026_0102_030405_000996F.MP4',
  '',
].join('\n');

function facts(size: string): string {
  return `<td align=right>${size}<td align=right>${yearFirst(ended)}`;
}
