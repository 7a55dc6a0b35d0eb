import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { focusGoTo, wishGoTo } from './go-to-wish.ts';
import { headerSlotId } from './header-slot.tsx';
import { useKeys } from './keys.ts';
import { Nav } from './nav.tsx';
import classes from './shell.module.css';
import { StatusPill } from './status-pill.tsx';
import { textsReady } from '../text/text.ts';
import { t } from './texts.ts';

const ProblemsButton = lazy(async () => ({
  default: (await import('./problems-button.tsx')).ProblemsButton,
}));
const ShortcutsHelp = lazy(async () => ({ default: (await import('./shortcuts-help.tsx')).ShortcutsHelp }));

const titles = [
  ['/', 'home'],
  ['/archive', 'archive'],
  ['/journeys', 'archive'],
  ['/map', 'map'],
  ['/places', 'places'],
  ['/downloads', 'downloads'],
  ['/import', 'import'],
  ['/cameras', 'cameras'],
  ['/storage', 'storage'],
  ['/health', 'health'],
  ['/settings', 'settings'],
] as const;

function titleOf(pathname: string): string {
  const top = `/${pathname.split('/')[1] ?? ''}`;
  return t(titles.find(([path]) => path === top)?.[1] ?? 'notFound');
}

/** Pages of pictures and maps. */
const wide = /^\/(archive|journeys|map|places)(\/|$)/;

/** The frame of every page: where to go, the state of everything, what is wrong. */
export function Shell() {
  const { pathname } = useLocation();
  const title = titleOf(pathname);
  const isInArchive = /^\/(archive|journeys)\//.test(pathname);
  useEffect(() => {
    document.title = `${title}, viofosync`;
  }, [title]);
  return (
    <>
      <a className={classes.skip} href="#page">
        {t('skip')}
      </a>
      <Nav />
      <div className={classes.frame} data-wide={wide.test(pathname) || undefined}>
        <header className={classes.header}>
          <div className={classes.bar}>
            <h1 className={classes.title}>{isInArchive ? <Link to="/archive">{title}</Link> : title}</h1>
            <div className={classes.slot} id={headerSlotId} />
            <div className={classes.state}>
              <StatusPill />
              <Problems />
            </div>
          </div>
        </header>
        <main id="page" className={classes.page} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <GlobalKeys />
    </>
  );
}

function Problems() {
  const problems = useRoute(routes.getStatus).data?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <Suspense>
      <ProblemsButton problems={problems} />
    </Suspense>
  );
}

function GlobalKeys() {
  const navigate = useNavigate();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useKeys({
    'g h': () => void navigate({ to: '/' }),
    'g a': () => void navigate({ to: '/archive' }),
    'g m': () => void navigate({ to: '/map' }),
    'g p': () => void navigate({ to: '/places' }),
    'g d': () => {
      if (focusGoTo()) return;
      wishGoTo();
      void navigate({ to: '/archive' });
    },
    'g q': () => void navigate({ to: '/downloads' }),
    'g i': () => void navigate({ to: '/import' }),
    'g c': () => void navigate({ to: '/cameras' }),
    'g t': () => void navigate({ to: '/storage' }),
    'g e': () => void navigate({ to: '/health' }),
    'g s': () => void navigate({ to: '/settings' }),
    '?': () => setHelpOpen(true),
  });
  return (
    <>
      <PaletteKey />
      {isHelpOpen && (
        <Suspense>
          <ShortcutsHelp opened onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** The command palette is fetched when it is first asked for. */
function PaletteKey() {
  const [Palette, setPalette] = useState<ComponentType | null>(null);
  const open = async () => {
    const { openPalette, Palette: fetched } = await import('../palette/palette.tsx');
    await textsReady();
    setPalette(() => fetched);
    openPalette();
  };
  const asked = () =>
    void open().catch(async (error: unknown) => (await import('./palette-failed.ts')).paletteFailed(error));
  useHotkeys([['mod+K', asked]], []);
  return Palette && <Palette />;
}
