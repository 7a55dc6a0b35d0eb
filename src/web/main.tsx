import './zod-setup.ts';
import './ui/global.css';
import './ui/mantine-styles.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api.ts';
import { App } from './app.tsx';
import { Live } from './live.ts';
import { TransferStore } from './transfers.ts';

const client = createQueryClient();
const transfers = new TransferStore();
const url = new URL('/api/live', location.href);
url.protocol = url.protocol.replace('http', 'ws');
const live = new Live({ url: url.href, client, transfers });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App client={client} liveParts={{ live, transfers }} />
    </StrictMode>,
  );
}
