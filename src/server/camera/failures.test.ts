import { describe, expect, test } from 'vitest';
import { CameraFailure } from './camera.ts';
import { mostTelling, sortFailure, TransportError } from './failures.ts';

describe('sorting', () => {
  test.each([
    ['connect', 'ECONNREFUSED', 'unreachable'],
    ['connect', 'EHOSTUNREACH', 'unreachable'],
    ['connect', 'ENETUNREACH', 'unreachable'],
    ['connect', 'ENOTFOUND', 'unreachable'],
    ['connect', 'ETIMEDOUT', 'unreachable'],
    ['connect', 'EHOSTDOWN', 'unreachable'],
    ['connect', 'CONNECT_TIMEOUT', 'unreachable'],
    ['answer', 'ANSWER_TIMEOUT', 'unreachable'],
    ['body', 'STALLED', 'unreachable'],
    ['body', 'TOO_SLOW', 'unreachable'],
    ['connect', 'ECONNRESET', 'busy'],
    ['answer', 'ECONNRESET', 'busy'],
    ['answer', 'EPIPE', 'busy'],
    ['body', 'ECONNRESET', 'truncated'],
    ['body', 'TOO_SHORT', 'truncated'],
    ['answer', 'HPE_INVALID_CONSTANT', 'malformed'],
    ['body', 'TOO_LARGE', 'malformed'],
    ['connect', 'ENEW', 'unreachable'],
  ] as const)('%s %s is %s', (phase, code, kind) => {
    const failure = sortFailure('192.168.1.254', { error: new TransportError(phase, code) });
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(/^192\.168\.1\.254 [^\n]+$/);
  });

  test.each([
    [301, 'malformed'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'gone'],
    [405, 'refused'],
    [500, 'refused'],
    [503, 'busy'],
    [204, 'malformed'],
  ])('HTTP %d is %s', (httpStatus, kind) => {
    expect(sortFailure('h', { httpStatus }).kind).toBe(kind);
  });

  test.each([
    [-1, 'gone'],
    [-3, 'busy'],
    [-22, 'busy'],
    [-4, 'refused'],
    [-13, 'refused'],
    [-256, 'refused'],
    [-999, 'refused'],
  ])('status %d is %s', (commandStatus, kind) => {
    expect(sortFailure('h', { commandStatus, command: 3015 }).kind).toBe(kind);
  });

  test('what is sorted stays as it is, what is unknown is malformed', () => {
    const failure = new CameraFailure('busy', 'x');
    expect(sortFailure('h', { error: failure })).toBe(failure);
    expect(sortFailure('h', { error: 'text' }).kind).toBe('malformed');
  });

  test('a wall that refuses tells more than a folder that is missing', () => {
    const [gone, refused] = [new CameraFailure('gone', 'a'), new CameraFailure('refused', 'b')];
    expect(mostTelling([gone, refused])).toBe(refused);
    expect(mostTelling([refused, gone])).toBe(refused);
  });
});
