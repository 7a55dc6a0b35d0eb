import { Link, useRouter } from '@tanstack/react-router';
import { IconLogout } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useAccess } from '../entry/use-startup.ts';
import { useLogOut } from '../entry/use-log-out.ts';
import { NavMore } from './nav-more.tsx';
import { places, placesOnPhone } from './nav-places.ts';
import classes from './nav.module.css';
import { t } from './texts.ts';

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
  const canLogOut = useAccess() === 'signed_in';
  return (
    <nav className={classes.nav} aria-label={t('pages')}>
      <img className={classes.logo} src="/favicon.svg" alt="" width={32} height={32} />
      <ul className={classes.list}>
        {places.map(({ to, word, Icon }, index) => (
          <li key={to} className={classes.item} data-desk={index >= placesOnPhone || undefined}>
            <Link to={to} className={classes.link} activeOptions={{ exact: to === '/' }}>
              <span className={classes.icon}>
                <Icon size={22} stroke={1.7} aria-hidden />
              </span>
              {t(word)}
            </Link>
          </li>
        ))}
        <li className={classes.item} data-phone>
          <NavMore canLogOut={canLogOut} />
        </li>
        {canLogOut && (
          <li className={classes.item} data-desk data-last>
            <LogOutButton />
          </li>
        )}
      </ul>
    </nav>
  );
}

function LogOutButton() {
  const { logOut, isPending } = useLogOut();
  return (
    <button type="button" className={classes.link} disabled={isPending} onClick={logOut}>
      <span className={classes.icon}>
        <IconLogout size={22} stroke={1.7} aria-hidden />
      </span>
      {t('logOut')}
    </button>
  );
}
