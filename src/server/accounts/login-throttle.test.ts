import { expect, test } from 'vitest';
import { LogInThrottle, SlowDownError } from './login-throttle.ts';

function useThrottle(maxAddresses?: number) {
  const clock = { at: 1_000_000_000, now: () => clock.at };
  const throttle = new LogInThrottle(clock, maxAddresses);
  const secondsToWait = (address: string): number => {
    try {
      throttle.begin(address);
      return 0;
    } catch (error) {
      if (error instanceof SlowDownError) return error.seconds;
      throw error;
    }
  };
  return { clock, throttle, secondsToWait };
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

test('the sixth attempt waits, and each wrong one after it waits longer', () => {
  const { clock, secondsToWait } = useThrottle();
  expect(times(6, () => secondsToWait('a'))).toEqual([0, 0, 0, 0, 0, 1]);
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    expect(secondsToWait('a')).toBe(seconds);
    clock.at += seconds * 1000 - 1;
    expect(secondsToWait('a')).toBe(1);
    clock.at += 1;
    expect(secondsToWait('a')).toBe(0);
  }
});

test('attempts that are refused do not count', () => {
  const { clock, secondsToWait } = useThrottle();
  times(500, () => secondsToWait('a'));
  clock.at += 1000;
  expect(secondsToWait('a')).toBe(0);
});

test('the refusal names the seconds and has its own code', () => {
  const { throttle } = useThrottle();
  times(5, () => throttle.begin('a'));
  expect(() => throttle.begin('a')).toThrow('Too many wrong attempts. Try again in 1 second.');
  expect(() => throttle.begin('a')).toThrow(expect.objectContaining({ code: 'slow_down' }));
});

test('a success clears what was wrong before', () => {
  const { throttle, secondsToWait } = useThrottle();
  times(5, () => secondsToWait('a'));
  throttle.succeeded('a');
  expect(times(5, () => secondsToWait('a'))).toEqual([0, 0, 0, 0, 0]);
});

test('addresses that guess together wait together', () => {
  const { secondsToWait } = useThrottle();
  expect(times(9, (index) => secondsToWait(`10.0.0.${index}`))).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
});

test('an owner elsewhere who waits as told gets in, however busily others guess', () => {
  const { clock, secondsToWait } = useThrottle();
  const others = () => times(300, (index) => secondsToWait(`10.0.${index % 7}.${index}`));
  const busySecond = () => {
    others();
    clock.at += 1000;
  };
  times(60, busySecond);
  const told = secondsToWait('192.168.1.7');
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(5);
  times(told, busySecond);
  others();
  expect(secondsToWait('192.168.1.7')).toBe(0);
});

test('memory is bounded, and the address that was idle longest is forgotten first', () => {
  const { throttle } = useThrottle(100);
  expect([throttle.shouldWarn('idle'), throttle.shouldWarn('busy')]).toEqual([true, true]);
  for (const index of times(500, (index) => index)) {
    throttle.shouldWarn(`10.1.${index >> 8}.${index & 255}`);
    expect(throttle.shouldWarn('busy')).toBe(false);
  }
  expect(throttle.size).toBe(100);
  expect(throttle.shouldWarn('idle')).toBe(true);
});

test('wrong attempts of one address are told once a minute', () => {
  const { clock, throttle } = useThrottle();
  expect(throttle.shouldWarn('a')).toBe(true);
  expect(throttle.shouldWarn('b')).toBe(true);
  clock.at += 59_999;
  expect(throttle.shouldWarn('a')).toBe(false);
  clock.at += 1;
  expect(throttle.shouldWarn('a')).toBe(true);
});
