import { Button, NativeSelect } from '@mantine/core';
import { setUpAddress } from '../entry/gate-plan.ts';
import { useAccess } from '../entry/use-startup.ts';
import { isLanguage, languages } from '../text/languages.ts';
import { chooseLanguage, chosenLanguage } from '../text/text.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './access-panel.module.css';
import { ChangePassword } from './password-panel.tsx';
import { Sessions } from './sessions-panel.tsx';
import { t } from './texts.ts';

/** Who may use this page: the sessions and the password; and in which language it speaks. */
export function AccessPanel() {
  const access = useAccess();
  return (
    <>
      <Panel title={t('language')}>
        <LanguageSelect />
      </Panel>
      <Panel title={t('access')}>
        {access === 'signed_in' ? (
          <div className={classes.parts}>
            <section className={classes.part}>
              <h3 className={classes.title}>{t('sessions')}</h3>
              <Sessions />
            </section>
            <section className={classes.part}>
              <h3 className={classes.title}>{t('passwordTitle')}</h3>
              <ChangePassword />
            </section>
          </div>
        ) : (
          <NoPassword />
        )}
      </Panel>
    </>
  );
}

function NoPassword() {
  return (
    <div className={classes.part}>
      <p>{t('accessOpen')}</p>
      <p className={classes.dim}>{t('accessOpenHelp')}</p>
      <div>
        {/* A page of its own, outside of the app: it is loaded anew. */}
        <Button component="a" href={setUpAddress} variant="default">
          {t('startSetUp')}
        </Button>
      </div>
    </div>
  );
}

function LanguageSelect() {
  const chosen = chosenLanguage();
  return (
    <NativeSelect
      className={classes.language ?? ''}
      aria-label={t('language')}
      description={t('languageHelp')}
      inputWrapperOrder={['input', 'description']}
      value={isLanguage(chosen) ? chosen : ''}
      data={[
        { value: '', label: t('languageOfBrowser') },
        ...Object.entries(languages).map(([value, label]) => ({ value, label })),
      ]}
      onChange={(event) => {
        const { value } = event.currentTarget;
        chooseLanguage(isLanguage(value) ? value : null);
      }}
    />
  );
}
