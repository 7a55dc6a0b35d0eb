const key = 'viofosync-map-reload';
const againAfterMs = 30_000;

/**
 * Which servers a page may reach is fixed when it is loaded. When the browser refuses it the map's server, chosen
 * since, the page is loaded anew, but not time and again. Returns a function that ends the watch.
 */
export function reloadWhenRefused(origin: string): () => void {
  const refused = ({ blockedURI, timeStamp }: SecurityPolicyViolationEvent) => {
    if (!blockedURI.startsWith(origin)) return;
    const now = performance.timeOrigin + timeStamp;
    const last = Number(sessionStorage.getItem(key) ?? 0);
    if (now - last < againAfterMs) return;
    sessionStorage.setItem(key, String(now));
    window.location.reload();
  };
  document.addEventListener('securitypolicyviolation', refused);
  return () => document.removeEventListener('securitypolicyviolation', refused);
}
