import type { Status } from '../../shared/status.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';

/** What is running here. */
export function AboutPanel() {
  const status = useRoute(routes.getStatus);
  const now = useNow();
  if (!status.data) return null;
  const { version, startedAt, zone, archive, ffmpeg } = status.data;
  return (
    <Panel title="About this installation">
      <Facts
        facts={[
          ['Version', version],
          ['Running since', formatInstant(startedAt, now)],
          ['Time zone of the cameras', zone],
          ['Archive folder', archive.path],
          ['FFmpeg', ffmpegWords(ffmpeg)],
        ]}
      />
    </Panel>
  );
}

function ffmpegWords({ state, version }: Status['ffmpeg']): string {
  if (state === 'found') return version ?? 'Found';
  return state === 'checking' ? 'Being looked for' : 'Not found';
}
