import { describe, expect, test } from 'vitest'
import { openSentences } from '../../../../src/tui/lang/sentences.ts'
import { ENGLISH } from '../../../../src/tui/lang/translate.ts'
import { PORTUGUESE } from '../../../support/pseudo-language.ts'

describe('t', () => {
  test('returns the English with its values', () => {
    expect(ENGLISH('age {age}', { age: '0.4s' })).toBe('age 0.4s')
    expect(ENGLISH.count(1, '{count} order', '{count} orders')).toBe('1 order')
    expect(ENGLISH.count(0, '{count} order', '{count} orders')).toBe('0 orders')
    expect(ENGLISH.sentence('no data')).toBe('no data')
  })

  test('returns the Portuguese with its values, which are not translated', () => {
    expect(PORTUGUESE('age {age}', { age: 'live' })).toBe('idade live')
    expect(PORTUGUESE.count(2, '{count} order', '{count} orders')).toBe('2 ordens')
  })

  test('inserts a value with signs of a pattern as it is', () => {
    expect(PORTUGUESE('of {market}', { market: '$& {market} $1' })).toBe('de $& {market} $1')
  })
})

describe('a sentence', () => {
  test.each([
    [
      'isolated long 10,000 USD 7f3a is 2.35% from liquidation at 66,809.5',
      'isolada long 10,000 USD 7f3a está a 2.35% da liquidação a 66,809.5',
    ],
    [
      'cross short ••• USD (position data 42s old) is 0.10% beyond its liquidation price at 70,000.0',
      'cross short ••• USD (dados de 42s atrás) está 0.10% além do preço de liquidação 70,000.0',
    ],
    [
      'isolated long 4,000 USD 91b0 was LIQUIDATED at 68,410.0, P&L -49,812 sats (-34.07 USD), in one jump: it was 12.00% away',
      'isolada long 4,000 USD 91b0 foi LIQUIDADA a 68,410.0, P&L -49,812 sats (-34.07 USD), num salto só: estava a 12.00%',
    ],
    [
      'isolated long 4,000 USD 91b0 has ended, closed or liquidated; the exchange has not reported how yet',
      'isolada long 4,000 USD 91b0 terminou, fechada ou liquidada; a corretora ainda não informou como',
    ],
    [
      'no fresh market data for 42s (HTTP 503): liquidation alerts are not evaluated. When sight was lost: no position was in a band',
      'sem dados de mercado novos há 42s (HTTP 503): alertas de liquidação NÃO são avaliados. Quando a visão caiu: nenhuma posição estava numa faixa',
    ],
    [
      'the index price is 68,412.0 USD, above 68,000.0 USD',
      'o preço do índice está em 68,412.0 USD, acima de 68,000.0 USD',
    ],
    ['HTTP 403: key needs futures:cross:read', 'HTTP 403: a chave precisa de futures:cross:read'],
    ['RELAY ok, LNM lost 12s', 'RELAY ok, LNM caiu 12s'],
    ['FAILED 42s', 'FALHOU 42s'],
    ['7f3a LONG 2.35% from liquidation', '7f3a LONG a 2.35% da liquidação'],
    ["1 isolated position can't be read: side is missing", '1 posição isolada ilegível: falta side'],
    [
      'margin and fees of 12,000 sat exceed the free balance of 1,000 sat',
      'margem e taxas de 12,000 sat passam do saldo livre de 1,000 sat',
    ],
  ])('%j', (english, portuguese) => {
    expect(PORTUGUESE.sentence(english)).toBe(portuguese)
  })

  test.each(['ECONNRESET', 'Maintenance at 20:00, trading is paused', '', 'a.b.c', '漢字'])(
    'of another party stays: %j',
    text => {
      expect(PORTUGUESE.sentence(text)).toBe(text)
    },
  )

  test.each([
    [
      'announcement of the exchange: deposit, closed; fee, none',
      'anúncio da corretora: deposit, closed; fee, none',
    ],
    [
      "announcement of the exchange: x can't be read: fee; its risk is unknown",
      "anúncio da corretora: x can't be read: fee; its risk is unknown",
    ],
    ['the exchange refuses the API key: closed, xx', 'a corretora recusa a chave de API: closed, xx'],
    ['exported 1,234 rows: ~/a, fee, none.csv', '1,234 linhas exportadas: ~/a, fee, none.csv'],
  ])('keeps what another party wrote in it: %j', (english, portuguese) => {
    expect(PORTUGUESE.sentence(english)).toBe(portuguese)
  })

  test('keeps the digits of its values', () => {
    const sentence = openSentences({ 'a {number} b {other}': 'x {other} y {number}' })
    expect(sentence('a 1,234.5 b -2')).toBe('x -2 y 1,234.5')
    expect(sentence('a one b two')).toBe('a one b two')
  })
})
