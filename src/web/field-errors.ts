import type { ApiError } from './api.ts';

/** A refusal sorted by the fields of a form; `rest` is what belongs to none of them. */
export function fieldErrors(
  error: ApiError | null,
  names: readonly string[],
): { fields: Record<string, string>; rest: string | null } {
  const fields: Record<string, string> = {};
  for (const { field, message } of error?.details ?? []) {
    // The server names a field by its place in the request, such as `body.address`.
    const name = names.find((each) => field === each || field.endsWith(`.${each}`));
    if (name !== undefined) fields[name] ??= message;
  }
  const isPlaced = Object.keys(fields).length > 0;
  return { fields, rest: error && !isPlaced ? error.message : null };
}
