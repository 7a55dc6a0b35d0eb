/** The field of times and places is on pages of the archive alone: from elsewhere the wish goes ahead of the reader. */
let isWished = false;

const field = () => document.querySelector<HTMLInputElement>('[data-go-to]');

/** Puts the cursor into the field; false where the page has none. */
export function focusGoTo(): boolean {
  const input = field();
  input?.focus();
  return input !== null;
}

export function wishGoTo(): void {
  isWished = true;
}

/** Whether somebody came for the field; asked once. */
export function takeGoToWish(): boolean {
  const was = isWished;
  isWished = false;
  return was;
}
