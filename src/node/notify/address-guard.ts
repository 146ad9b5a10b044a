import { type LookupAddress, lookup as lookupName } from 'node:dns'
import { isIP, isIPv6, type LookupFunction } from 'node:net'
import { PRIVATE_CHANNELS_SETTING } from '../../domain/alerts/relay-settings.ts'
import { failed, SendError } from './send-result.ts'
import { isLoopbackAddress, isSpecialAddress } from './special-addresses.ts'

/** Addresses that a connection may have: `public` excludes, `private` requires a special-purpose address. */
export type Reach = 'any' | 'public' | 'private' | 'loopback'

/** Resolves a name to all its addresses, as `dns.lookup` does. */
export type ResolveName = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

/** Decides which hosts and addresses the notifier may connect to. */
export interface AddressGuard {
  /**
   * Checks a host before connecting: its name, or its address if it is one.
   * @throws SendError failed, for a refused host or address
   */
  check(host: string, port: number, reach: Reach): void
  /** Returns a `lookup` option for sockets that only yields allowed addresses. Node does not call it for an address. */
  lookup(reach: Reach): LookupFunction
}

const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** Returns a host in the one form that is compared: lower case, no final dots, an address in its usual notation; null if it is no host. */
export function canonicalHost(host: string): string | null {
  const text = isIPv6(host) ? `[${host}]` : host
  if (/[/?#@\\]/.test(text) || !URL.canParse(`http://${text}`)) return null
  const name = new URL(`http://${text}`).hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
  const [, high, low] = MAPPED_IPV4.exec(name) ?? []
  if (high === undefined || low === undefined) return name
  const bytes = [high, low].flatMap(part => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255])
  return bytes.join('.')
}

/** True if an entry names the host: `host`, `host:port`, or `*.domain` for a domain and all names below it. */
function names(entry: string, host: string, port: number): boolean {
  const [, pattern = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (entryPort !== undefined && Number(entryPort) !== port) return false
  if (!pattern.startsWith('*.')) return canonicalHost(pattern) === host
  const domain = canonicalHost(pattern.slice(2))
  return host === domain || host.endsWith(`.${domain}`)
}

function isAllowed(address: string, reach: Reach): boolean {
  if (reach === 'public') return !isSpecialAddress(address)
  if (reach === 'private') return isSpecialAddress(address)
  return reach === 'any' || isLoopbackAddress(address)
}

const REASONS = {
  any: '',
  public: `is a private or reserved address, to which a relay only connects if ${PRIVATE_CHANNELS_SETTING}`,
  private: 'is a public address, to which axisor only connects over TLS',
  loopback: 'is not this machine, to which axisor only connects over TLS',
} as const

function refusal(host: string, address: string, reach: Reach): SendError {
  const subject = host === address ? host : `${host} (${address})`
  return new SendError(failed(`${subject} ${REASONS[reach]}`))
}

const systemResolver: ResolveName = (host, done) =>
  lookupName(host, { all: true }, (error, addresses) => done(error, addresses))

/** Returns the guard. `refusedHosts` are refused even where private addresses are allowed. */
export function openAddressGuard(
  refusedHosts: readonly string[],
  resolve: ResolveName = systemResolver,
): AddressGuard {
  return {
    check(host, port, reach) {
      const name = canonicalHost(host)
      if (name === null || name === '') throw new SendError(failed('the host name is not valid'))
      if (refusedHosts.some(entry => names(entry, name, port))) {
        throw new SendError(failed(`${name} is a host of the exchange, to which axisor sends no alerts`))
      }
      if (isIP(name) !== 0 && !isAllowed(name, reach)) throw refusal(name, name, reach)
    },
    lookup: reach => (host, options, done) =>
      resolve(host, (error, addresses) => {
        if (error !== null) return done(error, [])
        const { family } = options
        const suitable = addresses.filter(each => !family || family === each.family)
        const allowed = suitable.filter(({ address }) => isAllowed(address, reach))
        const [first = suitable[0]] = allowed
        if (first === undefined)
          return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), [])
        if (allowed.length === 0) return done(refusal(host, first.address, reach), [])
        if (options.all === true) return done(null, allowed)
        done(null, first.address, first.family)
      }),
  }
}
