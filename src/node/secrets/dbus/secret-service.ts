import type { Env } from '../../../ports/env.ts'
import { type Bus, BusError, openBusAt } from '../../dbus/bus.ts'
import { sessionAddress } from '../../dbus/bus-address.ts'
import { stringArgs } from '../../dbus/bus-writer.ts'
import { codeOf } from '../../net/network-error.ts'

const NAME = 'org.freedesktop.secrets'
const ROOT = { destination: NAME, path: '/org/freedesktop/secrets' } as const

/** State of the keyring as reported by the bus. Its contents are not read. */
export type Keyring =
  | { readonly kind: 'ready' | 'locked' | 'no-collection' | 'timeout' }
  /** The name has no owner, or the owner does not implement the Secret Service. */
  | { readonly kind: 'no-service' }
  /** `address` is null if the environment has none; `reason` is a short text. */
  | { readonly kind: 'no-bus'; readonly address: string | null; readonly reason: string }

async function readState(bus: Bus): Promise<Keyring> {
  // A call to an unowned name would start a second, locked keyring.
  if ((await bus.callBus('NameHasOwner', NAME)) !== true) return { kind: 'no-service' }
  const collection = await bus.call({
    ...ROOT,
    interface: 'org.freedesktop.Secret.Service',
    member: 'ReadAlias',
    args: stringArgs('default'),
  })
  if (typeof collection !== 'string') return { kind: 'no-service' }
  if (collection === '/') return { kind: 'no-collection' }
  const isLocked = await bus.call({
    destination: NAME,
    path: collection,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    args: stringArgs('org.freedesktop.Secret.Collection', 'Locked'),
  })
  return { kind: isLocked === false ? 'ready' : 'locked' }
}

async function probeAddress(address: string, onSocket: (close: () => void) => void): Promise<Keyring> {
  try {
    return await readState(await openBusAt(address, onSocket))
  } catch (error) {
    if (error instanceof BusError) return { kind: 'no-service' }
    return { kind: 'no-bus', address, reason: codeOf(error) || String(Reflect.get(Object(error), 'message')) }
  }
}

/** Probes the keyring over the session bus within `timeoutMs`. Never prompts the user and starts no service. */
export async function probeKeyring(env: Env, timeoutMs: number): Promise<Keyring> {
  const address = sessionAddress(env)
  if (address === null) return { kind: 'no-bus', address, reason: 'DBUS_SESSION_BUS_ADDRESS is not set' }
  let close = (): void => {}
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Keyring>(resolve => {
    timer = setTimeout(() => resolve({ kind: 'timeout' }), timeoutMs)
  })
  const probe = probeAddress(address, closeThis => {
    close = closeThis
    if (isOver) closeThis()
  })
  try {
    return await Promise.race([probe, late])
  } finally {
    clearTimeout(timer)
    isOver = true
    close()
  }
}
