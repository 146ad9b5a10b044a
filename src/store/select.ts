export { selectMarket } from './select-market.ts'
export { selectOrders, selectPositions } from './select-positions.ts'
export { selectSource } from './select-source.ts'
export { selectAccount, selectTotals } from './select-totals.ts'
