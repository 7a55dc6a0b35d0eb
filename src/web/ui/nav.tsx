import { Link, useRouter } from '@tanstack/react-router';
import { IconCalendarWeek, IconDeviceCctv, IconDownload, IconHome2, IconSettings } from '@tabler/icons-react';
import { useEffect } from 'react';
import classes from './nav.module.css';

const places = [
  { to: '/', word: 'Home', Icon: IconHome2 },
  { to: '/archive', word: 'Archive', Icon: IconCalendarWeek },
  { to: '/downloads', word: 'Downloads', Icon: IconDownload },
  { to: '/cameras', word: 'Cameras', Icon: IconDeviceCctv },
  { to: '/settings', word: 'Settings', Icon: IconSettings },
] as const;

/** Fetches the scripts of all pages once the present one is at rest, so that each opens at once. */
function usePreloadedPages(): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const { to } of places) void router.preloadRoute({ to });
    }, 3_000);
    return () => clearTimeout(timer);
  }, [router]);
}

/** The pages: a rail on a desk, a bar at the bottom of a phone. */
export function Nav() {
  usePreloadedPages();
  return (
    <nav className={classes.nav} aria-label="Pages">
      <img className={classes.logo} src="/favicon.svg" alt="" width={32} height={32} />
      <ul className={classes.list}>
        {places.map(({ to, word, Icon }) => (
          <li key={to} className={classes.item}>
            <Link to={to} className={classes.link} activeOptions={{ exact: to === '/' }}>
              <span className={classes.icon}>
                <Icon size={22} stroke={1.7} aria-hidden />
              </span>
              {word}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
