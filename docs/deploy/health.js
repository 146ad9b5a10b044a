// The health check of the container: exits with 0 if the relay answers on this machine. It reads the port and TLS from the variables of
// the relay, so they must not be set by flags.
import http from 'node:http'
import https from 'node:https'

const { AXISOR_RELAY_PORT, AXISOR_RELAY_TLS_CERT } = process.env

const options = {
  host: '127.0.0.1',
  port: AXISOR_RELAY_PORT || 8377,
  path: '/healthz',
  // The certificate is for another name, and no secret is sent.
  rejectUnauthorized: false,
  // In ms. podman 4.3 waits for the end of a check, whatever its timeout: a relay that hangs would never be unhealthy.
  signal: AbortSignal.timeout(2_000),
}

const request = (AXISOR_RELAY_TLS_CERT ? https : http).get(options, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1)
})
request.on('error', () => process.exit(1))
