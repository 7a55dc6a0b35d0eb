import { useClickOutside } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import { IconDots, IconLogout } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { useLogOut } from '../entry/use-log-out.ts';
import { places, placesOnPhone } from './nav-places.ts';
import classes from './nav.module.css';
import { t } from './texts.ts';

const hidden = places.slice(placesOnPhone);

/** On a phone: the pages that find no room in the bar, and the way out. */
export function NavMore({ canLogOut }: { canLogOut: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const id = useId();
  const area = useClickOutside<HTMLDivElement>(() => setOpen(false));
  const isHere = hidden.some(({ to }) => pathname === to);
  const close = () => setOpen(false);
  const closeByKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'Escape' || !isOpen) return;
    close();
    event.currentTarget.querySelector('button')?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the keys of the buttons and links within
    <div ref={area} className={classes.more} onKeyDown={closeByKey}>
      <button
        type="button"
        className={classes.link}
        aria-expanded={isOpen}
        aria-controls={id}
        data-here={isHere || undefined}
        onClick={() => setOpen(!isOpen)}
      >
        <span className={classes.icon}>
          <IconDots size={22} stroke={1.7} aria-hidden />
        </span>
        {t('more')}
      </button>
      <ul id={id} className={classes.menu} hidden={!isOpen}>
        {hidden.map(({ to, word, Icon }) => (
          <li key={to}>
            <Link to={to} className={classes.entry} onClick={close}>
              <Icon size={20} stroke={1.7} aria-hidden />
              {t(word)}
            </Link>
          </li>
        ))}
        {canLogOut && (
          <li>
            <LogOutEntry />
          </li>
        )}
      </ul>
    </div>
  );
}

function LogOutEntry() {
  const { logOut, isPending } = useLogOut();
  return (
    <button type="button" className={classes.entry} disabled={isPending} onClick={logOut}>
      <IconLogout size={20} stroke={1.7} aria-hidden />
      {t('logOut')}
    </button>
  );
}
