import { ipPrefix } from './ip-prefix.ts'

/** What is needed of a request here. */
interface Asking {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket: { readonly remoteAddress?: string | undefined }
}

const ADDRESS = /^[0-9a-f:.]{2,45}$/i

/**
 * Who asks, as it is counted. Behind a proxy that is trusted, the last address that `X-Forwarded-For` names: it is the only one that the proxy itself
 * has written, all others may be made up.
 */
export function clientAddress({ headers, socket }: Asking, trustProxy: boolean): string {
  const direct = ipPrefix(socket.remoteAddress ?? 'unknown')
  if (!trustProxy) return direct
  const said = headers['x-forwarded-for']
  const all = typeof said === 'string' ? said : (said?.join(',') ?? '')
  const last = all.split(',').at(-1)?.trim() ?? ''
  return ADDRESS.test(last) ? ipPrefix(last) : direct
}
