import { spawnSync } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openCrypto } from '../../../../../src/node/crypto.ts'
import { sessionAddress, socketsOf } from '../../../../../src/node/dbus/bus-address.ts'
import { decodeReply, encodeCall, messageLength } from '../../../../../src/node/dbus/bus-wire.ts'
import { stringArgs } from '../../../../../src/node/dbus/bus-writer.ts'
import { probeKeyring } from '../../../../../src/node/secrets/dbus/secret-service.ts'
import { Keychain } from '../../../../../src/node/secrets/keychain/keychain.ts'
import { openTempFolder } from '../../../../support/temp-folder.ts'

describe('a D-Bus address', () => {
  test.each([
    ['unix:path=/run/user/1000/bus', ['/run/user/1000/bus']],
    ['unix:path=/tmp/dbus-a,guid=0123', ['/tmp/dbus-a']],
    ['unix:abstract=/tmp/dbus-a,guid=0123', ['\0/tmp/dbus-a']],
    ['unix:path=/a%20b%2Cc', ['/a b,c']],
    ['tcp:host=localhost,port=1;unix:path=/b', ['/b']],
    ['unixexec:path=/bin/sh', []],
    ['unix:runtime=yes', []],
    ['nonsense', []],
  ])('%s names its sockets', (address, sockets) => {
    expect(socketsOf(address)).toEqual(sockets)
  })

  test('comes from the variable, otherwise from the socket of systemd if it exists', () => {
    expect(sessionAddress({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/a', XDG_RUNTIME_DIR: '/' })).toBe(
      'unix:path=/a',
    )
    expect(sessionAddress({ XDG_RUNTIME_DIR: '/nowhere' })).toBeNull()
    expect(sessionAddress({})).toBeNull()
  })
})

describe('D-Bus messages', () => {
  test('encodes a call as specified', () => {
    const call = {
      destination: 'a.b',
      path: '/c',
      interface: 'd.e',
      member: 'F',
      args: stringArgs('x', 'yz'),
    }
    const bytes = encodeCall(call, 7)
    expect(messageLength(bytes)).toBe(bytes.length)
    // Little-endian, a call, no auto-start, version 1; then the length of the body and the serial.
    expect([...bytes.subarray(0, 12)]).toEqual([0x6c, 1, 2, 1, 15, 0, 0, 0, 7, 0, 0, 0])
    expect(bytes.subarray(-15).toString('hex')).toBe('01000000780000000200000079' + '7a00')
  })

  test('decodes a reply in both byte orders', () => {
    // Encoded by hand from the specification: the reply `true` to call 2.
    const little =
      '6c02010104000000030000003d00000006017300040000003a312e3000000000050175000200000008016700016200000701730014000000' +
      '6f72672e667265656465736b746f702e4442757300000000' +
      '01000000'
    expect(decodeReply(Buffer.from(little, 'hex'))).toEqual({ replySerial: 2, value: true })
    const big = '4202000100000004000000030000000f05017500000000020801670001620000' + '00000001'
    expect(decodeReply(Buffer.from(big, 'hex'))).toEqual({ replySerial: 2, value: true })
  })

  test('decodes, rejects or awaits any bytes; only throws RangeError', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x6c, 0x42), fc.uint8Array({ max: 24, maxLength: 80 }), (order, bytes) => {
        const message = Buffer.concat([Buffer.of(order, 2, 0, 1), bytes])
        try {
          const length = messageLength(message)
          if (length !== null && length <= message.length) decodeReply(message.subarray(0, length))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('an unreachable keyring', () => {
  let folder: ReturnType<typeof openTempFolder>
  let server: Server | null = null
  const open = new Set<Socket>()
  beforeEach(() => {
    folder = openTempFolder()
  })
  afterEach(async () => {
    for (const socket of open) socket.destroy()
    open.clear()
    if (server !== null) await new Promise(resolve => server?.close(resolve))
    server = null
    folder.remove()
  })

  const PLACE = { exchange: 'lnmarkets', network: 'mainnet', profile: 'main' } as const

  /** Serves a socket that handles each chunk with `answer`; returns the environment that points to it. */
  async function serve(
    answer: (data: Buffer, socket: Socket) => void,
    path = join(folder.path, 'bus'),
  ): Promise<Record<string, string>> {
    server = createServer(socket => {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('data', (data: Buffer) => answer(data, socket))
    })
    await new Promise<void>(resolve => server?.listen(path, resolve))
    return { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`, XDG_DATA_HOME: folder.path }
  }

  /** Expects every call of the store to fail with the message and a hint to the vault, without starting a child. */
  async function failsWith(
    env: Record<string, string>,
    message: RegExp,
    probeTimeoutMs = 20_000,
  ): Promise<void> {
    const store = new Keychain(env, openCrypto(), { passphrase: null }, { probeTimeoutMs, entry: '/nowhere' })
    expect(await store.state()).toMatchObject({ kind: 'unusable' })
    for (const call of [() => store.read(PLACE), () => store.write(PLACE, 'x'), () => store.remove(PLACE)])
      await expect(call()).rejects.toMatchObject({
        code: 'no-credentials',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/use the vault: axisor login --credential-store vault$/),
      })
  }

  test('fails without a session', () =>
    failsWith({ HOME: '/h' }, /^no keychain: no D-Bus session \(DBUS_SESSION_BUS_ADDRESS is not set\)$/))

  test('fails if the session has ended', () =>
    failsWith(
      { HOME: '/h', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' },
      /^no keychain: no D-Bus session at unix:path=\/nowhere\/bus \(ENOENT\)$/,
    ))

  test('fails if no process listens on the socket', async () => {
    const path = join(folder.path, 'bus')
    const listen = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    expect(spawnSync(process.execPath, ['-e', listen]).signal).toBe('SIGKILL')
    await failsWith(
      { HOME: '/h', DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` },
      /^no keychain: no D-Bus session at unix:path=.+\/bus \(ECONNREFUSED\)$/,
    )
  })

  test('connects to an abstract socket, and to the first available of two', async () => {
    const name = `axisor-test-${process.pid}`
    await serve((_data, socket) => void socket.write('REJECTED EXTERNAL\r\n'), `\0${name}`)
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=/nowhere;unix:abstract=${name}` }
    expect(await probeKeyring(env, 5_000)).toMatchObject({
      kind: 'no-bus',
      reason: 'the bus rejected the authentication',
    })
  })

  test('fails for an address of another transport', () =>
    failsWith(
      { HOME: '/h', DBUS_SESSION_BUS_ADDRESS: 'tcp:host=h,port=1' },
      /^no keychain: no D-Bus session at tcp:host=h,port=1 \(not a local socket\)$/,
    ))

  test('times out if the bus accepts but sends nothing', async () => {
    await failsWith(await serve(() => {}), /^no keychain: it did not respond within 0\.1 s$/, 100)
  })

  test('times out if the bus sends nothing after the authentication', async () => {
    const env = await serve((data, socket) => {
      if (data.includes('AUTH')) socket.write('OK 0123\r\n')
    })
    await failsWith(env, /^no keychain: it did not respond within 0\.1 s$/, 100)
  })

  test.each([
    ['rejects the authentication', 'REJECTED EXTERNAL\r\n', 'the bus rejected the authentication'],
    ['is not a D-Bus', `HTTP/1.1 400 Bad Request\r\n\r\n`, 'the bus rejected the authentication'],
    ['sends an endless line', 'x'.repeat(20_000), 'the bus rejected the authentication'],
    [
      'sends invalid messages after the authentication',
      `OK 0123\r\n${'nonsense'.repeat(4)}`,
      'not a D-Bus message',
    ],
  ])('fails if the bus %s', async (_what, text, reason) => {
    const env = await serve((_data, socket) => void socket.write(text))
    await failsWith(env, new RegExp(`^no keychain: no D-Bus session at unix:path=.+/bus \\(${reason}\\)$`))
  })

  test('fails if the bus closes the connection', async () => {
    const env = await serve((_data, socket) => socket.destroy())
    await failsWith(
      env,
      /^no keychain: no D-Bus session at unix:path=.+\/bus \((the bus closed the connection|EPIPE|ECONNRESET)\)$/,
    )
  })

  test('closes its connection after the probe', async () => {
    const env = await serve(() => {})
    expect(await probeKeyring(env, 300)).toEqual({ kind: 'timeout' })
    // The server gets the close event.
    await vi.waitFor(() => expect([...open].map(socket => socket.destroyed)).toEqual([true]), 10_000)
  })
})
