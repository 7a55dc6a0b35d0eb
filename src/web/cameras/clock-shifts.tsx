import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CameraClock, ClockShift, DoubtfulDay } from '../../shared/clock.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import classes from './clock-shifts.module.css';
import { shiftWords } from './clock-words.ts';
import { DoubtfulDays } from './doubtful-days.tsx';
import { ShiftForm } from './shift-form.tsx';
import { t } from './texts.ts';

const refetch = [routes.getCameraClock];

/** Stretches of time in which the camera's clock was wrong, as the user said; files are never touched. */
export function ClockShifts({ clock }: { clock: CameraClock }) {
  const [adding, setAdding] = useState<{ range?: DoubtfulDay } | null>(null);
  const takeBack = useTakeBack(clock.cameraId);
  return (
    <div className={classes.shifts}>
      {clock.shifts.length > 0 && (
        <ul className={classes.list} aria-label={t('shifts')}>
          {clock.shifts.map((shift) => (
            <li key={shift.id} className={classes.shift}>
              <span>{shiftWords(shift)}</span>
              <Button variant="default" size="compact-sm" onClick={() => takeBack(shift)}>
                {t('takeBack')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <DoubtfulDays clock={clock} onMend={(range) => setAdding({ range })} />
      {adding ? (
        <ShiftForm
          key={adding.range?.localDay}
          cameraId={clock.cameraId}
          {...adding}
          onDone={() => setAdding(null)}
        />
      ) : (
        <div>
          <Button variant="default" onClick={() => setAdding({})}>
            {t('clockWasWrong')}
          </Button>
        </div>
      )}
    </div>
  );
}

function useTakeBack(cameraId: number): (shift: ClockShift) => void {
  const choices = { refetch, onError: failed(t('shiftNotChanged')) };
  const add = useAction(routes.addClockShift, choices);
  const remove = useAction(routes.removeClockShift, choices);
  return ({ id, fromLocal, toLocal, shiftMs }) =>
    remove.mutate(
      { params: { id: cameraId, shiftId: id } },
      {
        onSuccess: () =>
          undoToast(t('shiftTakenBack'), () =>
            add.mutate({ params: { id: cameraId }, body: { fromLocal, toLocal, shiftMs } }),
          ),
      },
    );
}
