import type { KeyPermissions } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Sockets } from '../../ports/net.ts'
import { decodeFrame, messagesOf } from '../../wire/lnm/frame.ts'
import { openSigner } from '../../wire/signing.ts'
import { ExchangeClock } from './exchange-clock.ts'
import { StreamHandshake } from './handshake.ts'
import { RpcClient } from './rpc-client.ts'

/** Result of a key verification. */
export interface KeyInfo {
  /** The key's permissions; null if the exchange reported none, or if no key was given. */
  readonly key: KeyPermissions | null
  /** The server identifies itself as a simulator. */
  readonly simulated: boolean
  readonly rttMs: number | null
  /** Exchange clock minus ours, in ms, or null if not measured. */
  readonly clockOffsetMs: number | null
  /** Why the stream could not be used, which alone reports permissions; null if it was used. */
  readonly streamError: AxisorError | null
}

/** Address, key and timeout of a verification. */
export interface VerifyOptions {
  readonly streamUrl: string
  /** Null: only checks that the exchange is reachable. */
  readonly credentials: Credentials | null
  readonly timeoutMs: number
}

/**
 * Authenticates on the exchange's stream and disconnects. Subscribes to nothing and reads no account data.
 * @throws AxisorError key-refused, or the error that prevented authentication within the timeout
 */
export async function verifyKey(
  world: { readonly clock: Clock; readonly random: Random; readonly sockets: Sockets },
  { streamUrl, credentials, timeoutMs }: VerifyOptions,
): Promise<KeyInfo> {
  const { clock, random, sockets } = world
  const { host } = new URL(streamUrl)
  const { promise: opened, resolve: resolveOpened } = Promise.withResolvers<void>()
  const { promise: failed, reject: rejectFailed } = Promise.withResolvers<never>()
  const rpc: RpcClient = new RpcClient(world, text => socket.send(text))
  const socket = sockets.open(streamUrl, {
    opened: resolveOpened,
    text(data) {
      for (const frame of messagesOf(data).map(decodeFrame)) {
        if (frame.kind === 'reply') rpc.resolve(frame.id, frame.result)
        else if (frame.kind === 'error' && frame.id !== null) rpc.reject(frame.id, frame.refusal)
      }
    },
    pong() {},
    failed: rejectFailed,
    closed: code =>
      rejectFailed(new AxisorError('connection-lost', `${host} closed the connection (${code})`)),
  })
  const cancel = clock.after(timeoutMs, () =>
    rejectFailed(new AxisorError('timeout', `no response from ${host} within ${timeoutMs / 1000} s`)),
  )
  const exchangeClock = new ExchangeClock(clock)
  const handshake = new StreamHandshake({ clock, random, exchangeClock, host }, rpc)
  const run = async (): Promise<KeyInfo> => {
    await opened
    const [simulated, roundTrip] = await Promise.all([handshake.hello(), handshake.syncClock()])
    const reported =
      credentials === null
        ? null
        : await handshake.authenticate(openSigner(credentials), () => handshake.syncClock())
    const rttMs = typeof roundTrip === 'number' ? roundTrip : null
    const key = reported?.key ?? null
    return { key, simulated, rttMs, clockOffsetMs: exchangeClock.offsetMs, streamError: null }
  }
  try {
    return await Promise.race([run(), failed])
  } finally {
    cancel()
    rpc.close()
    socket.terminate()
  }
}
