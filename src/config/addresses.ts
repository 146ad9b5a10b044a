import { AxisorError } from '../domain/error.ts'

/** LN Markets' own addresses. */
export const LN_MARKETS = {
  mainnet: { apiUrl: 'https://api.lnmarkets.com/v3', streamUrl: 'wss://stream.lnmarkets.com/v1' },
  signet: {
    apiUrl: 'https://api.signet.lnmarkets.com/v3',
    streamUrl: 'wss://stream.signet.lnmarkets.com/v1',
  },
} as const

/**
 * The stream's address beside a REST address on this machine: the same port, as the simulator has it.
 * @throws AxisorError usage elsewhere, where nothing can be guessed
 */
export function streamBeside(apiUrl: string): string {
  const url = new URL(apiUrl)
  if (url.protocol === 'http:') return `ws://${url.host}/v1`
  throw new AxisorError('usage', '--api-url was given without --stream-url', {
    hint: 'Give the address of the stream too, for example --stream-url wss://stream.example/v1',
  })
}

/**
 * The REST address beside a stream's on this machine.
 * @throws AxisorError usage elsewhere
 */
export function apiBeside(streamUrl: string): string {
  const url = new URL(streamUrl)
  if (url.protocol === 'ws:') return `http://${url.host}/v3`
  throw new AxisorError('usage', '--stream-url was given without --api-url', {
    hint: 'Give the address of the REST API too, for example --api-url https://api.example/v3',
  })
}
