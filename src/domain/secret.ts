const HIDDEN = '•••'

/** Text that must never be printed: every way of showing the object shows dots; only `reveal` gives the text. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The clear text, for signing or for sending to the exchange. Do not keep what this returns. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN
  }
}

/** An LN Markets API key. `key` is the key's public id; the two others are secrets. */
export interface Credentials {
  readonly key: string
  readonly secret: Secret
  readonly passphrase: Secret
}
