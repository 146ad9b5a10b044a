import { sanitize } from '../domain/sanitize.ts'
import type { Reason, StatusDocument } from '../wire/status.ts'

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

function keyLines({ credentials, key }: StatusDocument): readonly string[] {
  const { from, state, error, requirePassphrase } = credentials
  if (from === null) return ['KEY       none. Run axisor login.']
  const passphrase = requirePassphrase && from !== 'vault' ? ', with a passphrase' : ''
  const lines = [
    `KEY       in ${STORES[from]}${passphrase}: ${state === 'absent' ? 'MISSING' : state}`,
    ...reasonLines(error),
  ]
  if (key === null) return lines
  const permissions = sanitize(key.permissions.join(', ')) || 'nothing'
  lines.push(`ACCESS    ${permissions} (checked ${key.checkedAt.slice(0, 16).replace('T', ' ')} UTC)`)
  if (key.canWrite) lines.push('!! WRITE KEY: this key has write permissions')
  return lines
}

function exchangeLines({ exchange }: StatusDocument): readonly string[] {
  const { reachable, rttMs, clockOffsetMs, error } = exchange
  if (reachable === null) return []
  const roundTrip = rttMs === null ? '' : `, round trip ${Math.round(rttMs)} ms`
  const lines = [`EXCHANGE  ${reachable ? `reachable${roundTrip}` : 'NOT REACHABLE'}`, ...reasonLines(error)]
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

/** Returns profile, key location, permissions and connectivity as text. */
export function statusText(document: StatusDocument): string {
  const { profile, network, source, address } = document
  const name = profile === null ? 'none' : `${profile.name}${profile.current ? ' (current)' : ''}`
  return `${[
    `PROFILE   ${name}`,
    `SOURCE    ${source} · ${network}${address === null ? '' : ` · ${address}`}`,
    ...keyLines(document),
    ...exchangeLines(document),
  ].join('\n')}\n`
}
