import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { languageFor, localeFor } from './languages.ts';
import { RichText } from './rich-text.tsx';
import { catalogue } from './text.ts';

const nothing = () => Promise.reject(new Error('not asked for'));
const t = catalogue(
  'test',
  {
    gone: '{{name}} is gone.',
    clips_one: '{{count, number}} clip',
    clips_other: '{{count, number}} clips',
    look: 'Look at <to>{{day}}</to>.',
  },
  { de: nothing },
);

test('a text says its values as they are, markup included', () => {
  expect(t('gone', { name: '<b>A & B</b>' })).toBe('<b>A & B</b> is gone.');
});

test('the form of a text follows the number, which is written for people', () => {
  expect([t('clips', { count: 1 }), t('clips', { count: 1204 })]).toEqual(['1 clip', '1,204 clips']);
});

test('a text with emphasis in it is one sentence, and what it names stays text', () => {
  const html = renderToStaticMarkup(
    <RichText of={t} text="look" parts={{ to: <em /> }} values={{ day: '<i>1</i> May' }} />,
  );
  expect(html).toBe('Look at <em>&lt;i&gt;1&lt;/i&gt; May</em>.');
});

test('the language is what was chosen, else the first that the reader knows and we do', () => {
  expect(languageFor('de', ['en-GB'])).toBe('de');
  expect(languageFor(null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(languageFor('xx', ['fr'])).toBe('en');
});

test('numbers and dates are written as where the reader is, in the language that is read', () => {
  expect(localeFor('de', ['en-US', 'de-CH'])).toBe('de-CH');
  expect(localeFor('de', ['en-US'])).toBe('de');
});
