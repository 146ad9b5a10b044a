import { ipPrefix } from './ip-prefix.ts'

/** The parts of a request that determine its address. */
interface AddressedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket: { readonly remoteAddress?: string | undefined }
}

const ADDRESS = /^[0-9a-f:.]{2,45}$/i

/** Some proxies add the port of the client: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/i

/**
 * Returns the client's address for the limits. Behind a trusted proxy it is the last one in `X-Forwarded-For`: only
 * that is written by the proxy, the others can be forged.
 */
export function clientAddress({ headers, socket }: AddressedRequest, trustProxy: boolean): string {
  const direct = ipPrefix(socket.remoteAddress ?? 'unknown')
  if (!trustProxy) return direct
  const forwarded = headers['x-forwarded-for']
  const all = typeof forwarded === 'string' ? forwarded : (forwarded?.join(',') ?? '')
  const entry = all.split(',').at(-1)?.trim() ?? ''
  const [, inBrackets, beforePort] = WITH_PORT.exec(entry) ?? []
  const last = inBrackets ?? beforePort ?? entry
  return ADDRESS.test(last) ? ipPrefix(last) : direct
}
