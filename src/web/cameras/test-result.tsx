import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { CameraTest } from '../../shared/cameras.ts';
import type { ApiError } from '../api.ts';
import { fullStop } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { foundFacts } from './camera-words.ts';
import classes from './test-result.module.css';

/** What an address turned out to be. */
export function TestResult({ test, error }: { test: CameraTest | undefined; error: ApiError | null }) {
  if (error) return <Result ok={false} message={error.message} />;
  if (!test) return null;
  return <Result ok={test.ok} message={test.message} facts={test.ok ? foundFacts(test) : []} />;
}

interface ResultProps {
  ok: boolean;
  message: string;
  facts?: [string, string | null][];
}

function Result({ ok, message, facts = [] }: ResultProps) {
  return (
    <div className={classes.result} data-ok={ok || undefined}>
      <span className={classes.icon} aria-hidden>
        {ok ? <IconCircleCheck size={22} stroke={1.8} /> : <IconAlertTriangle size={22} stroke={1.8} />}
      </span>
      <div className={classes.text}>
        <p>{fullStop(message)}</p>
        {facts.length > 0 && <Facts facts={facts} />}
      </div>
    </div>
  );
}
