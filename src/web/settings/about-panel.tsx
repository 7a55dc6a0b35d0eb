import type { Status } from '../../shared/status.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';

/** What is running here. */
export function AboutPanel() {
  const status = useRoute(routes.getStatus);
  const now = useNow();
  if (!status.data) return null;
  const { version, startedAt, zone, archive, ffmpeg } = status.data;
  return (
    <Panel title={t('about')}>
      <Facts
        facts={[
          [t('version'), version],
          [t('runningSince'), formatInstant(startedAt, now)],
          [t('zoneOfCameras'), zone],
          [t('archiveFolder'), archive.path],
          ['FFmpeg', ffmpegWords(ffmpeg)],
        ]}
      />
    </Panel>
  );
}

function ffmpegWords({ state, version }: Status['ffmpeg']): string {
  if (state === 'found') return version ?? t('ffmpegFound');
  return t(state === 'checking' ? 'ffmpegChecking' : 'ffmpegMissing');
}
