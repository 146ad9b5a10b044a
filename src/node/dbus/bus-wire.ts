import { type BusArg, BusWriter, padded } from './bus-writer.ts'

/** A method call. */
export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly args: readonly BusArg[]
  /** True: the bus may start a service for an unowned name. */
  readonly autoStart?: boolean
}

/** A basic value of a reply; null for none and for other types. */
export type BusValue = string | number | boolean | null

/** The reply to a method call: a single value, or the name of an error. `replySerial` is the serial of the call. */
export type BusReply =
  | { readonly replySerial: number; readonly value: BusValue }
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

/** Encodes a method call, little-endian. */
export function encodeCall(call: BusCall, serial: number): Buffer {
  const body = new BusWriter()
  for (const arg of call.args) body.arg(arg)

  const fields = new BusWriter()
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
  if (call.args.length > 0) field(FIELD.signature, 'g', call.args.map(each => each.type).join(''))

  const message = new BusWriter()
  message.raw(Buffer.of(LITTLE_ENDIAN, METHOD_CALL, call.autoStart === true ? 0 : NO_AUTO_START, 1))
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
  value(type: string): BusValue {
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
  const fields = new Map<number, BusValue>()
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
  return { replySerial, value }
}
