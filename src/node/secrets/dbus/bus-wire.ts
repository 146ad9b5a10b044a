/** A method call; axisor only passes string arguments. */
export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly args: readonly string[]
}

/** The reply to a method call: a single value, or the name of an error. `replySerial` is the serial of the call. */
export type BusReply =
  | { readonly replySerial: number; readonly value: string | boolean | null }
  | { readonly replySerial: number; readonly error: string }

const LITTLE_ENDIAN = 0x6c
const BIG_ENDIAN = 0x42
const METHOD_CALL = 1
const METHOD_RETURN = 2
const ERROR = 3
/** Flag that keeps the bus from starting a service for an unowned name. */
const NO_AUTO_START = 2
const FIELD = { path: 1, interface: 2, member: 3, error: 4, replySerial: 5, destination: 6, signature: 8 }

const FIXED_BYTES = 16
/** Far larger than any expected reply. */
const MAX_BYTES = 1024 * 1024

function padded(length: number, to: number): number {
  return Math.ceil(length / to) * to
}

class Writer {
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

  bytes(): Buffer {
    return this.#bytes
  }
}

/** Encodes a method call, little-endian. */
export function encodeCall(call: BusCall, serial: number): Buffer {
  const body = new Writer()
  for (const arg of call.args) body.string(arg)

  const fields = new Writer()
  const field = (code: number, type: string, text: string): void => {
    fields.align(8)
    fields.raw(Buffer.of(code))
    fields.signature(type)
    if (type === 'g') fields.signature(text)
    else fields.string(text)
  }
  field(FIELD.path, 'o', call.path)
  field(FIELD.interface, 's', call.interface)
  field(FIELD.member, 's', call.member)
  field(FIELD.destination, 's', call.destination)
  if (call.args.length > 0) field(FIELD.signature, 'g', 's'.repeat(call.args.length))

  const message = new Writer()
  message.raw(Buffer.of(LITTLE_ENDIAN, METHOD_CALL, NO_AUTO_START, 1))
  message.u32(body.length)
  message.u32(serial)
  message.u32(fields.length)
  message.raw(fields.bytes())
  message.align(8)
  message.raw(body.bytes())
  return message.bytes()
}

/** Reads aligned values. Throws RangeError beyond the end, as Buffer does. */
class Reader {
  readonly #bytes: Buffer
  readonly #little: boolean
  at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#little = bytes[0] === LITTLE_ENDIAN
    this.at = at
  }

  align(to: number): void {
    this.at = padded(this.at, to)
  }

  u8(): number {
    this.at += 1
    return this.#bytes.readUInt8(this.at - 1)
  }

  u32(): number {
    this.align(4)
    this.at += 4
    return this.#little ? this.#bytes.readUInt32LE(this.at - 4) : this.#bytes.readUInt32BE(this.at - 4)
  }

  text(length: number): string {
    const end = this.at + length
    if (end >= this.#bytes.length) throw new RangeError('a string ends beyond its message')
    const text = this.#bytes.toString('utf8', this.at, end)
    this.at = end + 1
    return text
  }

  /** Reads a value of a supported type; null for any other type, after which the position is undefined. */
  value(type: string): string | number | boolean | null {
    if (type === 's' || type === 'o') return this.text(this.u32())
    if (type === 'g') return this.text(this.u8())
    if (type === 'u') return this.u32()
    if (type === 'b') return this.u32() === 1
    return type === 'v' ? this.value(this.text(this.u8())) : null
  }
}

/** Returns the length of the first message in a buffer; null if its header is incomplete. Throws RangeError if it is not a message. */
export function messageLength(bytes: Buffer): number | null {
  if (bytes.length < FIXED_BYTES) return null
  if (bytes[0] !== LITTLE_ENDIAN && bytes[0] !== BIG_ENDIAN) throw new RangeError('not a D-Bus message')
  const reader = new Reader(bytes, 4)
  const body = reader.u32()
  reader.at = 12
  const length = padded(FIXED_BYTES + reader.u32(), 8) + body
  if (length > MAX_BYTES) throw new RangeError('D-Bus message too long')
  return length
}

/** Decodes a reply; null if the message is not a reply. A value of an unsupported type is null. */
export function decodeReply(message: Buffer): BusReply | null {
  const type = message[1]
  if (type !== METHOD_RETURN && type !== ERROR) return null
  const reader = new Reader(message, 12)
  const end = FIXED_BYTES + reader.u32()
  const fields = new Map<number, string | number | boolean | null>()
  while (reader.at < end) {
    reader.align(8)
    const code = reader.u8()
    fields.set(code, reader.value('v'))
  }
  const replySerial = fields.get(FIELD.replySerial)
  if (typeof replySerial !== 'number') return null
  if (type === ERROR) return { replySerial, error: String(fields.get(FIELD.error)) }
  reader.at = padded(end, 8)
  const signature = String(fields.get(FIELD.signature) ?? '')
  const value = signature === '' ? null : reader.value(signature.slice(0, 1))
  return { replySerial, value: typeof value === 'number' ? null : value }
}
