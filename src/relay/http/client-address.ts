import { ipPrefix } from './ip-prefix.ts'

/** The parts of a request that determine its address. */
interface AddressedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket: { readonly remoteAddress?: string | undefined }
}

const ADDRESS = /^[0-9a-f:.]{2,45}$/i

/**
 * Returns the client's address for the limits. Behind a trusted proxy it is the last one in `X-Forwarded-For`: only
 * that is written by the proxy, the others can be forged.
 */
export function clientAddress({ headers, socket }: AddressedRequest, trustProxy: boolean): string {
  const direct = ipPrefix(socket.remoteAddress ?? 'unknown')
  if (!trustProxy) return direct
  const forwarded = headers['x-forwarded-for']
  const all = typeof forwarded === 'string' ? forwarded : (forwarded?.join(',') ?? '')
  const last = all.split(',').at(-1)?.trim() ?? ''
  return ADDRESS.test(last) ? ipPrefix(last) : direct
}
