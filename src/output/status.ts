import { PERMISSIONS_UNCHECKED } from '../domain/account.ts'
import { sanitize } from '../domain/sanitize.ts'
import { relayDeliveryText } from '../store/hops.ts'
import type { Reason, StatusDocument } from '../wire/status.ts'
import { keyRemarks } from './key-text.ts'

const STORES = {
  env: 'the environment',
  keychain: 'the keychain of this desktop',
  vault: 'the vault, a file encrypted with a passphrase',
  demo: 'the demo, which has its own key',
} as const

function reasonLines(reason: Reason | null): readonly string[] {
  if (reason === null) return []
  return [
    `          ${sanitize(reason.message)}`,
    ...(reason.hint === null ? [] : [`          ${sanitize(reason.hint)}`]),
  ]
}

function keyLines(document: StatusDocument): readonly string[] {
  const { credentials, source } = document
  const { from, state, error, requirePassphrase } = credentials
  if (from === null) return ['KEY       none. Run axisor login.']
  const passphrase = requirePassphrase && from !== 'vault' ? ', with a passphrase' : ''
  return [
    `KEY       in ${STORES[from]}${passphrase}: ${state === 'absent' ? 'MISSING' : state}`,
    ...reasonLines(error),
    ...(source === 'direct' ? accessLines(document) : []),
  ]
}

function accessLines(document: StatusDocument): readonly string[] {
  const { key, credentials } = document
  if (key === null) return credentials.state === 'ready' ? [`ACCESS    ${PERMISSIONS_UNCHECKED}`] : []
  const names = key.permissions === null ? 'unreadable' : sanitize(key.permissions.join(', ')) || 'nothing'
  return [
    `ACCESS    ${names} (checked ${key.checkedAt.slice(0, 16).replace('T', ' ')} UTC)`,
    ...(document.exchange.transport === 'http' ? [`          ${PERMISSIONS_UNCHECKED} now`] : []),
    ...keyRemarks(key.canWrite),
  ]
}

function exchangeLines({ exchange }: StatusDocument): readonly string[] {
  const { reachable, rttMs, clockOffsetMs, transport, error } = exchange
  if (reachable === null) return []
  const roundTrip = rttMs === null ? '' : `, round trip ${Math.round(rttMs)} ms`
  const reached = transport === 'http' ? 'reachable over HTTPS only' : `reachable${roundTrip}`
  const lines = [
    `EXCHANGE  ${reachable ? reached : 'NOT REACHABLE'}`,
    ...reasonLines(error),
    ...(transport === 'http' ? ['          A firewall or proxy may block the stream.'] : []),
  ]
  if (clockOffsetMs === null) return lines
  const seconds = Math.abs(clockOffsetMs) / 1000
  const direction = clockOffsetMs > 0 ? 'behind' : 'ahead of'
  lines.push(
    seconds < 1
      ? "CLOCK     within 1 s of the exchange's clock"
      : `CLOCK     ${seconds.toFixed(1)} s ${direction} the exchange's clock`,
  )
  return lines
}

/** Of more users the first are listed. The JSON document has all. */
const MAX_LISTED = 20

function userLines({ user, users }: StatusDocument): readonly string[] {
  const names = users ?? []
  const shown = names.slice(0, MAX_LISTED).map(name => sanitize(name))
  const more = names.length - shown.length
  const listed = [...shown, ...(more > 0 ? [`and ${more} more, which axisor status --json lists`] : [])].join(
    ', ',
  )
  // The user of the token may have no account, so that one name may be that of another user.
  const others = names.some(name => name !== user) ? [`          the token reads: ${listed}`] : []
  if (user !== null) return [`USER      ${sanitize(user)}`, ...others]
  return others.length === 0 ? [] : ['USER      that of the token', ...others]
}

function proxyLines({ proxy }: StatusDocument): readonly string[] {
  return proxy === null
    ? []
    : [`PROXY     ${sanitize(proxy.address)} (${sanitize(proxy.origin)}), which resolves all names`]
}

/** Returns profile, key location, permissions and connectivity as text. */
export function statusText(document: StatusDocument): string {
  const { profile, network, source, address } = document
  const name = profile === null ? 'none' : `${profile.name}${profile.current ? ' (current)' : ''}`
  return `${[
    `PROFILE   ${name}`,
    `SOURCE    ${source} · ${network}${address === null ? '' : ` · ${address}`}`,
    ...userLines(document),
    ...proxyLines(document),
    ...keyLines(document),
    ...exchangeLines(document),
    ...(document.alerts === null ? [] : [`ALERTS    ${relayDeliveryText(document.alerts)}`]),
  ].join('\n')}\n`
}
