import { formatAge } from '../../domain/format.ts'
import type { PartName } from '../../domain/parts.ts'
import type { PartView } from '../../store/view.ts'
import type { Role } from '../paint/line.ts'
import { counted, isWithheld, POSITION_PARTS, partLabel, partReason } from '../view/part-text.ts'
import { unreadText } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'

/** Why the risk of the account is not fully known while prices are current. */
export interface UnknownRisk {
  readonly role: Role
  readonly sign: string
  /** One word beside a known risk on a narrow screen. */
  readonly word: string
  /** Kept longest. */
  readonly brief: string
  /** The most important first; each starts with its joint. */
  readonly details: readonly string[]
}

/** What is unknown: positions that can't be read, or parts that may list others; null if every position was read. */
export function unknownRisk(context: RenderContext): UnknownRisk | null {
  const { live } = context
  if (!live.mayLackPosition) return null
  const unread = unreadRisk(context)
  if (unread !== null) return unread
  const [first, second] = POSITION_PARTS.filter(name => live.source.parts[name].state !== 'live')
  if (first === undefined) return null
  const label = second === undefined ? partLabel(first, context.columns) : 'positions'
  return partRisk(context, first, label)
}

function unreadRisk({ live }: RenderContext): UnknownRisk | null {
  const [first] = live.unread
  if (first === undefined) return null
  const { length } = live.unread
  const base = { role: 'critical', sign: '‼ ', word: '+ unread' } as const
  if (length === 1) return { ...base, brief: 'risk unknown', details: [`: ${unreadText(first)}`] }
  return {
    ...base,
    brief: 'risk unknown',
    details: [`: ${counted(length, 'position')} can't be read`, ` (${unreadText(first)})`],
  }
}

function partRisk({ live: { source } }: RenderContext, name: PartName, label: string): UnknownRisk {
  const view = source.parts[name]
  const reason = partReason(source, name)
  const why =
    reason === '' || (view.state === 'waiting' && !isWithheld(source, name)) || view.state === 'stale'
      ? ''
      : ` (${reason})`
  const isPlanned = isWithheld(source, name) || view.state === 'waiting'
  const rest = view.ageMs === null ? [] : ['; alerts on old rows only get worse']
  return {
    role: isPlanned ? 'warn' : 'critical',
    sign: isPlanned ? '! ' : '‼ ',
    word: '+ unread',
    brief: 'risk unknown',
    details: [`: ${label} ${notReadText(view, isWithheld(source, name))}`, why, ...rest].filter(
      text => text !== '',
    ),
  }
}

function notReadText({ ageMs, state }: PartView, isKeyLacking: boolean): string {
  if (ageMs === null) return state === 'waiting' && !isKeyLacking ? 'not read yet' : 'not read'
  return `not read for ${formatAge(ageMs)}`
}
