import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelOfFirmware, parseAnswer, partOf, readInfo, readRecordState } from './novatek-answers.ts';

const head = '<?xml version="1.0" encoding="UTF-8" ?>\n';
const settings = (value: string) => `${head}<Function>
<Cmd>2000</Cmd>\n<Status>1</Status>
<Function><Cmd>2005</Cmd><Status>0</Status><String>6,6,6</String></Function>
<Cmd>2001</Cmd>\n<Status>${value}</Status>
<Cmd>2002</Cmd>\n<Status>3</Status>
</Function>`;

describe('answers', () => {
  test.each([
    ['A119M Pro_V1.1.20260109', 'A119M Pro'],
    ['VIOFO_A329S_V2.2_260815', 'A329S'],
    ['VIOFO_A229P_V1.3_250120', 'A229P'],
    ['A129Pro_V2.0', 'A129Pro'],
    ['20260101', null],
    ['custom', null],
  ])('the model of %s is %s', (firmware, model) => {
    expect(modelOfFirmware(firmware)).toBe(model);
  });

  test('a camera is known by its answer to 3012', () => {
    const text = `${head}<Function>\n<Cmd>3012</Cmd>\n<Status>0</Status>\n<String>A119M Pro_V1.1.20260109</String>\n</Function>`;
    expect(readInfo(text)).toEqual({ firmware: 'A119M Pro_V1.1.20260109', model: 'A119M Pro' });
  });

  test.each([
    '',
    '<html><title>Router</title></html>',
    '<Function><Cmd>3012</Cmd><Status>0</Status></Function>',
    '<Function><Cmd>3012</Cmd><Status>0</Status><String> </String></Function>',
    '<Function><Cmd>3016</Cmd><Status>0</Status><String>x</String></Function>',
    '<Cmd>3012</Cmd><String>x</String>',
  ])('%j is no camera', (text) => {
    expect(readInfo(text)).toBeNull();
  });

  test.each([
    ['1', 'recording'],
    ['0', 'stopped'],
    ['2', 'unknown'],
    ['-256', 'unknown'],
    ['', 'unknown'],
  ])('record flag %j is %s', (value, state) => {
    expect(readRecordState(parseAnswer(settings(value)) ?? [])).toBe(state);
  });

  test('flat pairs and wrapped settings are read as one stream', () => {
    const answer = parseAnswer(settings('1'));
    expect(answer?.map((part) => part.command)).toEqual([2000, 2005, 2001, 2002]);
    expect(partOf(answer, 2005)).toMatchObject({ text: '6,6,6' });
    expect(partOf(answer, 9999)).toBeNull();
  });

  test('any text is an answer or none, without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseAnswer(text);
        readInfo(`<Function><Cmd>3012</Cmd><String>${text}</String>`);
      }),
    );
  });
});
