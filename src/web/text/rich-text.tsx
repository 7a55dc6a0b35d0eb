import type { ReactElement } from 'react';
import { Trans } from 'react-i18next/TransWithoutContext';
import { texts, type Catalogue, type TextKey, type Texts } from './text.ts';

interface RichTextProps<C extends Texts> {
  of: Catalogue<C>;
  /** Of a text with tags: `Nothing is missing. <to>All days</to>`. */
  text: TextKey<C>;
  /** What its tags become; `link` and other names of empty HTML elements cannot be tags. */
  parts: Readonly<Record<string, ReactElement>>;
  values?: Readonly<Record<string, string | number>>;
}

/** A text of a catalogue with links or emphasis within it. */
export function RichText<C extends Texts>({ of, text, parts, values = {} }: RichTextProps<C>) {
  return (
    <Trans
      i18n={texts}
      ns={of.area}
      i18nKey={text}
      components={parts}
      values={values}
      // A name that holds markup stays a name.
      tOptions={{ interpolation: { escapeValue: true } }}
      shouldUnescape
      {...countIn(values)}
    />
  );
}

const countIn = ({ count }: Readonly<Record<string, string | number>>) =>
  typeof count === 'number' ? { count } : {};
