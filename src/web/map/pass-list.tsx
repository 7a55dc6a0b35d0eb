import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconArrowUp, IconCar, IconPlayerPause } from '@tabler/icons-react';
import type { Pass } from '../../shared/tracks.ts';
import { localToday } from '../format.ts';
import type { DistanceUnits } from '../journey/units.ts';
import { CameraMark } from '../ui/chips.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import { passDays, passLink, passTime, passWords } from './pass-words.ts';
import classes from './pass-list.module.css';
import { t } from './texts.ts';
import { usePasses, type PassesWanted } from './use-passes.ts';

interface PassListProps {
  wanted: PassesWanted;
  units: DistanceUnits;
  /** Days or a camera are chosen, so that there may be more without. */
  isFiltered: boolean;
  onPoint: (pass: Pass | null) => void;
}

/** Every time the car came through a box, newest first, each a way to its second in the player. */
export function PassList({ wanted, units, isFiltered, onPoint }: PassListProps) {
  const query = usePasses(wanted);
  const today = localToday(useNow());
  return (
    <QueryView query={query} what={t('thePasses')} skeleton={<SkeletonRows count={6} form="line" />}>
      {(data) => {
        const passes = data.pages.flatMap((page) => page.passes);
        if (passes.length === 0) return <NoPasses isFiltered={isFiltered} />;
        return (
          <>
            <output className={classes.count}>{countWords(passes.length, query.hasNextPage)}</output>
            {passDays(passes, today).map(({ day, title, passes: ofDay }) => (
              <section key={`${day} ${ofDay[0]?.at ?? 0}`} aria-label={title}>
                <h3 className={classes.day}>{title}</h3>
                <ul>
                  {ofDay.map((pass) => (
                    <PassRow key={`${pass.clipId} ${pass.at}`} pass={pass} units={units} onPoint={onPoint} />
                  ))}
                </ul>
              </section>
            ))}
            {query.hasNextPage && (
              <Button variant="default" loading={query.isFetchingNextPage} onClick={query.more} fullWidth>
                {t('earlierPasses')}
              </Button>
            )}
          </>
        );
      }}
    </QueryView>
  );
}

function countWords(count: number, hasMore: boolean): string {
  if (hasMore) return t('newestPasses', { count });
  return count === 1 ? t('once') : count === 2 ? t('twice') : t('times', { count });
}

interface PassRowProps {
  pass: Pass;
  units: DistanceUnits;
  onPoint: PassListProps['onPoint'];
}

function PassRow({ pass, units, onPoint }: PassRowProps) {
  const pointing = {
    onPointerEnter: () => onPoint(pass),
    onPointerLeave: () => onPoint(null),
    onFocus: () => onPoint(pass),
    onBlur: () => onPoint(null),
  };
  const words = (
    <>
      <PassArrow pass={pass} />
      <span className={classes.time}>{passTime(pass)}</span>
      <span className={classes.words}>
        {passWords(pass, units)}
        {!pass.archived && <span className={classes.missing}> {t('notArchived')}</span>}
      </span>
      <CameraMark cameraId={pass.cameraId} />
    </>
  );
  if (!pass.archived) {
    return (
      <li className={classes.row} {...pointing}>
        {words}
      </li>
    );
  }
  const { day, clip, t: second } = passLink(pass);
  return (
    <li>
      <Link
        to="/archive/$day"
        params={{ day }}
        search={{ clip, ...(second > 0 && { t: second }) }}
        className={classes.row}
        preload={false}
        {...pointing}
      >
        {words}
      </Link>
    </li>
  );
}

/** Points to where the car drove; north is up, as on the map. */
function PassArrow({ pass: { courseDegrees, speedMps } }: { pass: Pass }) {
  if (speedMps !== null && speedMps < 0.5) {
    return <IconPlayerPause className={classes.arrow} size={18} aria-hidden />;
  }
  if (courseDegrees === null) return <IconCar className={classes.arrow} size={18} aria-hidden />;
  return (
    <IconArrowUp
      className={classes.arrow}
      size={18}
      style={{ transform: `rotate(${courseDegrees}deg)` }}
      aria-hidden
    />
  );
}

function NoPasses({ isFiltered }: { isFiltered: boolean }) {
  return (
    <EmptyState compact icon={<IconCar size={28} stroke={1.6} />} title={t('noPasses')}>
      {t(isFiltered ? 'noPassesThen' : 'noPassesAtAll')}
    </EmptyState>
  );
}
