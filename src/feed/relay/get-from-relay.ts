import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Http, HttpReply } from '../../ports/net.ts'

/** Where a relay is, and the token for it. */
export interface RelayHttpAddress {
  readonly origin: string
  readonly token: Secret
  readonly requestMs: number
}

/**
 * Sends a request to a relay with the token; retries once if a kept-alive connection was closed.
 * @throws AxisorError for network errors
 */
export async function getFromRelay(
  http: Http,
  { origin, token, requestMs }: RelayHttpAddress,
  target: string,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<HttpReply> {
  const headers = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json', ...extraHeaders }
  try {
    return await http.get(origin, target, headers, requestMs)
  } catch (error) {
    if (!(error instanceof AxisorError) || error.code !== 'connection-lost') throw error
    return http.get(origin, target, headers, requestMs)
  }
}
