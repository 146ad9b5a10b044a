import type { Catalog } from '../../src/tui/lang/catalog.ts'
import { PT_BR } from '../../src/tui/lang/pt-br/catalog.ts'
import { ENGLISH, type Translate, translatorOf } from '../../src/tui/lang/translate.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'

/** Each letter as another one of the same width. */
function marked(text: string): string {
  return text
    .split(/(\{\w+\})/)
    .map(piece =>
      piece.startsWith('{')
        ? piece
        : piece.replace(/[a-z]/gi, letter =>
            String.fromCodePoint((letter < 'a' ? 0x391 - 65 : 0x3b1 - 97) + letter.charCodeAt(0)),
          ),
    )
    .join('')
}

function markedKeys<K extends string>(texts: Readonly<Record<K, string>>): Readonly<Record<K, string>> {
  return Object.fromEntries(Object.keys(texts).map(text => [text, marked(text)])) as Record<K, string>
}

/** Errors of the samples, which a real catalog leaves as they are. */
const FOREIGN = { 'the exchange closed the connection (1006)': '' }

const PSEUDO: Catalog = {
  texts: markedKeys(PT_BR.texts),
  commands: markedKeys(PT_BR.commands),
  sentences: markedKeys({ ...PT_BR.sentences, ...FOREIGN }),
}

/** A language whose letters are Greek, each text as wide as in English: Latin letters on the screen were not translated. */
export const PSEUDO_LANGUAGE: Translate = translatorOf(PSEUDO)

/** Brazilian Portuguese. */
export const PORTUGUESE: Translate = translatorOf(PT_BR)

type Writing = Pick<RenderContext['info'], 't' | 'numberFormat'>

/** Languages and number formats of the dashboard. */
export const WRITINGS: readonly Writing[] = [
  { t: ENGLISH, numberFormat: 'en' },
  { t: PORTUGUESE, numberFormat: 'en' },
  { t: PORTUGUESE, numberFormat: 'pt' },
]

/** The context in another language or number format. */
export function written(context: RenderContext, writing: Writing): RenderContext {
  return { ...context, info: { ...context.info, ...writing } }
}
