/** Less than this fits into one packet as it is. */
const leastBytes = 1024;
const words = /^(application\/(json|gpx\+xml|geo\+json)|text\/)/;

/** Whether an answer of so many bytes is text that nobody has compressed yet, and large enough. */
export function isWorthCompressing(headers: Readonly<Record<string, unknown>>, bytes: number): boolean {
  if (bytes < leastBytes || headers['content-encoding'] !== undefined) return false;
  // A strong name of these very bytes, or a part of them: both speak of them as they are.
  if (headers['etag'] !== undefined || headers['content-range'] !== undefined) return false;
  const { ['content-type']: type } = headers;
  return typeof type === 'string' && words.test(type);
}

/** Whether who asks takes gzip, by an `Accept-Encoding` header. */
export function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  const wishes = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((wish) => wish.trim().split(/\s*;\s*q\s*=\s*/));
  const weightOf = (name: string) => {
    const wish = wishes.find(([coding]) => coding === name);
    return wish && Number(wish[1] ?? 1);
  };
  return (weightOf('gzip') ?? weightOf('*') ?? 0) > 0;
}
