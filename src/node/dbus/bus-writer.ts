/** An argument with its D-Bus type: string, byte, unsigned or signed number of 32 bits, array of strings, dictionary of variants. */
export type BusArg =
  | { readonly type: 's'; readonly value: string }
  | { readonly type: 'y' | 'u' | 'i'; readonly value: number }
  | { readonly type: 'as'; readonly value: readonly string[] }
  | { readonly type: 'a{sv}'; readonly value: Readonly<Record<string, BusArg>> }

/** Returns string arguments. */
export function stringArgs(...texts: readonly string[]): readonly BusArg[] {
  return texts.map(value => ({ type: 's', value }))
}

/** Returns a length rounded up to a multiple. */
export function padded(length: number, to: number): number {
  return Math.ceil(length / to) * to
}

/** Writes little-endian values, each at a multiple of its alignment. */
export class BusWriter {
  #bytes = Buffer.alloc(0)

  get length(): number {
    return this.#bytes.length
  }

  align(to: number): void {
    this.raw(Buffer.alloc(padded(this.length, to) - this.length))
  }

  raw(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
  }

  u32(value: number): void {
    this.align(4)
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    this.raw(bytes)
  }

  string(text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    this.u32(bytes.length)
    this.raw(Buffer.concat([bytes, Buffer.of(0)]))
  }

  signature(text: string): void {
    this.raw(Buffer.concat([Buffer.of(text.length), Buffer.from(text), Buffer.of(0)]))
  }

  /** Writes an argument without its type. */
  arg(arg: BusArg): void {
    if (arg.type === 's') this.string(arg.value)
    else if (arg.type === 'y') this.raw(Buffer.of(arg.value))
    else if (arg.type === 'as') this.#array(4, () => this.#strings(arg.value))
    else if (arg.type === 'a{sv}') this.#array(8, () => this.#entries(arg.value))
    else this.u32(arg.value >>> 0)
  }

  #strings(texts: readonly string[]): void {
    for (const text of texts) this.string(text)
  }

  #entries(entries: Readonly<Record<string, BusArg>>): void {
    for (const [key, value] of Object.entries(entries)) {
      this.align(8)
      this.string(key)
      this.signature(value.type)
      this.arg(value)
    }
  }

  /** Writes the length in bytes before the items; the padding in between does not count. */
  #array(alignment: number, writeItems: () => void): void {
    this.u32(0)
    const lengthAt = this.length - 4
    this.align(alignment)
    const start = this.length
    writeItems()
    this.#bytes.writeUInt32LE(this.length - start, lengthAt)
  }

  bytes(): Buffer {
    return this.#bytes
  }
}
