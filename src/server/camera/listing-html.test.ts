import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CameraFailure } from './camera.ts';
import { parseListingHtml } from './listing-html.ts';
import { flawOfPath, segmentsOf } from './remote-path.ts';

const host = '192.168.1.254';
const headings = '<th>Filename<th>Filesize<th>Filetime\n';
const page = (...rows: string[]) =>
  `<html><body>\n<table cellpadding=5>\n${headings}${rows.join('\n')}\n</table>\n</body></html>\n`;
const parse = (text: string, folder = '/DCIM/Movie') => parseListingHtml(text, { folder, host });
const name = '2026_0628_133416_0001F.MP4';
const row = (
  href: string,
  shown = name,
  cells = '<td align=right>310.00 MB<td align=right>2026/06/28 13:34:16',
) => `<tr><td><a href="${href}"><b>${shown}</b></a>${cells}`;
const folder = (href: string) =>
  row(href, href.slice(1), '<td align=center><i>folder</i><td align=right>2026/01/09 09:16:48');

describe('a folder page', () => {
  test('a capture of a FitCamX is read, without its remove links', () => {
    const text = `<table cellpadding=5>
<th>Filename<th>Filesize<th>Filetime
<tr><td><a href="/CARDV/MOVIE/20260709112750_036576A.TS"><b>20260709112750_036576A.TS</b></a><td align=right>133.08 MB<td align=right>2026/07/09 11:28:48
<tr><td><a href="/CARDV/MOVIE/20260709112750_036576A.TS?del=1">Remove</a>
</table>`;
    expect(parse(text, '/CARDV/MOVIE')).toEqual({
      files: [
        {
          name: '20260709112750_036576A.TS',
          remotePath: '/CARDV/MOVIE/20260709112750_036576A.TS',
          volume: '',
          container: 'ts',
          sizeBytes: Math.round(133.08 * 1024 ** 2),
          sizeExact: false,
          timecode: null,
          endedLocal: '2026-07-09T11:28:48',
          locked: false,
        },
      ],
      folders: [],
      closed: true,
      notes: [],
    });
  });

  test('folders of the root are told from files', () => {
    const text = page(
      folder('/CARDV'),
      folder('/DCIM'),
      row('/CarNo_Backup.txt', 'CarNo_Backup.txt'),
      folder('/.cfg'),
    );
    expect(parse(text, '')).toMatchObject({ files: [], folders: ['/CARDV', '/DCIM'], notes: [] });
  });

  test('closed tags, single quotes and capitals are understood as well', () => {
    const text = `<HTML><TABLE><TR><TH>File Name</TH></TR><TR><TD><A HREF='/DCIM/Movie/${name}'>${name}</A></TD><TD>1.50 GB</TD><TD>2026-06-28 13:35</TD></TR></TABLE></HTML>`;
    expect(parse(text).files).toMatchObject([
      { name, sizeBytes: 1.5 * 1024 ** 3, endedLocal: '2026-06-28T13:35:00' },
    ]);
  });

  test.each([
    ['310.00 MB', 325_058_560, false],
    ['310.00MB', 325_058_560, false],
    ['1.00 KB', 1024, false],
    ['2.25 GB', 2_415_919_104, false],
    ['1 TB', 1024 ** 4, false],
    ['512 B', 512, true],
    ['512 bytes', 512, true],
    ['132120576', 132_120_576, true],
    ['1,50 MB', 1_572_864, false],
  ])('a size of %s', (size, sizeBytes, sizeExact) => {
    const text = page(row(`/DCIM/Movie/${name}`, name, `<td align=right> ${size}<td>2026/06/28 13:34:16`));
    expect(parse(text).files).toMatchObject([{ sizeBytes, sizeExact }]);
  });

  test.each([
    ['with a query', `/DCIM/Movie/${name}?del=1`],
    ['with a fragment', `/DCIM/Movie/${name}#x`],
    ['to another host', `http://evil.example/DCIM/Movie/${name}`],
    ['to another host without scheme', `//evil.example/DCIM/Movie/${name}`],
    ['that is a script', 'javascript:alert(1)'],
    ['to another protocol', `ftp://${host}/DCIM/Movie/${name}`],
  ])('a link %s is dropped', (_name, href) => {
    expect(parse(page(row(href)))).toMatchObject({ files: [], notes: [] });
  });

  test.each([
    `/DCIM/Movie/${name}`,
    name,
    `http://${host}/DCIM/Movie/${name}`,
    `//${host}/DCIM/Movie/${name}`,
    `/DCIM/Movie//${name}`,
    `/DCIM/Movie/${name.replace('_', '%5F')}`,
  ])('the link %s leads to the file', (href) => {
    expect(parse(page(row(href))).files).toMatchObject([{ remotePath: `/DCIM/Movie/${name}` }]);
  });

  test('escapes are undone once, and percent signs of plain names are left alone', () => {
    const text = page(row('/DCIM/Movie/a%20b.MP4', 'a b.MP4'), row('/DCIM/Movie/100%25.MP4', '100%25.MP4'));
    expect(parse(text).files.map((file) => file.name)).toEqual(['a b.MP4', '100%25.MP4']);
  });

  test.each([
    ['climbs', '/DCIM/Movie/../../etc/passwd.MP4', 'passwd.MP4'],
    ['climbs encoded', '/DCIM/Movie/%2E%2E%2Fx.MP4', '..%2Fx.MP4'],
    ['is in another folder', `/DCIM/Other/${name}`, name],
    ['is not the one shown', '/DCIM/Movie/other.MP4', name],
    ['has control characters', '/DCIM/Movie/a%07.MP4', 'a\u0007.MP4'],
    ['is of an unknown kind', '/DCIM/Movie/a.pdf', 'a.pdf'],
  ])('a file that %s is noted and costs no other', (_name, href, shown) => {
    const listing = parse(page(row(href, shown), row(`/DCIM/Movie/${name}`)));
    expect(listing.files.map((file) => file.name)).toEqual([name]);
    expect(listing.notes).toHaveLength(1);
    expect(listing.notes[0]).not.toMatch(/\p{Cc}/u);
  });

  test('a folder above or beside is not one below', () => {
    const text = page(
      folder('/'),
      folder('..'),
      folder('/DCIM'),
      folder('/DCIM/Movie/RO/x'),
      folder('/DCIM/Movie/RO'),
    );
    expect(parse(text).folders).toEqual(['/DCIM/Movie/RO']);
  });

  test('an RO folder in any case is locked', () => {
    expect(parse(page(row(`/DCIM/Movie/ro/${name}`)), '/DCIM/Movie/ro').files).toMatchObject([
      { locked: true },
    ]);
  });

  test('an empty folder is a folder', () => {
    expect(parse(page())).toEqual({ files: [], folders: [], closed: true, notes: [] });
  });

  test('a page that breaks off does not count as closed', () => {
    const text = page(row(`/DCIM/Movie/${name}`), row('/DCIM/Movie/b.MP4', 'b.MP4'));
    for (let length = text.indexOf('<th>File') + 12; length < text.indexOf('</table>'); length += 1) {
      expect(parse(text.slice(0, length)).closed).toBe(false);
    }
  });

  test.each([
    '',
    'Not found',
    '<html><body><h1>Router</h1><form><input name=password></form></body></html>',
    '<table><tr><td><a href="/admin">Admin</a><td>Log out</table>',
    '<?xml version="1.0"?><Function><Cmd>3015</Cmd><Status>-256</Status></Function>',
  ])('%j is some other page', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<table>',
      '</table>',
      '<tr>',
      '<td>',
      '<th>Filename',
      '<b>',
      '</b>',
      '</a>',
      '1.00 MB',
      '<i>folder</i>',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `<a href="${text}">`),
    fc.constantFrom(
      '<a href="/DCIM/Movie/..">',
      '<a href="/DCIM/Movie/%2e%2e%5cx.MP4">',
      '<a href="x.MP4?del=1">',
      'x.MP4',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const hrefRow = fc
    .string({ unit: 'binary', maxLength: 20 })
    .map((text) => row(`/DCIM/Movie/${text}.MP4`, `${text}.MP4`));
  const texts = fc.oneof(
    fc.array(fc.oneof(piece, hrefRow), { maxLength: 40 }).map((pieces) => `<th>Filename${pieces.join('')}`),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
  );

  test('gives safe files and folders or a CameraFailure, never anything else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const listing = parse(text);
          for (const path of [...listing.files.map((file) => file.remotePath), ...listing.folders]) {
            expect(flawOfPath(segmentsOf(path))).toBeNull();
            expect(path.startsWith('/DCIM/Movie/')).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(CameraFailure);
        }
      }),
      { numRuns: 1500 },
    );
  });
});
