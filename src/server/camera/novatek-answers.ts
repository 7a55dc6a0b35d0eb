import { Parser } from 'htmlparser2';
import { readCommands } from './novatek-commands.ts';
import type { CameraInfo } from './camera.ts';
import type { RecordState } from '../../shared/cameras.ts';

/** One `<Cmd>` and what followed it before the next one. In the answer to 3014 `status` is a setting's value. */
export interface AnswerPart {
  command: number;
  status: number | null;
  text: string | null;
  value: number | null;
}

const partFields = new Set(['cmd', 'status', 'string', 'value']);

/**
 * Reads a `<Function>` answer as a stream of tokens, since 3014 lists its pairs flat in one element and wraps some of
 * them in a `<Function>` of their own. Null when the text is no such answer.
 */
export function parseAnswer(text: string): AnswerPart[] | null {
  const parts: AnswerPart[] = [];
  let [isAnswer, field, content] = [false, '', ''];
  const parser = new Parser(
    {
      onopentag: (name) => {
        isAnswer ||= name === 'function';
        [field, content] = [partFields.has(name) ? name : '', ''];
      },
      ontext: (data) => {
        if (field !== '' && content.length < 1024) content += data;
      },
      onclosetag: (name, implied) => {
        if (isAnswer && !implied && name === field) addField(parts, field, content.trim());
        field = '';
      },
    },
    { xmlMode: true, lowerCaseTags: true, decodeEntities: true },
  );
  parser.end(text);
  return isAnswer ? parts : null;
}

function addField(parts: AnswerPart[], field: string, content: string): void {
  if (field === 'cmd') {
    const command = integer(content);
    if (command !== null) parts.push({ command, status: null, text: null, value: null });
    return;
  }
  const part = parts.at(-1);
  if (!part) return;
  if (field === 'status') part.status = integer(content);
  else if (field === 'string') part.text = content;
  else part.value = integer(content);
}

function integer(text: string): number | null {
  if (!/^[+-]?\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** The first part of an answer that is about the command; null when there is none. */
export function partOf(answer: readonly AnswerPart[] | null, command: number): AnswerPart | null {
  return answer?.find((part) => part.command === command) ?? null;
}

/** The camera by its answer to 3012; null when the answer is not a camera's. */
export function readInfo(text: string): CameraInfo | null {
  const firmware = partOf(parseAnswer(text), readCommands.firmwareVersion)?.text;
  if (!firmware) return null;
  const clean = firmware.replace(/\p{Cc}/gu, ' ').slice(0, 120);
  return { firmware: clean, model: modelOfFirmware(clean) };
}

/** `A329S` of `VIOFO_A329S_V2.2_260815`, `A119M Pro` of `A119M Pro_V1.1.20260109`; null for other forms. */
export function modelOfFirmware(firmware: string): string | null {
  return /^(?:VIOFO_)?(.+?)_V?\d/i.exec(firmware)?.[1]?.trim() || null;
}

/** `aa:bb:cc:dd:ee:ff` of what a camera answers to 9346; null for everything that is no machine's own address. */
export function readMac(text: string | null): string | null {
  const digits = (text ?? '').trim().toLowerCase();
  if (!/^[0-9a-f]{2}([:-]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/.test(digits)) return null;
  const pairs = digits.match(/[0-9a-f]{2}/g) ?? [];
  return new Set(pairs).size === 1 ? null : pairs.join(':');
}

/** Setting 2001 in the answer to 3014: only an explicit 1 or 0 tells anything. */
export function readRecordState(answer: readonly AnswerPart[]): RecordState {
  const value = partOf(answer, 2001)?.status;
  if (value === 1) return 'recording';
  return value === 0 ? 'stopped' : 'unknown';
}
