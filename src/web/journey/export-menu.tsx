import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import { exportFormats, type ExportFormat } from '../../shared/tracks.ts';
import { urlOf } from '../api.ts';
import { exportWords } from './journey-words.ts';
import { t } from './texts.ts';

interface ExportMenuProps {
  of: { day: string } | { journeyId: number };
}

/** The track as a file, in the form that some other program wants. */
export function ExportMenu({ of }: ExportMenuProps) {
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={17} />}
          aria-label={t('day' in of ? 'exportDay' : 'exportJourney')}
        >
          {t('export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {exportFormats.map((format) => (
          <Menu.Item key={format} component="a" href={fileUrl(of, format)} download>
            {exportWords[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function fileUrl(of: ExportMenuProps['of'], format: ExportFormat): string {
  return 'day' in of
    ? urlOf(routes.exportDayTrack, { params: { day: of.day }, query: { format } })
    : urlOf(routes.exportJourneyTrack, { params: { id: of.journeyId }, query: { format } });
}
