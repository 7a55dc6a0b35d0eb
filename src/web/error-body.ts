import { errorCodes, type ErrorBody, type ErrorCode } from '../shared/errors.ts';

/**
 * What a refusal of our server says; null for the answer of somebody else. By hand: a schema would bring its whole
 * library into the first view of every page.
 */
export function errorIn(answer: unknown): ErrorBody['error'] | null {
  const error = propertyOf(answer, 'error');
  const [code, message, details] = [
    propertyOf(error, 'code'),
    propertyOf(error, 'message'),
    propertyOf(error, 'details'),
  ];
  if (!isCode(code) || typeof message !== 'string') return null;
  if (details === undefined) return { code, message };
  return Array.isArray(details) && details.every(isOfField) ? { code, message, details } : null;
}

const isCode = (value: unknown): value is ErrorCode => errorCodes.some((code) => code === value);

function isOfField(value: unknown): value is { field: string; message: string } {
  return typeof propertyOf(value, 'field') === 'string' && typeof propertyOf(value, 'message') === 'string';
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
