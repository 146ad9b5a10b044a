import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Sockets } from '../../ports/net.ts'
import { decodeFrame } from '../../wire/lnm/frame.ts'
import { openSigner } from '../../wire/signing.ts'
import { ExchangeClock } from './exchange-clock.ts'
import { StreamHandshake } from './handshake.ts'
import { RpcClient } from './rpc-client.ts'

/** What one short conversation with the exchange has shown. */
export interface KeyInfo {
  /** What the key may do, as the exchange says; null when no key was shown. */
  readonly permissions: readonly string[] | null
  /** The other side says that it is a simulation. */
  readonly simulated: boolean
  readonly rttMs: number | null
  /** Exchange clock minus ours. */
  readonly clockOffsetMs: number | null
}

/** Whom to ask, and as whom. */
export interface VerifyOptions {
  readonly streamUrl: string
  /** Null: only whether the exchange is there. */
  readonly credentials: Credentials | null
  readonly timeoutMs: number
}

/**
 * Shows a key to the exchange's stream and hangs up: nothing is subscribed to, and nothing of the account is read.
 * @throws AxisorError key-refused, or whatever kept the exchange from judging within the time-out
 */
export async function verifyKey(
  world: { readonly clock: Clock; readonly random: Random; readonly sockets: Sockets },
  { streamUrl, credentials, timeoutMs }: VerifyOptions,
): Promise<KeyInfo> {
  const { clock, random, sockets } = world
  const { host } = new URL(streamUrl)
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  const calls: RpcClient = new RpcClient(world, text => socket.send(text))
  const socket = sockets.open(streamUrl, {
    opened: open,
    text(data) {
      const frame = decodeFrame(data)
      if (frame.kind === 'reply') calls.resolve(frame.id, frame.result)
      else if (frame.kind === 'refusal' && frame.id !== null) calls.reject(frame.id, frame.refusal)
    },
    pong() {},
    failed: fail,
    closed: code => fail(new AxisorError('connection-lost', `${host} closed the connection (${code})`)),
  })
  const cancel = clock.after(timeoutMs, () =>
    fail(new AxisorError('timeout', `no answer from ${host} within ${timeoutMs / 1000} s`)),
  )
  const exchangeClock = new ExchangeClock(clock)
  const introduction = new StreamHandshake({ clock, random, exchangeClock, host }, calls)
  const converse = async (): Promise<KeyInfo> => {
    await opened
    const [simulated, trip] = await Promise.all([introduction.hello(), introduction.syncClock()])
    const permissions =
      credentials === null
        ? null
        : await introduction.authenticate(openSigner(credentials), () => introduction.syncClock())
    const rttMs = typeof trip === 'number' ? trip : null
    return { permissions, simulated, rttMs, clockOffsetMs: exchangeClock.offsetMs }
  }
  try {
    return await Promise.race([converse(), failed])
  } finally {
    cancel()
    calls.end()
    socket.terminate()
  }
}
