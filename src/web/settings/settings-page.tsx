import { Kbd, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconSearch, IconZoomExclamation } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { useKeys } from '../ui/keys.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { AboutPanel } from './about-panel.tsx';
import { SettingRow } from './setting-row.tsx';
import { isEffective, searchSections, settingFields } from './settings-fields.ts';
import classes from './settings-page.module.css';

const fields = settingFields();

/** Where what a section decides is to be seen. */
const sectionLinks: Record<string, ReactNode> = {
  storage: <Link to="/storage">See what rules would delete</Link>,
  journeys: <Link to="/places">Name your places</Link>,
  maps: <Link to="/map">See the map</Link>,
};

/** Every setting of the schema, searchable, saved one by one. */
export function SettingsPage() {
  const query = useRoute(routes.getSettings);
  const [text, setText] = useState('');
  const sections = searchSections(fields, text);
  return (
    <div className={classes.page}>
      <Search text={text} onChange={setText} />
      <QueryView query={query} what="The settings" skeleton={<SettingsSkeleton />}>
        {({ settings, changed }) =>
          sections.length === 0 ? (
            <EmptyState
              icon={<IconZoomExclamation size={28} stroke={1.6} />}
              title="No setting has these words"
            >
              Try another word, or clear the search to see all settings.
            </EmptyState>
          ) : (
            sections.map((section) => (
              <Panel key={section.id} title={section.title} actions={sectionLinks[section.id]}>
                {section.fields.map((field) => (
                  <SettingRow
                    key={field.key}
                    field={field}
                    value={settings[field.key]}
                    isDisabled={!isEffective(field, settings)}
                    isChanged={changed.includes(field.key)}
                  />
                ))}
              </Panel>
            ))
          )
        }
      </QueryView>
      {text === '' && <AboutPanel />}
    </div>
  );
}

function Search({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label="Search the settings"
      placeholder="Search"
      value={text}
      leftSection={<IconSearch size={18} stroke={1.7} />}
      rightSection={text ? null : <Kbd className={classes.key}>/</Kbd>}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
    />
  );
}

function SettingsSkeleton() {
  return (
    <Panel title="Sync">
      <SkeletonLines widths={[40, 80, 30, 40, 80, 30]} />
    </Panel>
  );
}
