import { useSyncExternalStore } from 'react';
import type { UploadView } from './upload-view.ts';
import { uploads } from './uploads.ts';

/** What the browser is at with an upload; null when it does not have its files. */
export function useUpload(importId: number): UploadView | null {
  return useSyncExternalStore(uploads.subscribe, uploads.get).get(importId) ?? null;
}
