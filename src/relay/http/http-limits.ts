/** Time limit for the headers of a request, ms; for the whole request it is twice that. */
const HEADERS_MS = 5_000

/** Limits of Node's server. */
export const SERVER_LIMITS = {
  headersTimeout: HEADERS_MS,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8 * 1024,
} as const

/** Limits of Node's server with TLS. */
export const TLS_SERVER_LIMITS = { ...SERVER_LIMITS, handshakeTimeout: HEADERS_MS } as const

/** Limits of the framework. The time is not with those of Node's server: the framework overwrites it there, by default with no limit. */
export const APP_LIMITS = {
  bodyLimit: 4 * 1024,
  requestTimeout: 2 * HEADERS_MS,
  keepAliveTimeout: 30_000,
} as const

/** Connections per address in addition to those with a WebSocket, for HTTP and handshakes. */
export const SPARE_PER_ADDRESS = 64
