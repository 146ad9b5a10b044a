/** JSON text that stands in a reply as it is, for values that no JSON value can express: `1e400`, duplicate keys, a half object. */
export class RawJson {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toJSON(): string {
    return `${MARK}${this.#text}`
  }
}

/** A private character of Unicode, which no value of the simulator contains. */
const MARK = '\ue000'

const MARKED = new RegExp(`"${MARK}((?:[^"\\\\]|\\\\.)*)"`, 'g')

/** Like `JSON.stringify`, with raw texts in place. */
export function stringifyRaw(value: unknown): string {
  const text = JSON.stringify(value)
  return text.includes(MARK) ? text.replaceAll(MARKED, (_, inner: string) => JSON.parse(`"${inner}"`)) : text
}
