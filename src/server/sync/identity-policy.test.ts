import { describe, expect, test } from 'vitest';
import { judgeIdentity, type KnownCamera, type SeenCamera } from './identity-policy.ts';

const firmware = 'VIOFO_A329S_V1.0_250101';
const nothing: KnownCamera = { name: 'Car', model: null, firmware: null, bluetoothMac: null, wifiMac: null };
const car: KnownCamera = {
  name: 'Car',
  model: 'A329S',
  firmware,
  bluetoothMac: 'bt:car',
  wifiMac: 'wifi:car',
};
const van: KnownCamera = {
  name: 'Van',
  model: 'A329S',
  firmware,
  bluetoothMac: 'bt:van',
  wifiMac: 'wifi:van',
};
const seenCar: SeenCamera = { model: 'A329S', firmware, bluetoothMac: 'bt:car', wifiMac: 'wifi:car' };

function judge(
  known: Partial<KnownCamera & { accepted: boolean }>,
  seen: Partial<SeenCamera>,
  others: KnownCamera[] = [],
) {
  return judgeIdentity({ ...car, accepted: false, ...known }, { ...seenCar, ...seen }, others);
}

describe('the same', () => {
  test.each<[string, Partial<KnownCamera>, Partial<SeenCamera>, boolean]>([
    ['everything as it was', {}, {}, true],
    ['the Bluetooth MAC alone', { wifiMac: null }, {}, true],
    ['the Bluetooth MAC, over another band or a repeater', {}, { wifiMac: 'wifi:repeater' }, true],
    ['the Wi-Fi MAC, when it tells no other', { bluetoothMac: null }, { bluetoothMac: null }, true],
    [
      'a camera that does not tell its Bluetooth MAC this time',
      {},
      { bluetoothMac: null, wifiMac: null },
      false,
    ],
    [
      'another Wi-Fi MAC alone proves nothing',
      { bluetoothMac: null },
      { bluetoothMac: null, wifiMac: 'x' },
      false,
    ],
    ['a firmware that names no model', { bluetoothMac: null, wifiMac: null }, { model: null }, false],
    ['the first contact', nothing, {}, false],
  ])('%s', (_name, known, seen, proven) => {
    expect(judge(known, seen)).toMatchObject({ verdict: 'same', proven });
  });

  test('an update of the firmware is learned', () => {
    const verdict = judge({}, { firmware: 'VIOFO_A329S_V2.0_260101' });
    expect(verdict).toMatchObject({ verdict: 'same', learn: { firmware: 'VIOFO_A329S_V2.0_260101' } });
  });

  test('what was not known is learned, and nothing else', () => {
    expect(judge(nothing, {}).learn).toEqual(seenCar);
    expect(judge({}, {}).learn).toEqual({});
    expect(judge({ bluetoothMac: null }, {}).learn).toEqual({ bluetoothMac: 'bt:car' });
    expect(judge({}, { model: null, bluetoothMac: null, wifiMac: null }).learn).toEqual({});
  });

  test('another Wi-Fi MAC is learned only when the Bluetooth MAC proves the camera', () => {
    expect(judge({}, { wifiMac: 'wifi:new' }).learn).toEqual({ wifiMac: 'wifi:new' });
    expect(judge({}, { wifiMac: 'wifi:new', bluetoothMac: null }).learn).toEqual({});
  });
});

describe('a stranger', () => {
  test.each<[string, Partial<KnownCamera>, Partial<SeenCamera>, RegExp]>([
    ['another model', {}, { model: 'A119MINI2' }, /A119MINI2.*A329S/],
    ['another model with our MAC', {}, { model: 'A119MINI2', bluetoothMac: 'bt:car' }, /A119MINI2/],
    [
      'the same model with another Bluetooth MAC',
      {},
      { bluetoothMac: 'bt:else' },
      /same model.*bt:else.*bt:car/,
    ],
    ['another Bluetooth MAC behind the same repeater', {}, { bluetoothMac: 'bt:else' }, /same model/],
    [
      'another camera of ours by Bluetooth',
      { bluetoothMac: null },
      { bluetoothMac: 'bt:van' },
      /^This is Van\.$/,
    ],
    ['another camera of ours rather than an unknown one', {}, { bluetoothMac: 'bt:van' }, /^This is Van\.$/],
    [
      'another camera of ours by its Wi-Fi MAC',
      { bluetoothMac: null, wifiMac: null },
      { bluetoothMac: null, wifiMac: 'wifi:van' },
      /^This is Van\.$/,
    ],
    [
      'another camera of ours at the first contact',
      nothing,
      { bluetoothMac: null, wifiMac: 'wifi:van' },
      /Van/,
    ],
  ])('%s', (_name, known, seen, reason) => {
    const verdict = judge(known, seen, [van]);
    expect(verdict).toMatchObject({ verdict: 'stranger', proven: false, learn: {} });
    expect(verdict.reason).toMatch(reason);
  });
});

describe('one MAC for two cameras, as behind a repeater', () => {
  const [carThere, vanThere] = [car, van].map((one) => ({
    ...one,
    bluetoothMac: null,
    wifiMac: 'wifi:repeater',
  }));
  const seen = { bluetoothMac: null, wifiMac: 'wifi:repeater' };

  test('makes no stranger of either, and proves neither', () => {
    expect(judge(carThere!, seen, [vanThere!])).toMatchObject({ verdict: 'same', proven: false });
  });

  test('does not make the other camera of one whose model or Bluetooth MAC is not its', () => {
    const other = { ...van, wifiMac: 'wifi:repeater' };
    expect(judge(nothing, { ...seen, model: 'A119' }, [other]).verdict).toBe('same');
    expect(judge(nothing, { ...seen, bluetoothMac: 'bt:car' }, [other]).verdict).toBe('same');
  });
});

test('whoever was accepted just now is the camera, whatever speaks against it', () => {
  for (const seen of [{ model: 'A119' }, { bluetoothMac: 'bt:van' }, { bluetoothMac: 'bt:else' }]) {
    expect(judge({ accepted: true }, seen, [van]).verdict).toBe('same');
  }
  const learn = judge({ ...nothing, accepted: true }, { bluetoothMac: 'bt:van' }, [van]).learn;
  expect(learn).toEqual({ ...seenCar, bluetoothMac: 'bt:van' });
});
