import { expect, test } from 'vitest'
import { lineWithDecimalComma } from '../../../../src/tui/paint/decimal-comma.ts'
import { textOfLine } from '../../../../src/tui/paint/line.ts'
import { alertSegments, subjectText } from '../../../../src/tui/view/alert-text.ts'
import { contextOf, sampleStore } from '../../../frames/sample-screens.ts'
import { PORTUGUESE } from '../../../support/pseudo-language.ts'

function inPortuguese() {
  const { ui, info } = contextOf(sampleStore())
  return { ui, info: { ...info, t: PORTUGUESE } }
}

test.each([
  ['announcement of the exchange: fees 1,000.5', 'anúncio da corretora: fees 1,000.5'],
  ['the exchange refuses the API key: up to 1,000.5', 'a corretora recusa a chave de API: up to 1,000.5'],
  ['the link is lost for 1.5s (in 1,000.5 ms)', 'o link caiu há 1,5s (in 1,000.5 ms)'],
  [
    'no fresh market data for 1.5s (x 2.5): liquidation alerts are not evaluated. When sight was lost: no position was in a band',
    'sem dados de mercado novos há 1,5s (x 2.5): alertas de liquidação NÃO são avaliados. Quando a visão caiu: nenhuma posição estava numa faixa',
  ],
  ['isolated long 10,000 USD 7f3a was filled at 1.5', 'isolada long 10.000 USD 7f3a foi executada a 1,5'],
])('what another party wrote in an alert keeps its words and numbers: %j', (message, shown) => {
  const line = alertSegments(inPortuguese(), { kind: 'announcement', message })
  expect(textOfLine(lineWithDecimalComma(line))).toBe(shown)
})

test.each([
  ['market', 'mercado'],
  ['exchange', 'corretora'],
  ['order isolated long 10,000 USD 7f3a', 'ordem isolada long 10,000 USD 7f3a'],
])('the subject of an alert is translated: %j', (subject, shown) => {
  expect(subjectText(inPortuguese(), { kind: 'order', message: '', subject })).toBe(shown)
})
