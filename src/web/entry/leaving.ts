/** Whether the reader has asked to be logged out, rather than found himself so. Of this page, until it is open again. */
let isWish = false;

export function noteWish(wish: boolean): void {
  isWish = wish;
}

export function isLeavingByWish(): boolean {
  return isWish;
}
