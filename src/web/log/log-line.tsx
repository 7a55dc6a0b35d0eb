import { Button, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconChevronRight, IconCopy } from '@tabler/icons-react';
import { useId } from 'react';
import type { LogLine } from '../../shared/log.ts';
import { failed, toast } from '../ui/toasts.ts';
import { factsText, lineText } from './log-lines-plan.ts';
import classes from './log-line.module.css';
import { levelWords, logDay, logMoment, logTime } from './log-words.ts';
import { t } from './texts.ts';

interface LogLineViewProps {
  line: LogLine;
  /** It begins another day than the line above it. */
  isNewDay: boolean;
  isOpen: boolean;
  isWrapped: boolean;
  onToggle: () => void;
}

/** One line in short; opened, all that is known of it. */
export function LogLineView({ line, isNewDay, isOpen, isWrapped, onToggle }: LogLineViewProps) {
  const id = useId();
  const { time, level, area, message, facts, error } = line;
  const short = factsText(facts);
  return (
    <div className={classes.line} data-level={level} data-wrapped={isWrapped || undefined}>
      {isNewDay && <p className={classes.day}>{logDay(time)}</p>}
      <UnstyledButton
        className={classes.head}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={onToggle}
      >
        <IconChevronRight className={classes.arrow} size={15} stroke={1.8} aria-hidden />
        <time className={classes.time} dateTime={new Date(time).toISOString()}>
          {logTime(time)}
        </time>
        <span className={classes.level}>{levelWords[level]}</span>
        <span className={classes.area}>{area ?? ''}</span>
        <span className={classes.text}>
          {message}
          {error !== null && error.message !== message && ` ${error.message}`}
          {short !== '' && <span className={classes.facts}> {short}</span>}
        </span>
      </UnstyledButton>
      {isOpen && <LineDetails id={id} line={line} />}
    </div>
  );
}

function LineDetails({ id, line }: { id: string; line: LogLine }) {
  const { time, facts, error } = line;
  const problem = facts['problem'];
  return (
    <div className={classes.details} id={id}>
      <dl className={classes.list}>
        <div>
          <dt>{t('when')}</dt>
          <dd>{logMoment(time)}</dd>
        </div>
        {Object.entries(facts).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {error !== null && (
        <section>
          <h3 className={classes.subtitle}>{t('stack')}</h3>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
          <pre className={classes.stack} tabIndex={0}>
            {error.stack ?? error.message}
          </pre>
        </section>
      )}
      <div className={classes.deeds}>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconCopy size={15} aria-hidden />}
          onClick={() => void copy(lineText(line))}
        >
          {t('copy')}
        </Button>
        {typeof problem === 'string' && <Link to="/health">{t('toProblem')}</Link>}
      </div>
    </div>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await copyText(text);
    toast(t('copied'));
  } catch (error) {
    failed(t('notCopied'))(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The browser's clipboard is there over TLS and on this machine only; elsewhere a selection is copied. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('copy');
}
