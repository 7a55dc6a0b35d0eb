import { describe, expect, test } from 'vitest';
import type { VolumeCheck } from '../../shared/set-up.ts';
import { findingsOf } from './volume-words.ts';

const check = (over: Partial<VolumeCheck> = {}): VolumeCheck => ({
  volume: 'recordings',
  path: '/recordings',
  state: 'ready',
  message: null,
  freeBytes: 2e12,
  totalBytes: 4e12,
  networkType: null,
  trial: { bytes: 16 * 1024 * 1024, writeMs: 160, bytesPerSecond: 100e6, syncMs: 5 },
  isShared: false,
  ...over,
});
const said = (over: Partial<VolumeCheck>) =>
  findingsOf(check(over)).map(({ tone, text }) => `${tone}: ${text.replaceAll('\u00a0', ' ')}`);

describe('the folder of the recordings', () => {
  test('is as it should be', () => {
    expect(said({})).toEqual([
      'good: 2 TB of 4 TB are free.',
      'good: Writing works, at 100 MB/s.',
      'good: It is marked as the archive of this installation.',
    ]);
  });
  test('may be a share, full, and slow', () => {
    const trial = { bytes: 16 * 1024 * 1024, writeMs: 4000, bytesPerSecond: 4e6, syncMs: 5 };
    expect(said({ networkType: 'cifs', freeBytes: 5e9, trial })).toEqual([
      'note: Only 5 GB are free.',
      'note: Writing works, but at 4 MB/s only.',
      'good: It is marked as the archive of this installation.',
      'good: It lies on a network share (cifs), which is fine for recordings.',
    ]);
  });
  test('that cannot be used says what the server says, and nothing that was not seen', () => {
    const message = '/recordings is mounted read-only. Mount it so that it can be written.';
    expect(said({ state: 'unwritable', message, freeBytes: null, totalBytes: null, trial: null })).toEqual([
      `bad: ${message}`,
    ]);
  });
  test('with too little room to measure its speed is said to work', () => {
    const trial = { bytes: 1000, writeMs: 1, bytesPerSecond: 1e6, syncMs: 5 };
    expect(said({ trial })).toContain('good: Writing works.');
  });
});

const config = (over: Partial<VolumeCheck>) => said({ volume: 'config', ...over });

describe('the folder of the configuration', () => {
  test('is on a disk of its own', () => {
    expect(config({})).toEqual([
      'good: It lies on a disk of this machine.',
      'good: 2 TB of 4 TB are free.',
      'good: Writing works, at 100 MB/s.',
      'good: It is another disk than that of the recordings.',
    ]);
  });
  test('on a network file system is told first, with what to do', () => {
    const [first] = findingsOf(check({ volume: 'config', networkType: 'nfs4' }));
    expect(first).toMatchObject({ tone: 'bad', text: 'It lies on a network file system (nfs4).' });
    expect(first?.advice).toMatch(/CONFIG_DIR/);
  });
  test('on the disk of the recordings, slow and nearly full, is told with what that means', () => {
    const trial = { bytes: 16 * 1024 * 1024, writeMs: 4000, bytesPerSecond: 4e6, syncMs: 400 };
    const findings = findingsOf(check({ volume: 'config', isShared: true, trial, freeBytes: 1e9 }));
    expect(
      findings.filter(({ tone }) => tone === 'note').map(({ text }) => text.replaceAll('\u00a0', ' ')),
    ).toEqual([
      'Only 1 GB are free.',
      'A small change takes 400 ms until it is safe.',
      'It is the same disk as that of the recordings.',
    ]);
    for (const { tone, advice } of findings) expect(advice === null).toBe(tone === 'good');
  });
});
