import { type AccountGroup, type FigureName, figureOf } from '../view/account-sums.ts'
import { hasCurrentPrice, type RenderContext } from '../view/render-context.ts'
import { cellOf, type SumCell } from './sum-text.ts'

/** A sum as text. In dollars it adds what the rows show, to the cent. */
export function totalCell(
  contexts: readonly RenderContext[],
  group: AccountGroup,
  name: FigureName,
): SumCell {
  const figures = group.members
    .flatMap(index => contexts[index] ?? [])
    .map(each => figureOf(each, name).value)
  return cellOf(priceContext(contexts, group), name, group.sums[name], figures)
}

/** The account whose price converts the figures of an account: one for its group, so that the rows add up to the total. */
export function priceOf(
  contexts: readonly RenderContext[],
  groups: readonly AccountGroup[],
  index: number,
): RenderContext | undefined {
  const group = groups.find(({ members }) => members.includes(index))
  return group === undefined ? contexts[index] : priceContext(contexts, group)
}

/** The account whose price converts a group into dollars: the first with a current one. */
export function priceContext(contexts: readonly RenderContext[], { members }: AccountGroup): RenderContext {
  const own = members.flatMap(index => contexts[index] ?? [])
  const found = own.find(({ live }) => hasCurrentPrice(live)) ?? own[0] ?? contexts[0]
  if (found === undefined) throw new Error('a sum needs an account')
  return found
}
