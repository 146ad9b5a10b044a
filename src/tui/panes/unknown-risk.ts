import { formatAge } from '../../domain/format.ts'
import { type PartName, POSITION_PARTS } from '../../domain/parts.ts'
import { goneText, isWithheld, partReason, SHORT_LABELS } from '../../store/part-text.ts'
import { PART_LABELS, type UnreadPosition } from '../../store/selectors/parts.ts'
import type { SourceView } from '../../store/view.ts'
import type { Translate } from '../lang/translate.ts'
import type { Role } from '../paint/line.ts'
import { unreadText } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { rowCount } from '../view/row-count.ts'

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

/** From this many columns the name of a part is written out beside a known risk. */
const LONG_COLUMNS = 100

/** What is unknown: positions that can't be read, or parts that may list others; null if every position was read. */
export function unknownRisk(context: RenderContext): UnknownRisk | null {
  const { live, columns, info } = context
  const { t } = info
  if (!live.mayLackPosition) return null
  if (live.unread.length > 0) return unreadRisk(live.unread, t)
  const [first, second] = POSITION_PARTS.filter(name => live.source.parts[name].state !== 'live')
  if (first === undefined) return null
  const isShort = columns < LONG_COLUMNS
  const isBeside = isShort && live.positions.some(({ risk }) => risk !== 'ok')
  const label = isBeside ? SHORT_LABELS[first] : PART_LABELS[first]
  const name = second === undefined ? t.sentence(label) : t('positions')
  return partRisk(context, first, name, isShort)
}

function unreadRisk(unread: readonly UnreadPosition[], t: Translate): UnknownRisk {
  const [first] = unread.map(unreadText)
  const [name = '', why = ''] = (first ?? '').split(/(?<=can't be read)(?:: )?/)
  const details =
    unread.length === 1
      ? [`: ${t.sentence(name)}`, why === '' ? '' : `: ${t.sentence(why)}`]
      : [
          `: ${t("{subject} can't be read", { subject: rowCount(t, unread.length, 'position') })}`,
          ` (${t.sentence(first ?? '')})`,
        ]
  return { role: 'critical', sign: '‼ ', word: t('+ unread'), brief: t('risk unknown'), details }
}

function partRisk(
  { live: { source }, info: { t } }: RenderContext,
  name: PartName,
  label: string,
  isShort: boolean,
): UnknownRisk {
  const { state, ageMs } = source.parts[name]
  const isPlanned = isWithheld(source, name) || state === 'waiting'
  const rest = ageMs === null ? [] : [`; ${t('alerts on old rows only get worse')}`]
  return {
    role: isPlanned ? 'warn' : 'critical',
    sign: isPlanned ? '! ' : '‼ ',
    word: t('+ unread'),
    brief: t('risk unknown'),
    details: [
      ...readTexts(source, name, isShort, t).map((text, index) =>
        index === 0 ? `: ${label} ${text}` : text,
      ),
      ...rest,
    ],
  }
}

/** `42s old` and ` (HTTP 503)`; `not read` and ` (HTTP 403: key needs futures:cross:read)`. */
function readTexts(source: SourceView, name: PartName, isShort: boolean, t: Translate): readonly string[] {
  const { state, ageMs } = source.parts[name]
  const isLacking = isWithheld(source, name)
  if (state === 'waiting' && !isLacking) return [t('not read yet')]
  if (isShort && goneText(source, name) !== null) return [t('gone, update axisor')]
  const when = ageMs === null ? t('not read') : t('{age} old', { age: formatAge(ageMs) })
  if (state === 'stale') return [when]
  const reason = partReason(source, name)
  return [when, ` (${t.sentence(isShort ? reason.replace(/^HTTP 403.*: /, '') : reason)})`]
}
