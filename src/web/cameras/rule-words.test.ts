import { describe, expect, test } from 'vitest';
import { testCamera } from '../test-support.ts';
import { acceptCameraWords, ruleChoices, ruleEffect } from './rule-words.ts';

describe('the rule of a connection', () => {
  const both = testCamera({ alternativeAddress: 'car.example', alternativeRule: 'locked_only' });
  test('says what is fetched and what stays', () => {
    expect(ruleEffect(both, 'main')).toBe('Every clip is fetched.');
    expect(ruleEffect(testCamera({ mainRule: 'nothing' }), 'main')).toBe(
      'Every clip stays on the card. What you ask for is fetched all the same.',
    );
  });
  test('says that the rest waits for the other address, when that fetches more', () => {
    expect(ruleEffect(both, 'alternative')).toContain('They wait until it is reached by its main address.');
    expect(ruleEffect({ ...both, mainRule: 'nothing' }, 'alternative')).not.toContain('They wait');
    expect(ruleEffect(testCamera({ mainRule: 'no_parking' }), 'main')).not.toContain('They wait');
  });
  test('is one of four', () => {
    expect(ruleChoices().map(({ label }) => label)).toEqual([
      'Everything',
      'No parking',
      'Only locked and events',
      'Nothing',
    ]);
  });
});

test('the question before a device is taken for a camera names both and the consequence', () => {
  const words = acceptCameraWords(testCamera()).join(' ');
  expect(words).toContain('192.168.1.254');
  expect(words).toContain('filed as those of Civic');
});
