import { IconLanguage } from '@tabler/icons-react';
import { languages, type Language } from '../text/languages.ts';
import { chooseLanguage, language } from '../text/text.ts';
import classes from './language-choice.module.css';
import { t } from './texts.ts';

/** The other languages of the page, each by its own name; a press loads the page anew. */
export function LanguageChoice() {
  const others = (Object.keys(languages) as Language[]).filter((each) => each !== language);
  return (
    <nav className={classes.choice} aria-label={t('language')}>
      <IconLanguage size={18} stroke={1.7} aria-hidden />
      {others.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          className={classes.other}
          onClick={() => chooseLanguage(each)}
        >
          {languages[each]}
        </button>
      ))}
    </nav>
  );
}
