import { formatAge, formatNumber } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import type { ClosedTrade, EndReason } from '../../domain/snapshot.ts'
import { hopName } from '../../store/hops.ts'
import type { Happening } from '../../store/state.ts'
import { type Line, type Role, seg } from '../paint/line.ts'
import { tidy } from '../paint/width.ts'
import {
  amount,
  dollars,
  gainRole,
  nameOf,
  orderWord,
  price,
  shortIdOf,
  signedAmount,
} from '../view/format.ts'
import type { Scene } from '../view/render-context.ts'

/** One thing that happened, in words; `sign` is `!` for what needs a look. */
export interface HappeningWords {
  readonly sign: '' | '!' | '‼'
  readonly line: Line
}

/** What a trader reads in the list of events. */
export function happeningWords(scene: Scene, happening: Happening): HappeningWords {
  switch (happening.kind) {
    case 'link-lost':
      return said('!', `link lost: ${tidy(happening.why)}`)
    case 'link-live': {
      const counts = `${happening.positions} pos, ${happening.orders} order${happening.orders === 1 ? '' : 's'}`
      const gap = happening.gapMs
      return said(
        '',
        gap === null
          ? `connected (${counts})`
          : `reconnected after ${formatAge(gap)} gap; resync ok (${counts})`,
      )
    }
    case 'upstream-lost': {
      const { hop, index } = happening
      const why = hop.lastError === null ? '' : `: ${tidy(hop.lastError.message)}`
      return said('!', `the relay has lost ${hopName(hop, index)}${why}`)
    }
    case 'upstream-live':
      return said('', `the relay is connected again after ${formatAge(happening.gapMs)}`)
    case 'stopped':
      return said('‼', `stopped: ${tidy(happening.why)}`)
    case 'unreadable':
      return said('!', `unreadable: ${tidy(happening.fault.where)}: ${tidy(happening.fault.message)}`)
    case 'announcement':
      return said('', `LN Markets: ${tidy(happening.title)}`)
    case 'wallet':
      return said(
        '',
        `${happening.direction} ${amount(scene, happening.amountSats)} ${scene.ui.unit} ${tidy(happening.status)}`,
      )
    default:
      return tradeWords(scene, happening)
  }
}

type TradeHappening = Exclude<
  Happening,
  {
    kind:
      | 'link-lost'
      | 'link-live'
      | 'upstream-lost'
      | 'upstream-live'
      | 'stopped'
      | 'unreadable'
      | 'announcement'
      | 'wallet'
  }
>

function tradeWords(scene: Scene, happening: TradeHappening): HappeningWords {
  switch (happening.kind) {
    case 'order-opened': {
      const { order } = happening
      return said(
        '',
        `order ${orderWord(order)} ${dollars(scene, order.quantityUsd)} $ @ ${price(order.priceUsd)} placed`,
      )
    }
    case 'filled':
      return said(
        '',
        `${nameOf(happening.position)} ${dollars(scene, happening.position.quantityUsd)} $ filled @ ${price(happening.position.entryPriceUsd)}`,
      )
    case 'ended':
      return ended(scene, happening)
    case 'appeared':
      return said('!', `${nameOf(happening.position)} found after the gap: opened meanwhile`)
    case 'vanished':
      return vanished(scene, happening.position)
    case 'funded': {
      const fee = happening.feeSats
      const whose = happening.id === null ? '' : `${shortIdOf(happening.id, 'isolated')} `
      const change = fee === null ? null : 0 - fee
      return said(
        '',
        `${whose}funding settled ${signedAmount(scene, change)} ${scene.ui.unit}`,
        gainRole(change),
      )
    }
    case 'cross': {
      const { position } = happening.cross
      const after =
        position === null ? 'flat' : `${nameOf(position)} ${dollars(scene, position.quantityUsd)} $`
      return said('', `cross ${tidy(happening.event)}: ${after}`)
    }
  }
}

/**
 * Nobody said how it ended, and a liquidation must not pass for an orderly close: the history tells, once it has been read.
 */
function vanished(scene: Scene, position: Position): HappeningWords {
  const name = nameOf(position)
  const closed = scene.frame.state.history?.value.closed?.find(({ id }) => id === position.id)
  if (closed === undefined) return said('!', `${name} closed or liquidated in the gap`)
  const at = closed.exitPriceUsd === null ? '' : ` @ ${formatNumber(closed.exitPriceUsd, 1)}`
  const result = `${at} ${signedAmount(scene, closed.plSats)} ${scene.ui.unit}`
  return isLiquidation(position, closed)
    ? said('‼', `${name} LIQUIDATED in the gap${result}`)
    : said('!', `${name} closed in the gap${result}`)
}

/** No listing says why a trade was closed. Nobody closes beyond the level, and nothing else costs the whole margin. */
function isLiquidation({ liquidationPriceUsd, marginSats }: Position, closed: ClosedTrade): boolean {
  const { exitPriceUsd, plSats, side } = closed
  const isBeyond =
    exitPriceUsd !== null &&
    liquidationPriceUsd !== null &&
    (side === 'long' ? exitPriceUsd <= liquidationPriceUsd : exitPriceUsd >= liquidationPriceUsd)
  return isBeyond || (marginSats !== null && marginSats > 0 && plSats <= -marginSats)
}

const ENDS: Readonly<Record<EndReason, string>> = {
  closed: 'closed',
  'stop-loss': 'closed by SL',
  'take-profit': 'closed by TP',
  liquidation: 'LIQUIDATED',
  canceled: 'canceled',
  filled: 'filled',
}

function ended(scene: Scene, happening: Extract<Happening, { kind: 'ended' }>): HappeningWords {
  const { position, why, plSats, exitPriceUsd, id } = happening
  const name = position === null ? shortIdOf(id, 'isolated') : nameOf(position)
  const result = plSats === null ? '' : ` ${signedAmount(scene, plSats)} ${scene.ui.unit}`
  const at = exitPriceUsd === null ? '' : ` @ ${formatNumber(exitPriceUsd, 1)}`
  return said(why === 'liquidation' ? '‼' : '', `${name} ${ENDS[why]}${at}${result}`, gainRole(plSats))
}

function said(sign: HappeningWords['sign'], text: string, role: Role = 'plain'): HappeningWords {
  const looks: Role = sign === '‼' ? 'critical' : sign === '!' ? 'warn' : role
  return { sign, line: [seg(text, looks)] }
}
