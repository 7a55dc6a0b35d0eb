import { describe, expect, test } from 'vitest';
import { mergeListings } from './listing-merge.ts';
import type { ListedFile } from './camera.ts';

function listed(remotePath: string, more: Partial<ListedFile> = {}): ListedFile {
  const name = remotePath.slice(remotePath.lastIndexOf('/') + 1);
  const isLocked = /\/RO\//i.test(remotePath);
  const unknown = { volume: '', sizeBytes: null, sizeExact: false, timecode: null, endedLocal: null };
  return { name, remotePath, container: 'mp4', locked: isLocked, ...unknown, ...more };
}
const part = (files: ListedFile[], complete = true, notes: string[] = []) => ({ files, complete, notes });
const exact = {
  volume: 'A',
  sizeBytes: 1000,
  sizeExact: true,
  timecode: 7,
  endedLocal: '2026-01-02T03:04:06',
};
const rounded = { sizeBytes: 1024, endedLocal: '2026-01-02T03:04:00' };

describe('merged listings', () => {
  test('the exact facts win, whatever the case of the path and the order of the parts', () => {
    const xml = part([listed('/DCIM/Movie/a.MP4', exact)]);
    const html = part([listed('/dcim/MOVIE/A.mp4', rounded)]);
    expect(mergeListings([xml, html]).files).toEqual([listed('/DCIM/Movie/a.MP4', exact)]);
    expect(mergeListings([html, xml]).files).toMatchObject([
      { sizeBytes: 1000, sizeExact: true, timecode: 7, volume: 'A' },
    ]);
  });

  test('what only one of them knows is kept', () => {
    const xml = part([
      listed('/DCIM/Movie/a.MP4', { ...exact, sizeBytes: null, sizeExact: false, endedLocal: null }),
    ]);
    const html = part([listed('/DCIM/Movie/a.MP4', rounded), listed('/DCIM/Movie/b.MP4', rounded)]);
    expect(mergeListings([xml, html]).files).toEqual([
      listed('/DCIM/Movie/a.MP4', {
        ...exact,
        sizeBytes: 1024,
        sizeExact: false,
        endedLocal: rounded.endedLocal,
      }),
      listed('/DCIM/Movie/b.MP4', rounded),
    ]);
  });

  test.each(['/DCIM/Movie/a.MP4', '/DCIM/Movie/Parking/a.MP4'])(
    'a file that moved from %s to the locked folder in between is there, with its exact size',
    (before) => {
      for (const parts of [
        [part([listed(before, exact)]), part([listed('/DCIM/Movie/RO/a.MP4', rounded)])],
        [part([listed('/DCIM/Movie/RO/a.MP4', rounded)]), part([listed(before, exact)])],
      ]) {
        expect(mergeListings(parts).files).toEqual([
          listed('/DCIM/Movie/RO/a.MP4', { ...exact, locked: true }),
        ]);
      }
    },
  );

  test('files of one name in other folders are two files', () => {
    const files = [
      listed('/DCIM/Movie/a.MP4'),
      listed('/DCIM/Movie/Parking/a.MP4'),
      listed('/CARDV/RO/a.MP4'),
    ];
    expect(mergeListings([part(files)]).files).toEqual(files);
  });

  test('it is complete only when every part is, and says each note once', () => {
    expect(mergeListings([part([]), part([])]).complete).toBe(true);
    const merged = mergeListings([part([], true, ['x']), part([], false, ['y', 'x'])]);
    expect(merged).toMatchObject({ complete: false, notes: ['x', 'y'] });
  });
});
