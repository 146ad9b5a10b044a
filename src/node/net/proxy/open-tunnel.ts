import type { Socket } from 'node:net'
import type { ProxyServer, ProxyTarget } from '../../../domain/proxy.ts'

/** Connects through one kind of proxy. Rejects with any error once the signal is aborted. IPv6 addresses have no brackets. */
export type OpenTunnel = (
  proxy: ProxyServer,
  target: Pick<ProxyTarget, 'host' | 'port'>,
  signal: AbortSignal,
) => Promise<Socket>
