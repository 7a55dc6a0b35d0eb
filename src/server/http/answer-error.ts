import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { httpStatusOf, type ErrorBody, type ErrorCode } from '../../shared/errors.ts';
import { AppError } from '../lib/errors.ts';

/** Turns whatever a handler threw into the one form of error that callers know. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = describeError(error);
  if (status === 500) request.log.error({ err: error }, 'request failed');
  return reply.code(status).send(body);
}

function describeError(error: unknown): { status: number; body: ErrorBody } {
  if (error instanceof AppError) return answer(error.code, error.message, error.details);
  if (error instanceof ZodError) {
    const details = error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    const first = details[0];
    return answer(
      'invalid',
      first ? `${first.field ? `${first.field}: ` : ''}${first.message}` : 'wrong input',
      details,
    );
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (error instanceof Error && status >= 400 && status < 500) {
    return { ...answer(status === 404 ? 'not_found' : 'invalid', error.message), status };
  }
  return answer('internal', 'Something went wrong inside the program; its log has the details.');
}

function answer(code: ErrorCode, message: string, details?: ErrorBody['error']['details']) {
  return { status: httpStatusOf[code], body: { error: { code, message, ...(details && { details }) } } };
}
