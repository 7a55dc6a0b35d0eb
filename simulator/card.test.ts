import { describe, expect, test } from 'vitest';
import {
  attributeOf,
  cardvFolders,
  currentBytes,
  listedBytes,
  nativePathOf,
  pathOf,
  VirtualCard,
} from './card.ts';
import { patternSource } from './pattern-source.ts';
import { localTime } from './times.ts';

const startedLocal = localTime(2026, 3, 4, 10, 20, 31);
const source = patternSource(1000);
const at = (minute: number) => localTime(2026, 3, 4, 10, minute);
const paths = (card: VirtualCard) => card.entries.map(pathOf);

describe('a card', () => {
  test('counts its sequence per file and ends a clip on an even second', () => {
    const card = new VirtualCard();
    const [front, rear] = card.addCapture({ startedLocal, sources: { front: source, rear: source } });
    expect([front!.name, rear!.name]).toEqual([
      '2026_0304_102031_000001F.MP4',
      '2026_0304_102031_000002R.MP4',
    ]);
    expect(front!.endedLocal).toEqual(localTime(2026, 3, 4, 10, 21, 30));
  });

  test('puts each kind into its folder', () => {
    const card = new VirtualCard();
    card.addClip({ startedLocal, source });
    card.addClip({ startedLocal, source, kind: 'parking' });
    card.addClip({ startedLocal, source, kind: 'event' });
    card.addPhoto({ startedLocal, source });
    expect(paths(card).toSorted()).toEqual([
      '/DCIM/Movie/2026_0304_102031_000001F.MP4',
      '/DCIM/Movie/Parking/2026_0304_102031_000002PF.MP4',
      '/DCIM/Movie/RO/2026_0304_102031_000003EF.MP4',
      '/DCIM/Photo/2026_0304_102031_000004F.JPG',
    ]);
  });

  test('locking moves a clip to RO under its old name and sets attribute 33', () => {
    const card = new VirtualCard();
    const entry = card.addClip({ startedLocal, source });
    expect(attributeOf(entry)).toBe(32);
    card.lock(pathOf(entry));
    expect(paths(card)).toEqual(['/DCIM/Movie/RO/2026_0304_102031_000001F.MP4']);
    expect([attributeOf(entry), nativePathOf(entry, 'A')]).toEqual([
      33,
      'A:\\DCIM\\Movie\\RO\\2026_0304_102031_000001F.MP4',
    ]);
  });

  test('when full overwrites the oldest unlocked clips', () => {
    const card = new VirtualCard({ capacityBytes: 3000 });
    card.addClip({ startedLocal: at(0), source, locked: true });
    card.addClip({ startedLocal: at(1), source });
    card.addClip({ startedLocal: at(2), source });
    card.addClip({ startedLocal: at(3), source });
    expect(card.overwritten).toEqual(['/DCIM/Movie/2026_0304_100100_000002F.MP4']);
    expect(card.entries.map((entry) => entry.sequence)).toEqual([1, 3, 4]);
    expect(card.freeBytes).toBe(0);
  });

  test('full of locked clips keeps them', () => {
    const card = new VirtualCard({ capacityBytes: 1000 });
    card.addClip({ startedLocal, source, locked: true });
    card.addClip({ startedLocal, source });
    expect(card.entries).toHaveLength(2);
  });

  test('lists a file being recorded with a size one step behind what it serves', () => {
    const card = new VirtualCard();
    const [entry] = card.recordCapture({ startedLocal, sources: { front: source } });
    expect([currentBytes(entry!), listedBytes(entry!)]).toEqual([0, 0]);
    card.growRecording(0.5);
    card.growRecording(0.75);
    expect([currentBytes(entry!), listedBytes(entry!)]).toEqual([750, 500]);
    expect(entry!.endedLocal).toEqual(localTime(2026, 3, 4, 10, 21, 14));
    card.finishRecording();
    expect([currentBytes(entry!), listedBytes(entry!), entry!.recording]).toEqual([1000, 1000, null]);
    expect(entry!.endedLocal).toEqual(localTime(2026, 3, 4, 10, 21, 30));
  });

  test('begins a new capture by closing the one before', () => {
    const card = new VirtualCard();
    const [first] = card.recordCapture({ startedLocal, sources: { front: source } });
    card.recordCapture({ startedLocal, sources: { front: source } });
    expect(first!.recording).toBeNull();
    expect(card.recordingEntries).toHaveLength(1);
  });

  test('formatting forgets files, folders and the sequence', () => {
    const card = new VirtualCard();
    card.addClip({ startedLocal, source, kind: 'parking' });
    card.clear();
    expect([...card.folderPaths]).toEqual(['/', '/DCIM', '/DCIM/Movie']);
    expect(card.addClip({ startedLocal, source }).sequence).toBe(1);
  });

  test('finds files without regard to case, as FAT does', () => {
    const card = new VirtualCard({ folders: cardvFolders, nameLayout: 'sdk', extension: 'TS' });
    card.addClip({ startedLocal, source });
    expect(card.find('/cardv/movie/20260304102031_000001a.ts')).toBeDefined();
  });
});

test('a card that would overflow by all that was ever on it, but not by what is there, overwrites nothing', () => {
  const card = new VirtualCard({ capacityBytes: 1000 });
  const [first] = [1, 2].map((minute) =>
    card.addClip({ startedLocal: localTime(2026, 1, 2, 3, minute), source: patternSource(400) }),
  );
  card.remove(pathOf(first!));
  card.addClip({ startedLocal: localTime(2026, 1, 2, 3, 3), source: patternSource(600) });
  expect([card.overwritten, card.usedBytes]).toEqual([[], 1000]);
  card.addClip({ startedLocal: localTime(2026, 1, 2, 3, 4), source: patternSource(400) });
  expect([card.overwritten.length, card.usedBytes]).toEqual([1, 1000]);
});
