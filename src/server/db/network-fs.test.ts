import { expect, test } from 'vitest';
import { networkTypeOf, parseMounts } from './network-fs.ts';

const mounts = parseMounts(
  [
    'overlay / overlay rw 0 0',
    'proc /proc proc rw 0 0',
    'nas:/vol /config nfs4 rw 0 0',
    '/dev/sda1 /config/local ext4 rw 0 0',
    '//nas/share /mnt/my\\040share cifs rw 0 0',
    'user@host: /srv/ssh fuse.sshfs rw 0 0',
    'tmpfs /twice tmpfs rw 0 0',
    'host /twice 9p rw 0 0',
    'broken',
    '',
  ].join('\n'),
);

test.each([
  ['/config', 'nfs4'],
  ['/config/a/b', 'nfs4'],
  ['/config/local', null],
  ['/config/local/x', null],
  ['/configuration', null],
  ['/mnt/my share/db', 'cifs'],
  ['/srv/ssh', 'fuse.sshfs'],
  ['/home/me', null],
  ['/twice/x', '9p'],
])('the longest mount point above %s decides: %s', (folder, type) => {
  expect(networkTypeOf(folder, mounts)).toBe(type);
});

test('without any mounts nothing is on a network', () => {
  expect(networkTypeOf('/config', parseMounts(''))).toBeNull();
});

test.each(['nfs', 'cifs', 'smb3', '9p', 'fuse.sshfs', 'ceph', 'glusterfs', 'fuse.glusterfs'])(
  '%s is a network file system',
  (type) => {
    expect(networkTypeOf('/x', [{ point: '/', type }])).toBe(type);
  },
);
