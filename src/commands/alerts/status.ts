import type { AlertHost } from '../../alerts/host/alert-host.ts'
import { alertMetrics } from '../../output/alert-metrics.ts'
import type { StatusReply, StatusServer } from '../../ports/status-server.ts'
import type { CommandContext } from '../command-context.ts'

export type StatusContext = Pick<CommandContext, 'serveStatus'>

const TEXT = 'text/plain; charset=utf-8'

/** Serves health and metrics of a host on the loopback interface; null without a port. @throws AxisorError usage */
export async function openStatus(
  port: number | null,
  host: AlertHost,
  { serveStatus }: StatusContext,
): Promise<StatusServer | null> {
  if (port === null) return null
  return serveStatus('127.0.0.1', port, path => replyTo(path, host))
}

function replyTo(path: string, host: AlertHost): StatusReply | null {
  if (path === '/metrics')
    return {
      status: 200,
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: alertMetrics(host.view(), host.isHealthy()),
    }
  if (path !== '/healthz') return null
  return host.isHealthy()
    ? { status: 200, contentType: TEXT, body: 'ok\n' }
    : { status: 503, contentType: TEXT, body: 'no fresh prices and positions, or rules are not evaluated\n' }
}
