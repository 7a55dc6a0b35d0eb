import { expect, test } from 'vitest';
import type { Encoder } from '../../shared/media.ts';
import { chooseEncoder, deviceOf, explainTrial, lackOf, type EncoderDevices } from './encoder-policy.ts';
import { lastWords } from './ffmpeg-policy.ts';

const none: EncoderDevices = { renderNodes: [], videoNodes: [] };
const node = (isOpenable: boolean) => ({ path: '/dev/dri/renderD128', gid: 105, isOpenable });
const chip: EncoderDevices = { renderNodes: [node(true)], videoNodes: ['video0'] };
const closed: EncoderDevices = { renderNodes: [node(false)], videoNodes: [] };

test.each<[encoder: Encoder, devices: EncoderDevices, said: RegExp | null]>([
  ['software', none, null],
  ['nvenc', none, null],
  ['vaapi', chip, null],
  ['qsv', chip, null],
  ['v4l2m2m', chip, null],
  ['vaapi', none, /no graphics chip .*devices: \["\/dev\/dri:\/dev\/dri"\]/],
  ['qsv', none, /no graphics chip/],
  ['vaapi', closed, /renderD128 may not be opened.*group_add: \["105"\]/],
  ['v4l2m2m', none, /no video device/],
])('what %s lacks with these devices is said before anything is tried', (encoder, devices, said) => {
  const lack = lackOf(encoder, devices);
  if (said === null) expect(lack).toBeNull();
  else expect(lack).toMatch(said);
});

test('the chip that may be opened is used', () => {
  expect(
    deviceOf({ ...none, renderNodes: [node(false), { ...node(true), path: '/dev/dri/renderD129' }] }),
  ).toBe('/dev/dri/renderD129');
  expect(deviceOf(closed)).toBeNull();
});

test.each<[encoder: Encoder, stderr: string, said: RegExp]>([
  ['software', "Unknown encoder 'libx264'", /built without libx264/],
  ['qsv', "[x @ 0x1] Unknown encoder 'h264_qsv'", /built without h264_qsv/],
  ['nvenc', '[h264_nvenc @ 0x55] Cannot load libcuda.so.1', /NVIDIA card or driver.*container toolkit/],
  [
    'nvenc',
    'Driver does not support the required nvenc API version. Required: 12.1 Found: 11.1\nThe minimum required Nvidia driver for nvenc is 530',
    /driver is too old/,
  ],
  ['nvenc', 'OpenEncodeSessionEx failed: out of memory (10)', /no room for another/],
  ['vaapi', '[AVHWDeviceContext @ 0x5] Failed to initialise VAAPI connection: -1', /intel-media-va-driver/],
  ['vaapi', 'No usable encoding entrypoint found for profile VAProfileH264Main', /cannot encode H\.264/],
  ['qsv', 'Error creating a MFX session: -9.', /Quick Sync does not answer/],
  ['v4l2m2m', '[h264_v4l2m2m @ 0x5] Could not find a valid device', /None of the devices/],
  [
    'vaapi',
    'one\n[x @ 0x55d2] Something odd at /home/me/secret/film.mp4\n',
    /^The test failed: Something odd/,
  ],
  ['software', '', /does not say why/],
])('what %s says is put in words that somebody can act on', (encoder, stderr, said) => {
  const words = explainTrial(encoder, { stderr, isOver: 'failed' }, lastWords);
  expect(words).toMatch(said);
  expect(words).not.toContain('secret');
});

test('a test that is late or good says so', () => {
  expect(explainTrial('vaapi', { stderr: '', isOver: 'late' }, lastWords)).toMatch(/half a minute/);
  expect(explainTrial('vaapi', { stderr: 'a warning', isOver: 'good' }, lastWords)).toBeNull();
});

test('the first encoder that works is used, and chips only where they may be', () => {
  const both = new Set<Encoder>(['software', 'qsv', 'vaapi']);
  expect(chooseEncoder(both, { hardware: true })).toBe('vaapi');
  expect(chooseEncoder(both, { hardware: false })).toBe('software');
  expect(chooseEncoder(new Set(['qsv']), { hardware: false })).toBeNull();
  expect(chooseEncoder(new Set(), { hardware: true })).toBeNull();
});
