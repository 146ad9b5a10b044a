import { sanitize } from '../domain/sanitize.ts'
import type { Reason, StatusDocument } from '../wire/status.ts'

const STORES = {
  env: 'the environment',
  keychain: 'the keychain of this desktop',
  vault: 'the vault, a file that is encrypted with a passphrase',
  demo: 'the demo, which has its own',
} as const

function because(reason: Reason | null): readonly string[] {
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
    `KEY       in ${STORES[from]}${passphrase}: ${state === 'absent' ? 'NOT THERE' : state}`,
    ...because(error),
  ]
  if (key === null) return lines
  const may = sanitize(key.permissions.join(', ')) || 'nothing'
  lines.push(`MAY       ${may} (checked ${key.checkedAt.slice(0, 16).replace('T', ' ')} UTC)`)
  if (key.canWrite) lines.push('!! WRITE KEY: this key may do more than read')
  return lines
}

function exchangeLines({ exchange }: StatusDocument): readonly string[] {
  const { reachable, rttMs, clockOffsetMs, error } = exchange
  if (reachable === null) return []
  const trip = rttMs === null ? '' : `, ${Math.round(rttMs)} ms there and back`
  const lines = [`EXCHANGE  ${reachable ? `answers${trip}` : 'NOT REACHED'}`, ...because(error)]
  if (clockOffsetMs === null) return lines
  const seconds = Math.abs(clockOffsetMs) / 1000
  const word = clockOffsetMs > 0 ? 'behind' : 'ahead of'
  lines.push(
    seconds < 1
      ? 'CLOCK     agrees with the exchange’s within a second'
      : `CLOCK     ours is ${seconds.toFixed(1)} s ${word} the exchange’s`,
  )
  return lines
}

/** Who we are, where the key is and whether the exchange is there, for a person. */
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
