// The health check of the container: exits with 0 if the relay answers on this machine. It reads the port and TLS from the variables of
// the relay, so they must not be set by flags.
import http from 'node:http'
import https from 'node:https'

const { AXISOR_RELAY_PORT, AXISOR_RELAY_TLS_CERT } = process.env

// The certificate is for another name, and no secret is sent.
const options = { host: '127.0.0.1', port: AXISOR_RELAY_PORT || 8377, path: '/healthz', rejectUnauthorized: false }

const request = (AXISOR_RELAY_TLS_CERT ? https : http).get(options, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1)
})
request.on('error', () => process.exit(1))
