import { pino } from 'pino';
import { expect, test } from 'vitest';
import { SweepLog } from './sweep-log.ts';

function useLog() {
  const lines: { level: number; msg: string }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  const log = new SweepLog(pino({ level: 'debug' }, { write }));
  return { log, lines, messages: () => lines.map(({ msg }) => msg) };
}

const figures = { byAge: 0, byDisk: 0, byQuota: 1, protected: 0, failed: 0, missing: 0 };
const bytes = { freedBytes: 2_000_000, trashedBytes: 0 };
const line = (clips: number) => `retention sweep: ${clips} clip(s) older than 30 days — examining`;

test('a plan that waits for a word is told once, and again when it is another or goes', () => {
  const { log, messages } = useLog();
  for (let sweeps = 0; sweeps < 3; sweeps++) log.header(9, 30, false);
  expect(messages()).toEqual([line(9)]);
  log.header(10, 30, false);
  log.header(10, 30, true);
  expect(messages().slice(1)).toEqual([line(10), line(10)]);
});

test('every sweep that deletes something is told, and an idle one after it', () => {
  const { log, messages } = useLog();
  log.header(9, 30, true);
  log.header(9, 30, true);
  log.header(9, 30, false);
  log.header(9, 30, false);
  log.header(0, 30, true);
  expect(messages()).toEqual([line(9), line(9), line(9)]);
});

test('what made room for one clip is told to who asks for every step, and other sweeps to everybody', () => {
  const { log, lines } = useLog();
  log.summary({ ...figures, ...bytes }, 'room');
  log.summary({ ...figures, ...bytes }, 'clock');
  log.summary({ ...figures, ...bytes });
  const told = 'retention sweep: 0 by time, 0 by disk, 1 by quota, 0 protected, 0 failed, 2.0 MB freed';
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [20, told],
    [30, told],
    [30, told],
  ]);
});
