import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { macIn, neighbourMac } from './neighbours.ts';

const table = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.25     0x1         0x2         5C:E7:00:00:00:25     *        eth0
192.168.1.254    0x1         0x2         5c:e7:00:00:00:fe     *        wlan0
192.168.1.30     0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.31     0x1         0x2         00:00:00:00:00:00     *        eth0
192.168.1.32     0x1         0x0         5c:e7:00:00:00:32     *        eth0
192.168.1.33     0x1         0x6         5c:e7:00:00:00:33     *        eth0
`;

const notFound = () => Promise.reject(new Error('ENOTFOUND'));

describe('the table', () => {
  test.each([
    ['192.168.1.25', '5c:e7:00:00:00:25'],
    ['192.168.1.254', '5c:e7:00:00:00:fe'],
    ['192.168.1.33', '5c:e7:00:00:00:33'],
    ['192.168.1.2', null],
    ['192.168.1.30', null],
    ['192.168.1.31', null],
    ['192.168.1.32', null],
  ])('%s', (ip, mac) => {
    expect(macIn(table, ip)).toBe(mac);
  });

  test('no text tells no MAC', () => {
    for (const text of ['', '\n', 'a\nb\nc', '\0\0']) expect(macIn(text, '192.168.1.25')).toBeNull();
  });
});

describe('an address', () => {
  let folder = '';
  let file = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viofosync-neighbours-'));
    file = join(folder, 'arp');
    await writeFile(file, table);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('with or without a port, or by name, is found', async () => {
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return '192.168.1.254';
    };
    for (const address of ['192.168.1.254', '192.168.1.254:8080', 'dashcam.lan', 'dashcam.lan:8080'])
      expect(await neighbourMac(address, { table: file, resolve })).toBe('5c:e7:00:00:00:fe');
    expect(asked).toEqual(['dashcam.lan', 'dashcam.lan']);
  });

  test('that is IPv6 has none here', async () => {
    for (const address of ['[fe80::1%eth0]:8080', '[::1]', '::1'])
      expect(await neighbourMac(address, { table: file })).toBeNull();
  });

  test('is unknown where there is no table, or its name is', async () => {
    expect(await neighbourMac('192.168.1.254', { table: join(folder, 'none') })).toBeNull();
    expect(await neighbourMac('dashcam.lan', { table: file, resolve: notFound })).toBeNull();
  });

  test('of this very machine is in no table', async () => {
    expect(await neighbourMac('127.0.0.1:9')).toBeNull();
  });
});
