/** The nonce of this page, by which the content policy lets its own scripts make styles (src/server/http/page-policy.ts). */
export const pageNonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// What keeps the page from scrolling behind a dialog (react-remove-scroll) reads it from here.
Object.assign(globalThis, { __webpack_nonce__: pageNonce });
