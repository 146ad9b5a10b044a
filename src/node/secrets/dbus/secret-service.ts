import type { Env } from '../../../ports/env.ts'
import { codeOf } from '../../net/network-error.ts'
import { type Bus, BusRefusal, openBus } from './bus.ts'
import { sessionAddress, socketsOf } from './bus-address.ts'

const NAME = 'org.freedesktop.secrets'
const ROOT = { destination: NAME, path: '/org/freedesktop/secrets' } as const

/** What the bus says of the keyring, without touching what is in it. */
export type Keyring =
  | { readonly kind: 'ready' | 'locked' | 'no-collection' | 'timeout' }
  /** Nobody has the name, or its owner does not answer as a keyring does. */
  | { readonly kind: 'no-service' }
  /** `address` is null when the environment names none; `because` is a short reason. */
  | { readonly kind: 'no-bus'; readonly address: string | null; readonly because: string }

async function lookOn(bus: Bus): Promise<Keyring> {
  // A call to the name itself would start a second keyring, a locked one, beside the one that is meant.
  if ((await bus.ask('NameHasOwner', NAME)) !== true) return { kind: 'no-service' }
  const collection = await bus.call({
    ...ROOT,
    interface: 'org.freedesktop.Secret.Service',
    member: 'ReadAlias',
    args: ['default'],
  })
  if (typeof collection !== 'string') return { kind: 'no-service' }
  if (collection === '/') return { kind: 'no-collection' }
  const isLocked = await bus.call({
    destination: NAME,
    path: collection,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    args: ['org.freedesktop.Secret.Collection', 'Locked'],
  })
  return { kind: isLocked === false ? 'ready' : 'locked' }
}

async function lookAt(address: string, onSocket: (close: () => void) => void): Promise<Keyring> {
  let because = 'not a socket of this machine'
  for (const path of socketsOf(address)) {
    try {
      const bus = await openBus(path, onSocket)
      return await lookOn(bus)
    } catch (error) {
      if (error instanceof BusRefusal) return { kind: 'no-service' }
      because = codeOf(error) || String(Reflect.get(Object(error), 'message'))
    }
  }
  return { kind: 'no-bus', address, because }
}

/** Looks whether the keyring can be used, over the session's bus; asks nobody, starts nothing, and ends within the limit. */
export async function probeKeyring(env: Env, limitMs: number): Promise<Keyring> {
  const address = sessionAddress(env)
  if (address === null) return { kind: 'no-bus', address, because: 'DBUS_SESSION_BUS_ADDRESS is not set' }
  let close = (): void => {}
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Keyring>(resolve => {
    timer = setTimeout(() => resolve({ kind: 'timeout' }), limitMs)
  })
  const looked = lookAt(address, closeThis => {
    close = closeThis
    if (isOver) closeThis()
  })
  try {
    return await Promise.race([looked, late])
  } finally {
    clearTimeout(timer)
    isOver = true
    close()
  }
}
