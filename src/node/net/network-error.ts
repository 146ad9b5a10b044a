import { AxisorError } from '../../domain/error.ts'

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO|INVALID_CA)/
/** The issuer is not trusted by this machine. */
const UNTRUSTED_CERTIFICATE = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF))/
const TIMEOUT = /TIMEOUT|ETIMEDOUT/

/** Returns the code that Node, OpenSSL or ws set on an error or its cause; empty if there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : codeOf(Reflect.get(error, 'cause'))
}

/** Maps a network error of Node or ws to an AxisorError. `host` is for messages, with its port if it has one. */
export function networkError(error: unknown, host: string): AxisorError {
  const code = codeOf(error)
  const suffix = code === '' ? '' : ` (${code})`
  if (TLS.test(code)) {
    return new AxisorError('tls', `no secure connection to ${host}${suffix}`, {
      cause: error,
      hint: UNTRUSTED_CERTIFICATE.test(code)
        ? 'If the certificate is your own, set NODE_EXTRA_CA_CERTS to its file; otherwise a proxy may intercept TLS.'
        : 'Check the clock and the CA certificates of this machine, and whether a proxy intercepts TLS.',
    })
  }
  if (TIMEOUT.test(code)) {
    return new AxisorError('timeout', `${host} timed out${suffix}`, {
      cause: error,
      hint: 'Check the network connection; the exchange may be slow.',
    })
  }
  if (code.startsWith('WS_ERR') || code.startsWith('HPE_')) {
    return new AxisorError('unreadable', `${host} violated the protocol${suffix}`, {
      cause: error,
      hint: 'Check the address; a proxy in between may have sent the reply.',
    })
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new AxisorError('unreachable', `cannot resolve ${host}${suffix}`, {
      cause: error,
      hint: 'Check the network connection and the address.',
    })
  }
  return new AxisorError('unreachable', `cannot connect to ${host}${suffix}`, {
    cause: error,
    hint: 'Check the network connection and the address, and that a server is listening there.',
  })
}
