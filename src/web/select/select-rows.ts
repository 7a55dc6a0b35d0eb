/** Rows that can be chosen, as they stand in the page; lists draw only those in view. */

const rowSelector = '[data-capture], [data-item], [data-day]';
const boxSelector = 'input[data-select]';

export const rowOf = (element: Element | null): HTMLElement | null =>
  element?.closest<HTMLElement>(rowSelector) ?? null;

export const boxOf = (row: Element | null): HTMLInputElement | null =>
  row?.querySelector<HTMLInputElement>(`:scope > [data-lead] ${boxSelector}`) ?? null;

/** The row that has the focus, else the one under the pointer. */
export function rowHere(): HTMLElement | null {
  return rowOf(document.activeElement) ?? document.querySelector<HTMLElement>(`:is(${rowSelector}):hover`);
}

/** Presses the box of a row, as a pointer would. */
export function pressBox(box: HTMLInputElement, isRange: boolean): void {
  box.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: isRange }));
}

const kinds = ['data-capture', 'data-item', 'data-day'] as const;

/** The row of the same kind before or after another, as far as it is drawn. */
export function rowBeside(row: HTMLElement, step: 1 | -1): HTMLElement | null {
  const kind = kinds.find((name) => row.hasAttribute(name));
  if (!kind) return null;
  const rows = [...document.querySelectorAll<HTMLElement>(`[${kind}]`)].filter(
    (each) => boxOf(each) !== null,
  );
  return rows[rows.indexOf(row) + step] ?? null;
}

/** Something is open above the page, to which the keys belong; a list with nothing in it is none. */
export const isCovered = (): boolean =>
  [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]')].some(
    (element) => element.childElementCount > 0 && element.getClientRects().length > 0,
  );
