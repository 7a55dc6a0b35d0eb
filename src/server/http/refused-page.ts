import type { Refusal } from './same-origin.ts';

/** Files that the page of a refusal looks like itself with; they hold nothing. */
export const refusedFiles: ReadonlySet<string> = new Set(['/refused.css', '/favicon.svg']);

/** A refusal as a page for people: by which name the program was called, and what to set for it to answer. */
export function refusedPage({ about, message, host }: Refusal): string {
  const body = about === 'host' ? hostWords(host, message) : `<p>${escaped(message)}</p>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Not by this name, viofosync</title>
    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
    <link rel="stylesheet" href="/refused.css" />
  </head>
  <body>
    <main>
      <p class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />viofosync</p>
      <h1>Not by this name</h1>
      ${body}
    </main>
  </body>
</html>
`;
}

function hostWords(host: string, message: string): string {
  if (!message.includes('ALLOWED_HOSTS')) return `<p>${escaped(message)}</p>`;
  const name = escaped(host);
  return `<p>This program does not answer as <b>${name}</b>. It knows only addresses, names of the home network and names that were allowed, so that a page of a stranger’s site cannot reach it through your browser.</p>
      <p>If that name is yours, start the program with it:</p>
      <p><code>ALLOWED_HOSTS=${name}</code></p>
      <p>Or open it by its IP address, log in, and add the name under <b>Settings, Names that it answers by</b>. Behind a reverse proxy, both ways work.</p>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
