import type { PassphraseSource, PassphraseWish } from '../../src/ports/secrets.ts'

/** A source that gives these texts in turn, the last one for ever, and writes down what was asked. */
export interface ScriptedPassphrase extends PassphraseSource {
  readonly asked: PassphraseWish[]
}

export function passphraseThatIs(...texts: readonly string[]): ScriptedPassphrase {
  const asked: PassphraseWish[] = []
  return {
    tries: texts.length,
    asked,
    async ask(wish) {
      asked.push(wish)
      return texts[asked.length - 1] ?? texts.at(-1) ?? ''
    },
  }
}
