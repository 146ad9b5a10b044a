const HIDDEN = '•••'

/** A secret text. All conversions to text return dots; only `reveal` returns the secret. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the clear text, for signing or sending. Do not store the result. */
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

/** An LN Markets API key. `key` is its public id; `secret` and `passphrase` are secret. */
export interface Credentials {
  readonly key: string
  readonly secret: Secret
  readonly passphrase: Secret
}
