import type { AlertRule, AmountRule, ChangeWindow, QuietHours } from '../domain/alerts/rule.ts'
import type { TableColumn } from './table.ts'

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const

/** Returns a duration as config files write it: `90s`, `2m`, `1h`. */
export function durationText(ms: number): string {
  const [unitMs, unit] = UNITS.find(([each]) => ms >= each && ms % each === 0) ?? [1, 'ms']
  return `${ms / unitMs}${unit}`
}

/** Without the rounding errors of a fraction. */
function percentText(fraction: number): string {
  return `${Number((fraction * 100).toFixed(6))}%`
}

const UNIT_TEXT: Readonly<Record<AmountRule['unit'], string>> = { sats: ' sats', usd: ' USD', percent: '%' }

const NAMES: Readonly<Record<AmountRule['type'], string>> = {
  pl: 'P&L',
  equity: 'equity',
  margin: 'free margin',
}

interface Bounds {
  readonly above: number | null
  readonly below: number | null
  readonly change: ChangeWindow | null
}

function boundsText(name: string, { above, below, change }: Bounds, unit: string, changeUnit = unit): string {
  const parts = [
    ...(above === null ? [] : [`above ${above}${unit}`]),
    ...(below === null ? [] : [`below ${below}${unit}`]),
    ...(change === null
      ? []
      : [`changes by ${change.amount}${changeUnit} in ${durationText(change.withinMs)}`]),
  ]
  return `${name} ${parts.join(', ')}`.trim()
}

/** Returns what a rule reports, in the words of its file. */
export function ruleText(rule: AlertRule): string {
  switch (rule.type) {
    case 'liquidation': {
      const { watch, warn, critical } = rule.bands
      return `distance to liquidation within ${percentText(watch)} watch, ${percentText(warn)} warn, ${percentText(critical)} critical`
    }
    case 'price':
      return boundsText(`${rule.of} price`, { ...rule, change: rule.moves }, ' USD', '%')
    case 'pl':
    case 'equity':
    case 'margin':
      return boundsText(NAMES[rule.type], { ...rule, change: rule.changes }, UNIT_TEXT[rule.unit])
    case 'funding':
      return [
        ...(rule.ratePercentAbove === null ? [] : [`funding rate above ${rule.ratePercentAbove}%`]),
        ...(rule.costSatsAbove === null ? [] : [`next funding costs above ${rule.costSatsAbove} sats`]),
      ].join(', ')
    case 'position':
    case 'order':
    case 'wallet':
      return `${rule.type} ${rule.events.join(', ')}`
    case 'protection':
      return rule.checks.join(', ')
    case 'stale':
      return `no fresh data for ${durationText(rule.afterMs)}, in a band ${durationText(rule.inBandAfterMs)}`
    case 'connection':
      return `connection lost for ${durationText(rule.afterMs)}`
    case 'key':
      return 'key refused, or not read-only'
    case 'announcement':
      return 'announcement of the exchange'
  }
}

/** Returns quiet hours as the file writes them. */
function quietText(quiet: QuietHours | null): string {
  if (quiet === null) return '-'
  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  return `${clock(quiet.fromMinute)}-${clock(quiet.toMinute)} ${quiet.zone}`
}

function channelsText({ channels, enabled }: AlertRule): string {
  if (!enabled) return '-'
  if (channels === null) return 'all'
  return channels.length === 0 ? 'screen only' : channels.join(', ')
}

function repeatText({ repeatMs }: AlertRule): string {
  if (repeatMs === null) return 'never'
  return repeatMs === 'default' ? 'default' : durationText(repeatMs)
}

/** The columns of a table of rules. */
export const RULE_COLUMNS: readonly TableColumn<AlertRule>[] = [
  { title: 'NAME', align: 'left', cell: row => row.name },
  { title: 'REPORTS', align: 'left', cell: row => (row.enabled ? ruleText(row) : 'nothing: disabled') },
  { title: 'LEVEL', align: 'left', cell: row => row.level ?? 'by event' },
  { title: 'CHANNELS', align: 'left', cell: channelsText },
  { title: 'REPEAT', align: 'left', cell: repeatText },
  { title: 'QUIET', align: 'left', cell: row => quietText(row.quiet) },
]
