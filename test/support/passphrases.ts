import type { PassphraseRequest, PassphraseSource } from '../../src/ports/secrets.ts'

/** A source that gives these texts in turn, the last one for ever, and writes down what was asked. */
export interface ScriptedPassphrase extends PassphraseSource {
  readonly asked: PassphraseRequest[]
}

export function passphraseThatIs(...texts: readonly string[]): ScriptedPassphrase {
  const asked: PassphraseRequest[] = []
  return {
    tries: texts.length,
    asked,
    async ask(request) {
      asked.push(request)
      return texts[asked.length - 1] ?? texts.at(-1) ?? ''
    },
  }
}
