import { AxisorError } from '../../domain/error.ts'

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO|INVALID_CA)/
/** Signed by nobody whom this machine knows. */
const OWN_CERTIFICATE = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF))/
const TIMEOUT = /TIMEOUT|ETIMEDOUT/

/** The code that Node, OpenSSL or ws put on an error; empty when there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : codeOf(Reflect.get(error, 'cause'))
}

/** A network error of a library as a failure that we can explain. `host` is what was tried, with its port if it has one. */
export function networkError(error: unknown, host: string): AxisorError {
  const code = codeOf(error)
  const because = code === '' ? '' : ` (${code})`
  if (TLS.test(code)) {
    return new AxisorError('tls', `no secure connection to ${host}${because}`, {
      cause: error,
      hint: OWN_CERTIFICATE.test(code)
        ? 'If the certificate is your own, set NODE_EXTRA_CA_CERTS to its file; else a proxy may intercept TLS.'
        : 'Check the clock and the certificates of this machine, and whether a proxy intercepts TLS.',
    })
  }
  if (TIMEOUT.test(code)) {
    return new AxisorError('timeout', `${host} did not answer in time${because}`, {
      cause: error,
      hint: 'Check the network; the exchange may be slow.',
    })
  }
  if (code.startsWith('WS_ERR') || code.startsWith('HPE_')) {
    return new AxisorError('unreadable', `${host} broke the rules of the protocol${because}`, {
      cause: error,
      hint: 'Check the address; a proxy in between may answer in its place.',
    })
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new AxisorError('unreachable', `the name ${host} was not found${because}`, {
      cause: error,
      hint: 'Check the network connection and the address.',
    })
  }
  return new AxisorError('unreachable', `no connection to ${host}${because}`, {
    cause: error,
    hint: 'Check the network connection and the address, and whether something listens there.',
  })
}
