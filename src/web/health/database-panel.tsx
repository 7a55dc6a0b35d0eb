import type { System } from '../../shared/system.ts';
import { formatBytes, fullStop } from '../format.ts';
import { Light } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import classes from './health-page.module.css';
import { integrityLine, integrityTone, journalWords } from './health-words.ts';

/** The one file in which everything but the recordings is. */
export function DatabasePanel({ database }: { database: System['database'] }) {
  const now = useNow();
  const { integrity } = database;
  return (
    <Panel title={t('database')}>
      <div className={classes.body}>
        <output className={classes.state}>
          <Light tone={integrityTone(integrity)} />
          {integrityLine(integrity, now)}
        </output>
        {integrity.message && (
          <p className={integrity.state === 'damaged' ? classes.error : classes.dim}>
            {fullStop(integrity.message)}
          </p>
        )}
        <Facts
          form="rows"
          facts={[
            [t('file'), database.path],
            [t('size'), formatBytes(database.bytes)],
            [t('schema'), database.schema],
            [t('journal'), journalWords(database.journal)],
          ]}
        />
      </div>
    </Panel>
  );
}
