import { expect, test } from 'vitest';
import type { Channel } from '../clip-source.ts';
import { pictureInput, pictureLabel, soundInput } from './test-pattern.ts';

const channels: Channel[] = ['front', 'rear', 'interior', 'tele'];

test('every channel has a picture, a label and a pitch of its own', () => {
  for (const argsOf of [(channel: Channel) => pictureInput(channel, '640x360'), pictureLabel, soundInput]) {
    expect(new Set(channels.map((channel) => argsOf(channel).join(' '))).size).toBe(4);
  }
});
