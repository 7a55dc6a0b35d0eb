import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import { exportFormats, type ExportFormat } from '../../shared/tracks.ts';
import { urlOf } from '../api.ts';
import { exportWords } from './journey-words.ts';

interface ExportMenuProps {
  /** What is exported, within a sentence: `the day`. */
  what: string;
  of: { day: string } | { journeyId: number };
}

/** The track as a file, in the form that some other program wants. */
export function ExportMenu({ what, of }: ExportMenuProps) {
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={17} />}
          aria-label={`Export the track of ${what}`}
        >
          Export
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
