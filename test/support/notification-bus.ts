import { createServer, type Socket } from 'node:net'
import { messageLength } from '../../src/node/dbus/bus-wire.ts'

/** The arguments of `Notify` in the order of the Desktop Notifications Specification. */
export interface Notification {
  readonly appName: string
  readonly replacesId: number
  readonly icon: string
  readonly summary: string
  readonly body: string
  readonly actions: number
  readonly urgency: number
  readonly expireMs: number
  /** Flags of the message; 2 keeps the bus from starting a service. */
  readonly flags: number
}

/** Decodes `susssasa{sv}i`, written from the D-Bus specification: aligned, little-endian, with an empty array and one hint. */
function decodeNotify(message: Buffer): Notification {
  const headerLength = Math.ceil((16 + message.readUInt32LE(12)) / 8) * 8
  let at = headerLength
  const align = (to: number): void => {
    at = Math.ceil(at / to) * to
  }
  const u32 = (): number => {
    align(4)
    at += 4
    return message.readUInt32LE(at - 4)
  }
  const text = (): string => {
    const length = u32()
    at += length + 1
    return message.toString('utf8', at - length - 1, at - 1)
  }
  const start = { appName: text(), replacesId: u32(), icon: text(), summary: text(), body: text() }
  const actions = u32()
  const hintsLength = u32()
  align(8)
  const hintsEnd = at + hintsLength
  if (text() !== 'urgency') throw new Error('the first hint is not the urgency')
  if (message.toString('latin1', at, at + 3) !== '\u0001y\0') throw new Error('the urgency is not a byte')
  const urgency = message.readUInt8(at + 3)
  at += 4
  if (at !== hintsEnd) throw new Error('the length of the hints is wrong')
  align(4)
  return { ...start, actions, urgency, expireMs: message.readInt32LE(at), flags: message.readUInt8(2) }
}

function header(type: number, serial: number, bodyLength: number, fields: Buffer): Buffer {
  const fixed = Buffer.alloc(16)
  fixed.set([0x6c, type, 1, 1])
  fixed.writeUInt32LE(bodyLength, 4)
  fixed.writeUInt32LE(serial, 8)
  fixed.writeUInt32LE(fields.length, 12)
  const whole = Buffer.concat([fixed, fields])
  return Buffer.concat([whole, Buffer.alloc(Math.ceil(whole.length / 8) * 8 - whole.length)])
}

function replySerialField(serial: number): Buffer {
  const field = Buffer.from([5, 1, 0x75, 0, 0, 0, 0, 0])
  field.writeUInt32LE(serial, 4)
  return field
}

function numberReply(serial: number, value: number): Buffer {
  const body = Buffer.alloc(4)
  body.writeUInt32LE(value)
  const signature = Buffer.from([8, 1, 0x67, 0, 1, 0x75, 0])
  return Buffer.concat([header(2, 9, 4, Buffer.concat([replySerialField(serial), signature])), body])
}

function errorReply(serial: number, name: string): Buffer {
  const field = Buffer.concat([Buffer.from([4, 1, 0x73, 0, 0, 0, 0, 0]), Buffer.from(`${name}\0`)])
  field.writeUInt32LE(name.length, 4)
  return header(3, 9, 0, Buffer.concat([replySerialField(serial), field]))
}

/** A session bus on a socket whose only service shows notifications. `reply`: the id, an error's name, or null for no reply. */
export async function openNotificationBus(
  path: string,
  reply: (notification: Notification) => number | string | null,
): Promise<{ readonly shown: readonly Notification[]; close(): Promise<void> }> {
  const shown: Notification[] = []
  const open = new Set<Socket>()

  function answer(message: Buffer, socket: Socket): void {
    const serial = message.readUInt32LE(8)
    if (!message.includes('Notify\0')) return void socket.write(numberReply(serial, 0))
    const notification = decodeNotify(message)
    shown.push(notification)
    const result = reply(notification)
    if (result === null) return
    socket.write(typeof result === 'number' ? numberReply(serial, result) : errorReply(serial, result))
  }

  const server = createServer(socket => {
    open.add(socket)
    let received: Buffer = Buffer.alloc(0)
    let isReady = false
    socket.on('error', () => {})
    socket.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data])
      if (!isReady && received.includes('AUTH') && !received.includes('BEGIN\r\n'))
        socket.write('OK 0123\r\n')
      const begin = isReady ? -1 : received.indexOf('BEGIN\r\n')
      if (begin !== -1) {
        isReady = true
        received = received.subarray(begin + 7)
      }
      for (let length = isReady ? messageLength(received) : null; length !== null; ) {
        if (received.length < length) return
        answer(received.subarray(0, length), socket)
        received = received.subarray(length)
        length = messageLength(received)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    shown,
    close() {
      for (const socket of open) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
