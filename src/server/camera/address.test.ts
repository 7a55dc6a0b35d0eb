import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCameraAddress } from './address.ts';

describe('an address', () => {
  test.each([
    ['192.168.1.254', '192.168.1.254', 80, '192.168.1.254'],
    ['  192.168.1.254\n', '192.168.1.254', 80, '192.168.1.254'],
    ['192.168.1.254:8080', '192.168.1.254', 8080, '192.168.1.254:8080'],
    ['192.168.1.254:80', '192.168.1.254', 80, '192.168.1.254'],
    ['http://192.168.1.254/', '192.168.1.254', 80, '192.168.1.254'],
    ['HTTP://dashcam.lan:81', 'dashcam.lan', 81, 'dashcam.lan:81'],
    ['my_cam', 'my_cam', 80, 'my_cam'],
    ['fe80::1', 'fe80::1', 80, '[fe80::1]'],
    ['fe80::1%eth0', 'fe80::1%eth0', 80, '[fe80::1%eth0]'],
    ['[fe80::1%eth0]:81', 'fe80::1%eth0', 81, '[fe80::1%eth0]:81'],
    ['[::1]', '::1', 80, '[::1]'],
    ['[::1]:8080', '::1', 8080, '[::1]:8080'],
  ])('%s is understood', (text, host, port, hostHeader) => {
    expect(parseCameraAddress(text)).toEqual({ host, port, hostHeader });
  });

  test.each([
    ['', /empty/],
    ['http://', /empty/],
    ['192.168.1 .254', /blanks/],
    ['a\tb', /blanks/],
    ['https://192.168.1.254', /not https/],
    ['rtsp://192.168.1.254/xxx.mov', /only the address/],
    ['admin:secret@192.168.1.254', /user name or password/],
    ['192.168.1.254/DCIM', /folder or page/],
    ['192.168.1.254\\DCIM', /folder or page/],
    ['192.168.1.254?custom=1&cmd=3010', /follows a \?/],
    ['cam#1', /follows a \?/],
    ['cam:', /port/],
    ['cam:0', /port/],
    ['cam:65536', /port/],
    ['cam:http', /not understood/],
    [':80', /host is missing/],
    ['192.168.1', /four numbers/],
    ['192.168.1.256', /four numbers/],
    ['[192.168.1.1]', /not an IPv6/],
    ['[::1', /not understood/],
    ['fe80::1::2', /not understood/],
    ['-cam', /neither/],
    ['dash cam', /blanks/],
    ['käm.lan', /neither/],
    ['a..b', /neither/],
    ['a'.repeat(254), /neither/],
  ])('%j is refused with a reason and an example', (text, reason) => {
    const result = parseCameraAddress(text);
    expect(result).toHaveProperty('error', expect.stringMatching(reason));
    expect(result).toHaveProperty('error', expect.stringContaining('192.168.1.254'));
    expect(result).toHaveProperty('error', expect.not.stringContaining('secret'));
  });

  test('whatever is typed gives an address that reads the same again, or one line of error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a1.:[]%/@?-') })), (text) => {
        const address = parseCameraAddress(text);
        if ('error' in address) expect(address.error).not.toContain('\n');
        else expect(parseCameraAddress(address.hostHeader)).toEqual(address);
      }),
    );
  });
});
