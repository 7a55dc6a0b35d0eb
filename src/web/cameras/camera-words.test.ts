import { expect, test } from 'vitest';
import { formatCost, foundFacts, notesTitle, suggestedName, vehicleWords } from './camera-words.ts';

const found = {
  ok: true,
  model: 'A229 Pro',
  firmware: 'V1.2',
  recording: 'recording' as const,
  freeBytes: 38_200_000_000,
  message: 'A camera answers',
};
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

test('a test tells model, recording and room on the card', () => {
  expect(foundFacts(found).map(([, value]) => plain(value))).toEqual([
    'A229 Pro, firmware V1.2',
    'Recording',
    '38.2 GB',
  ]);
});

test('a camera is first named after its model', () => {
  expect(suggestedName(found)).toBe('A229 Pro');
  expect(suggestedName(undefined)).toBe('Dashcam');
});

test('short costs are told in milliseconds', () => {
  expect(plain(formatCost(12))).toBe('12 ms');
  expect(plain(formatCost(14_200))).toBe('14 s');
  expect(plain(notesTitle(2))).toBe('2 entries could not be understood');
});

test('cameras of one car name each other', () => {
  const cameras = [
    { id: 1, name: 'Front and rear', vehicle: 'Van' },
    { id: 2, name: 'Cabin', vehicle: 'Van' },
    { id: 3, name: 'Other', vehicle: null },
  ];
  expect(vehicleWords(cameras[0]!, cameras)).toBe('The same car as Cabin: they share journeys.');
  expect(vehicleWords(cameras[2]!, cameras)).toMatch(/^Give cameras of one car/);
});
