import type { Catalog, EnglishText } from './catalog.ts'
import { openSentences } from './sentences.ts'

/** Values of the placeholders of a text. */
type Values = Readonly<Record<string, string | number>>

/** Translates the texts of the dashboard. English is the key of each text, so that panes stay readable. */
export interface Translate {
  /** `t('{count} more', { count: 7 })`. A value is inserted as it is. */
  (text: EnglishText, values?: Values): string
  /** One of two texts by a number, which is the value `count`: `t.count(2, '{count} order', '{count} orders')`. */
  count(count: number, one: EnglishText, many: EnglishText, values?: Values): string
  /**
   * Translates English text that is made outside the dashboard, such as the message of an alert. Text that no sentence of the catalog
   * fits is returned as it is: the exchange wrote it, or it names something.
   */
  sentence(text: string): string
  /** The name of a command of the palette. Words that are values or names, such as that of an account, stay. */
  command(name: string): string
}

/** The translation into the language of a catalog; null is English. */
export function translatorOf(catalog: Catalog | null): Translate {
  // Without a prototype: a text of a relay may be the name of a method.
  const texts: Readonly<Record<string, string>> = Object.assign(Object.create(null), catalog?.texts)
  const translate = (text: EnglishText, values?: Values): string => filled(texts[text] ?? text, values)
  return Object.assign(translate, {
    count: (count: number, one: EnglishText, many: EnglishText, values?: Values): string =>
      translate(count === 1 ? one : many, { ...values, count }),
    command: (name: string): string => commandName(catalog?.commands ?? {}, name),
    sentence: catalog === null ? (text: string): string => text : openSentences(catalog.sentences),
  })
}

function commandName(names: Readonly<Record<string, string>>, name: string): string {
  const [first = '', ...others] = name.split(' ')
  const own = (text: string): string | undefined => (Object.hasOwn(names, text) ? names[text] : undefined)
  return own(name) ?? [own(first) ?? first, ...others].join(' ')
}

/** English text as it is in the code. */
export const ENGLISH: Translate = translatorOf(null)

/** Inserts the values of `{placeholders}`. One without a value stays, so that it is seen. */
function filled(text: string, values: Values | undefined): string {
  if (values === undefined) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
