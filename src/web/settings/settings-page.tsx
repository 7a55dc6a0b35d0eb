import { Kbd, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconSearch, IconZoomExclamation } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import type { SettingKey } from '../../shared/settings.ts';
import { useRoute } from '../api.ts';
import { useKeys } from '../ui/keys.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { AboutPanel } from './about-panel.tsx';
import { AccessPanel } from './access-panel.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { SettingRow } from './setting-row.tsx';
import { isEffective, searchSections, settingFields, type SettingSection } from './settings-fields.ts';
import classes from './settings-page.module.css';
import { settingsSearch } from './settings-search.ts';
import { t } from './texts.ts';
import { UnsavedContext, withNoted, type Unsaved } from './unsaved.ts';

type Answer = RouteResponse<typeof routes.getSettings>;

const route = getRouteApi('/settings');

/** Where what a section decides is to be seen. */
const sectionLinks: Record<string, () => ReactNode> = {
  archive: () => (
    <Link to="/storage" search={{ view: 'folders' }}>
      {t('seeFolders')}
    </Link>
  ),
  media: () => <Link to="/health">{t('seeMade')}</Link>,
  storage: () => <Link to="/storage">{t('seeRules')}</Link>,
  journeys: () => <Link to="/places">{t('seePlaces')}</Link>,
  maps: () => <Link to="/map">{t('seeMap')}</Link>,
  page: () => <Link to="/health/log">{t('seeLog')}</Link>,
};

/** Every setting of the schema, searchable, saved one by one. */
export function SettingsPage() {
  const query = useRoute(routes.getSettings);
  const [text, setText] = useSearchText();
  const [unsaved, setUnsaved] = useState<Unsaved>(new Map());
  const note = useCallback(
    (key: SettingKey, title: string | null) => setUnsaved((before) => withNoted(before, key, title)),
    [],
  );
  return (
    <div className={classes.page}>
      <Search text={text} onChange={setText} />
      <UnsavedContext value={note}>
        <QueryView query={query} what={t('theSettings')} skeleton={<SettingsSkeleton />}>
          {(answer) => <Sections answer={answer} text={text} unsaved={unsaved} />}
        </QueryView>
      </UnsavedContext>
      {text === '' && <AccessPanel />}
      {text === '' && <AboutPanel />}
      <LeaveGuard unsaved={unsaved} />
    </div>
  );
}

interface SectionsProps {
  answer: Answer;
  text: string;
  unsaved: Unsaved;
}

function Sections({ answer, text, unsaved }: SectionsProps) {
  const fields = useMemo(() => settingFields(), []);
  const { settings } = answer;
  const sections = searchSections(fields, text, { settings, always: new Set(unsaved.keys()) });
  if (sections.length === 0) return <NoneFound />;
  return (
    <>
      {text === '' && <SectionIndex sections={sections} />}
      {sections.map((section) => (
        <div key={section.id} id={`section-${section.id}`} className={classes.section}>
          <Panel title={section.title} actions={sectionLinks[section.id]?.()}>
            {section.fields.map((field) => (
              <SettingRow
                key={field.key}
                field={field}
                value={settings[field.key]}
                isDisabled={!isEffective(field, settings)}
                isChanged={answer.changed.includes(field.key)}
                awaitsRestart={answer.awaitsRestart.includes(field.key)}
                environment={answer.environment.find(({ key }) => key === field.key) ?? null}
              />
            ))}
          </Panel>
        </div>
      ))}
    </>
  );
}

/** The way to a section of a long page. */
function SectionIndex({ sections }: { sections: readonly SettingSection[] }) {
  return (
    <nav className={classes.index} aria-label={t('sections')}>
      {sections.map(({ id, title }) => (
        <UnstyledButton
          key={id}
          className={classes.to}
          onClick={() => document.getElementById(`section-${id}`)?.scrollIntoView()}
        >
          {title}
        </UnstyledButton>
      ))}
    </nav>
  );
}

function NoneFound() {
  return (
    <EmptyState icon={<IconZoomExclamation size={28} stroke={1.6} />} title={t('noneFound')}>
      {t('noneFoundHelp')}
    </EmptyState>
  );
}

/** What is searched for; the address follows when the typing rests. */
function useSearchText(): [string, (text: string) => void] {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const [inForce, setInForce] = useState(q);
  if (inForce !== q) {
    setInForce(q);
    setText(q);
  }
  const tell = useDebouncedCallback((next: string) => {
    void navigate({ search: settingsSearch({ q: next }), replace: true, resetScroll: false });
  }, 400);
  const change = (next: string) => {
    setText(next);
    tell(next);
  };
  return [text, change];
}

function Search({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={t('search')}
      placeholder={t('searchShort')}
      value={text}
      maxLength={100}
      leftSection={<IconSearch size={18} stroke={1.7} />}
      rightSection={text ? null : <Kbd className={classes.key}>/</Kbd>}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
    />
  );
}

function SettingsSkeleton() {
  return (
    <Panel title={t('sectionSync')}>
      <SkeletonLines widths={[40, 80, 30, 40, 80, 30]} />
    </Panel>
  );
}
