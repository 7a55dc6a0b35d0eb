import { t } from './texts.ts';
import { failed } from './toasts.ts';

export function paletteFailed(error: unknown): void {
  failed(t('paletteFailed'))(error instanceof Error ? error : new Error(String(error)));
}
