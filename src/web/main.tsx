import './zod-setup.ts';
import './ui/global.css';
import './ui/mantine-styles.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api.ts';
import { App } from './app.tsx';
import { startupQuery } from './entry/use-startup.ts';
import { Live } from './live.ts';
import { language, textsReady } from './text/text.ts';
import { TransferStore } from './transfers.ts';
import { ownBuild, Updates } from './updates.ts';

const client = createQueryClient();
void client.prefetchQuery(startupQuery);
const transfers = new TransferStore();
const url = new URL('/api/live', location.href);
url.protocol = url.protocol.replace('http', 'ws');
const live = new Live({ url: url.href, client, transfers });
const updates = new Updates({ ours: ownBuild(), isSaving: () => client.isMutating() > 0 });
updates.start();
// Each time the server is there, it may be another version.
live.subscribe(() => live.get().connected && void updates.look());

document.documentElement.lang = language;
await textsReady();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App client={client} liveParts={{ live, transfers, updates }} />
    </StrictMode>,
  );
}
