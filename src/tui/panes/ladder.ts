import { formatSignedPercent } from '../../domain/format.ts'
import { type Line, lineOfText, segment, spread } from '../paint/line.ts'
import { marked, price, riskSign } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { LEVEL_ROLES, levelsOf, type PriceLevel } from './levels.ts'
import type { Panel } from './panel.ts'

/** The risk map: every level above and below the bid, with its distance. */
export function ladderPanel(context: RenderContext): Panel {
  const levels = levelsOf(context)
  return {
    pane: null,
    title: context.info.t('PRICE LADDER (risk map)'),
    note: context.info.t('from bid'),
    preferredHeight: Math.max(1, levels.length),
    draw: (width, height) => {
      if (levels.length === 0) return [lineOfText(`  ${context.info.t('No prices yet')}`, 'faint')]
      const shown = nearest(context, levels, levels.length <= height ? height : height - 1)
      const lines = shown.map(level => levelLine(context, level, width))
      return levels.length === shown.length ? lines : [...lines, moreLevels(context, levels, shown)]
    },
  }
}

/**
 * The levels nearest to the bid if not all of them fit. Liquidations come first, up to half of the rows, so that entries and stops
 * cannot crowd them out.
 */
function nearest(
  context: RenderContext,
  levels: readonly PriceLevel[],
  height: number,
): readonly PriceLevel[] {
  if (levels.length <= height) return levels
  const bid = context.model.market.bidUsd ?? levels[0]?.priceUsd ?? 0
  const byDistance = levels.toSorted((a, b) => Math.abs(a.priceUsd - bid) - Math.abs(b.priceUsd - bid))
  const chosen = new Set(byDistance.filter(({ kind }) => kind === 'LIQ').slice(0, Math.floor(height / 2)))
  for (const level of byDistance) if (chosen.size < height) chosen.add(level)
  return levels.filter(level => chosen.has(level))
}

/** The levels that do not fit: `+7 more, 2 of them LIQ`. */
function moreLevels(
  { info: { t } }: RenderContext,
  levels: readonly PriceLevel[],
  shown: readonly PriceLevel[],
): Line {
  const hidden = levels.filter(level => !shown.includes(level))
  const liquidations = hidden.filter(({ kind }) => kind === 'LIQ').length
  return lineOfText(
    `  ${t('+{count} more', { count: hidden.length })}${liquidations === 0 ? '' : `, ${t('{count} of them LIQ', { count: liquidations })}`}`,
    'faint',
  )
}

function levelName({ info }: RenderContext, kind: PriceLevel['kind']): string {
  return kind === 'entry' || kind === 'order' ? info.t(kind) : kind
}

function levelLine(context: RenderContext, { kind, priceUsd, owner, risk }: PriceLevel, width: number): Line {
  const bid = context.model.market.bidUsd
  const shown = kind === 'bid' ? marked(context, ['market'], price(priceUsd)) : price(priceUsd)
  const start = ` ${shown.padStart(9)} `
  if (kind === 'bid')
    return [segment(`${start}─ BID ${'─'.repeat(Math.max(0, width - start.length - 7))}`, 'accent')]
  const role = LEVEL_ROLES[kind]
  const nameColumns = 1 + Math.max(5, levelName(context, 'entry').length)
  const away =
    bid === null ? '' : marked(context, ['market'], `${formatSignedPercent((priceUsd - bid) / bid)}%`)
  return spread(
    [
      segment(start),
      segment(riskSign(risk).padEnd(2), role),
      segment(levelName(context, kind).padEnd(nameColumns), role),
      segment(owner),
    ],
    [segment(away)],
    width,
  )
}
