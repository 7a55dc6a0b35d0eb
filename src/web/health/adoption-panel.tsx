import type { Adoption, AdoptionLine } from '../../shared/system.ts';
import { formatCount, fullStop } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import classes from './adoption-panel.module.css';
import { adoptionLine, adoptionTitle, asideTitle, warningsTitle } from './health-words.ts';
import page from './health-page.module.css';
import { LongList } from './long-list.tsx';

const shownAtFirst = 8;

/** What was taken over at once, line by line, and what could not be. */
export function AdoptionPanel({ adoption }: { adoption: Adoption }) {
  const now = useNow();
  const { lines, aside, warnings, copy } = adoption;
  return (
    <Panel title={adoptionTitle(adoption.kind)}>
      <div className={page.body}>
        <p>{adoptionLine(adoption, now)}</p>
        {lines.length > 0 && <Lines lines={lines} />}
        {aside.length > 0 && (
          <section>
            <h3 className={page.subtitle}>{asideTitle(aside)}</h3>
            <Lines lines={aside} />
          </section>
        )}
        {warnings.length > 0 && <Warnings warnings={warnings} />}
        <Facts form="rows" facts={[[t('oldCopy'), copy]]} />
      </div>
    </Panel>
  );
}

function Lines({ lines }: { lines: readonly AdoptionLine[] }) {
  return (
    <LongList
      items={lines}
      shownAtFirst={shownAtFirst}
      className={classes.lines}
      keyOf={({ what, count, note }) => `${what} ${count} ${note ?? ''}`}
      render={({ what, count, note }) => (
        <div className={classes.line}>
          <span className={classes.count}>{formatCount(count)}</span>
          <span>
            {what}
            {note && <span className={classes.note}>{note}</span>}
          </span>
        </div>
      )}
    />
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  return (
    <section className={classes.warnings}>
      <h3 className={page.subtitle}>{warningsTitle(warnings.length)}</h3>
      <LongList
        items={[...new Set(warnings)]}
        shownAtFirst={shownAtFirst}
        className={classes.warningList}
        keyOf={(warning) => warning}
        render={fullStop}
      />
    </section>
  );
}
