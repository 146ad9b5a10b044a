/** The decoded content of a config file, or all its mistakes, as `alerts.json:LINE:COLUMN: what is wrong; what is allowed`. */
export type ConfigResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly string[] }

/** Collects the mistakes of one config file. */
export class Mistakes {
  readonly #found = new Map<number, string>()

  /** True if there is no mistake so far. */
  get none(): boolean {
    return this.#found.size === 0
  }

  /** Adds a mistake unless there is one at the same place: it often follows from the first. */
  add(at: number, message: string): void {
    if (!this.#found.has(at)) this.#found.set(at, message)
  }

  /** Returns one line for each mistake, by place. Lines and columns count from 1; a column is a UTF-16 unit, as in editors. */
  lines(fileName: string, text: string): readonly string[] {
    const breaks = [...text.matchAll(/\r\n|\r|\n/g)].map(found => found.index + found[0].length)
    let line = 0
    return [...this.#found]
      .toSorted(([a], [b]) => a - b)
      .map(([at, message]) => {
        while ((breaks[line] ?? Number.POSITIVE_INFINITY) <= at) line += 1
        return `${fileName}:${line + 1}:${at - (breaks[line - 1] ?? 0) + 1}: ${message}`
      })
  }
}
