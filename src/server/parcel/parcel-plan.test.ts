import { expect, test } from 'vitest';
import {
  missingText,
  parcelFileName,
  plainFileName,
  planNames,
  zipDate,
  type ParcelClip,
} from './parcel-plan.ts';

const clip = (change: Partial<ParcelClip> = {}): ParcelClip => ({
  id: 1,
  name: 'A.MP4',
  path: '2026-06-28/A.MP4',
  camera: 'Car',
  day: '2026-06-28',
  wallMs: Date.UTC(2026, 5, 28, 13, 34, 16),
  absent: null,
  ...change,
});
const namesOf = (...clips: ParcelClip[]) => planNames(clips).entries.map(({ name }) => name);

test('clips lie in folders of their days, in the order of time', () => {
  expect(
    namesOf(clip({ id: 2, path: 'x/B.MP4', day: '2026-06-29', wallMs: Date.UTC(2026, 5, 29) }), clip()),
  ).toEqual(['2026-06-28/A.MP4', '2026-06-29/B.MP4']);
});

test('clips of several cameras lie in folders of these', () => {
  expect(namesOf(clip(), clip({ id: 2, camera: 'Van/2' }))).toEqual([
    'Car/2026-06-28/A.MP4',
    'Van_2/2026-06-28/A.MP4',
  ]);
});

test('of names that many systems take for the same, the later gets a number', () => {
  expect(namesOf(clip(), clip({ id: 2, path: 'y/a.mp4' }), clip({ id: 3, path: 'z/A~2.mp4' }))).toEqual([
    '2026-06-28/A.MP4',
    '2026-06-28/a~2.mp4',
    '2026-06-28/A~2~2.mp4',
  ]);
});

test('cameras that are named alike but for what no system takes do not overwrite each other', () => {
  expect(new Set(namesOf(clip({ camera: 'a/' }), clip({ id: 2, camera: 'a?' }))).size).toBe(2);
});

test.each([
  ['..', 'x', 'x'],
  ['', 'x', 'x'],
  ['../../etc/passwd', 'x', '_.._etc_passwd'],
  ['C:\\Windows\\a.mp4', 'x', 'C__Windows_a.mp4'],
  ['con.mp4', 'x', '_con.mp4'],
  ['LPT1', 'x', '_LPT1'],
  ['a\u0000b\nc', 'x', 'a_b_c'],
  ['clip\u202e4pm.exe', 'x', 'clip4pm.exe'],
  ['<img src=x>.mp4', 'x', '_img src=x_.mp4'],
  ['ends. . ', 'x', 'ends'],
  ['Straße nach Köln.mp4', 'x', 'Straße nach Köln.mp4'],
])('%j becomes a name that leads nowhere', (name, otherwise, plain) => {
  expect(plainFileName(name, otherwise)).toBe(plain);
});

test('a name of any length keeps its ending', () => {
  const name = plainFileName(`${'ü'.repeat(300)}.MP4`, 'x');
  expect([name.length, name.endsWith('.MP4')]).toEqual([120, true]);
});

test('what is missing is named, with its reason and nothing that breaks a line', () => {
  expect(missingText([])).toBeNull();
  const text = missingText([clip({ name: 'A\r\nB.MP4', absent: 'still on the card' })]) ?? '';
  expect(text).toContain('2026-06-28 A__B.MP4 (Car): still on the card');
  expect(text.split('\r\n')).toHaveLength(4);
});

test('the file is named after its days', () => {
  expect(parcelFileName(['2026-06-29', '2026-06-28'], 'zip')).toBe('viofosync-2026-06-28-to-2026-06-29.zip');
  expect(parcelFileName(['2026-06-28'], 'gpx')).toBe('viofosync-2026-06-28.gpx');
});

test('the time of an entry is the wall clock where the car was, and from 1980 on', () => {
  const date = zipDate(Date.UTC(2026, 5, 28, 13, 34, 16));
  expect([date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]).toEqual([28, 13, 34, 16]);
  expect(zipDate(0).getFullYear()).toBe(1980);
});
