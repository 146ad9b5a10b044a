import { AxisorError } from '../domain/error.ts'

/** Public addresses of LN Markets. */
export const LN_MARKETS = {
  mainnet: { apiUrl: 'https://api.lnmarkets.com/v3', streamUrl: 'wss://stream.lnmarkets.com/v1' },
  signet: {
    apiUrl: 'https://api.signet.lnmarkets.com/v3',
    streamUrl: 'wss://stream.signet.lnmarkets.com/v1',
  },
} as const

/**
 * Derives the stream's address from a local REST address: same host and port, as the simulator serves both.
 * @throws AxisorError usage, for an https:// address: no rule applies there
 */
export function deriveStreamUrl(apiUrl: string): string {
  const url = new URL(apiUrl)
  if (url.protocol === 'http:') return `ws://${url.host}/v1`
  throw new AxisorError('usage', 'the API address is set, but the stream address is not', {
    hint: 'Set the stream address too, for example --stream-url wss://stream.example/v1.',
  })
}

/**
 * Derives the REST address from a local stream address.
 * @throws AxisorError usage, for a wss:// address
 */
export function deriveApiUrl(streamUrl: string): string {
  const url = new URL(streamUrl)
  if (url.protocol === 'ws:') return `http://${url.host}/v3`
  throw new AxisorError('usage', 'the stream address is set, but the API address is not', {
    hint: 'Set the API address too, for example --api-url https://api.example/v3.',
  })
}
