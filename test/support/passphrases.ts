import type { PassphraseRequest, PassphraseSource } from '../../src/ports/secrets.ts'

/** A source that returns these texts in order, then the last one repeatedly, and records its requests. */
export interface ScriptedPassphrase extends PassphraseSource {
  readonly requests: PassphraseRequest[]
}

export function passphraseThatIs(...texts: readonly string[]): ScriptedPassphrase {
  const asked: PassphraseRequest[] = []
  return {
    tries: texts.length,
    requests: asked,
    async ask(request) {
      asked.push(request)
      return texts[asked.length - 1] ?? texts.at(-1) ?? ''
    },
  }
}
