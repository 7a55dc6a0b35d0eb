/** A box within a box in memory. */
export interface Child {
  type: string;
  /** Of the header. */
  start: number;
  /** Of the content. */
  from: number;
  to: number;
}

/** The children of a box, header and all, to the first that cannot be one; the last may be cut short. */
export function* childrenOf(view: DataView): Generator<Child> {
  let at = headerBytesAt(view, 0) ?? view.byteLength;
  for (let header = headerBytesAt(view, at); header !== null; header = headerBytesAt(view, at)) {
    const size32 = view.getUint32(at);
    const size64 = size32 === 1 ? Number(view.getBigUint64(at + 8)) : size32;
    const size = size32 === 0 ? view.byteLength - at : size64;
    if (size < header) return;
    const to = Math.min(at + size, view.byteLength);
    yield { type: typeAt(view, at + 4), start: at, from: at + header, to };
    at = to;
  }
}

/** 8, or 16 for a 64-bit size; null where no header fits. */
function headerBytesAt(view: DataView, at: number): 8 | 16 | null {
  if (at + 8 > view.byteLength) return null;
  if (view.getUint32(at) !== 1) return 8;
  return at + 16 > view.byteLength ? null : 16;
}

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

/** The bytes of a child. */
export const contentView = (view: DataView, from: number, to: number): DataView =>
  new DataView(view.buffer, view.byteOffset + from, to - from);

/** A child with its header, on a path of types; undefined where there is none. */
export function descendant(view: DataView, ...path: string[]): DataView | undefined {
  const [type, ...rest] = path;
  if (type === undefined) return view;
  for (const child of childrenOf(view)) {
    if (child.type === type) return descendant(contentView(view, child.start, child.to), ...rest);
  }
  return undefined;
}
