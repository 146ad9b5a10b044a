import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { LEVELS, NOTICE_EVENTS, type Notice } from '../../../src/domain/alerts/alert.ts'
import { sanitize } from '../../../src/domain/sanitize.ts'
import { sameTime } from '../../../src/domain/wall-clock.ts'
import { noticeText } from '../../../src/output/notice.ts'
import { noticeDocumentSchema } from '../../../src/wire/notice-schema.ts'
import { NOTICED_AT, noticeOf } from '../../support/notices.ts'

const SUBJECT = 'isolated long 10,000 USD 7f3a'

function made(over: Partial<Notice['alert']> = {}, rest: Partial<Notice> = {}): Notice {
  const notice = noticeOf('a-1.1', { alertId: 'a-1' })
  return { ...notice, ...rest, alert: { ...notice.alert, subject: SUBJECT, ...over } }
}

const textOf = (notice: Notice, account = 'main') => noticeText(notice, account, sameTime)

describe('the text of a notice', () => {
  test.each([
    ['firing', `CRIT: ${SUBJECT} (main)`],
    ['worse', `WORSE CRIT: ${SUBJECT} (main)`],
    ['repeat', `CRIT still: ${SUBJECT} (main)`],
    ['resolved', `RESOLVED: ${SUBJECT} (main)`],
    ['event', `CRIT: ${SUBJECT} (main)`],
    ['test', `TEST: ${SUBJECT} (main)`],
  ] as const)('of the event %s says what happened in its title', (event, title) => {
    expect(textOf(made({}, { event })).title).toBe(title)
  })

  test.each([
    ['info', 'INFO'],
    ['watch', 'WATCH'],
    ['warn', 'WARN'],
    ['critical', 'CRIT'],
    ['liquidated', 'LIQUIDATED'],
  ] as const)('names the level %s in its title', (level, word) => {
    expect(textOf(made({ level })).title).toBe(`${word}: ${SUBJECT} (main)`)
  })

  test('has the number and what would end the alert', () => {
    expect(textOf(made()).text).toBe('Liquidation is 2.4 % away, level 2.5 %.\nends above 2.6 %.')
  })

  test('starts with the name of a file as it is', () => {
    const message = 'alerts.json:2:1: a closing brace } is missing'
    expect(textOf(made({ message, remedy: null })).text).toBe(`${message}.`)
  })

  test('has no remedy at the end of the alert, and for one that only an acknowledgement ends', () => {
    const text = 'Liquidation is 2.4 % away, level 2.5 %.'
    expect(textOf(made({}, { event: 'resolved' })).text).toBe(text)
    expect(textOf(made({ remedy: null })).text).toBe(text)
  })

  test('says SIMULATED first everywhere', () => {
    for (const event of NOTICE_EVENTS) {
      const { title, text, document } = textOf(made({}, { event, simulated: true }))
      expect([title, text].every(each => each.startsWith('SIMULATED '))).toBe(true)
      expect(JSON.parse(document)).toMatchObject({ simulated: true, title, text })
    }
  })

  test('names no account in the terminal of its own host', () => {
    expect(textOf(made(), '').title).toBe(`CRIT: ${SUBJECT}`)
  })

  test('makes foreign text safe', () => {
    const foreign = 'a\u001b[31mred\u0007\n\u202Eb'
    const { title, text, document } = textOf(
      made({ subject: foreign, message: foreign, remedy: foreign }),
      foreign,
    )
    expect(title).toBe('CRIT: a?[31mred? ?b (a?[31mred? ?b)')
    expect(text).toBe('A?[31mred? ?b.\na?[31mred? ?b.')
    expect(document).not.toMatch(/\\u00|\u202E/)
  })
})

describe('a notice that is sent late', () => {
  const sent = (notice: Notice, afterMs: number, isUnannounced = false) =>
    noticeText(notice, 'main', sameTime, notice.at, { at: notice.at + afterMs, isUnannounced })

  test('has the time at which it was made', () => {
    const event = made({ message: 'isolated long was LIQUIDATED', remedy: null }, { event: 'event' })
    expect(sent(event, 3 * 3_600_000 + 300_000).text).toBe(
      'Isolated long was LIQUIDATED.\nThis message is of 2026-11-23 18:00:00Z and was sent 3h05m later.',
    )
    for (const afterMs of [60_000, -3_600_000])
      expect(sent(event, afterMs).text).toBe('Isolated long was LIQUIDATED.')
  })

  test('says since when an older alert has its level', () => {
    const old = made({ since: NOTICED_AT - 7_200_000, remedy: null }, { event: 'repeat' })
    expect(sent(old, 0).text).toBe(
      'Liquidation is 2.4 % away, level 2.5 %.\nThe alert has been CRIT since 2026-11-23 16:00:00Z.',
    )
    for (const event of ['resolved', 'event'] as const)
      expect(sent({ ...old, event }, 0).text).toBe('Liquidation is 2.4 % away, level 2.5 %.')
  })

  test('says as the end of an alert what it ends if the reader does not know it', () => {
    const ended = { since: NOTICED_AT - 300_000, message: 'the link is live again', remedy: null }
    const end = made(ended, { event: 'resolved', endedMessage: 'the link was lost' })
    expect(sent(end, 0)).toMatchObject({
      title: `RESOLVED: ${SUBJECT} (main)`,
      text: 'The link is live again.',
    })
    expect(sent(end, 0, true)).toMatchObject({
      title: `CRIT, RESOLVED: ${SUBJECT} (main)`,
      text: 'The link is live again.\nThe alert was CRIT from 2026-11-23 17:55:00Z to 2026-11-23 18:00:00Z: the link was lost.',
    })
    const same = { ...end, alert: { ...end.alert, message: 'no longer: the link was lost' } }
    const { endedMessage: _, ...byEarlierVersion } = end
    for (const each of [same, byEarlierVersion])
      expect(sent(each, 0, true).text).toMatch(/ to 2026-11-23 18:00:00Z\.$/)
  })
})

describe('the title of a notice', () => {
  const cutAt = (subject: string) => textOf(made({ subject }), '').title

  test('of 120 characters is whole', () => {
    expect(cutAt('x'.repeat(114))).toBe(`CRIT: ${'x'.repeat(114)}`)
  })

  test('is cut with an ellipsis', () => {
    expect(cutAt('x'.repeat(115))).toBe(`CRIT: ${'x'.repeat(113)}…`)
  })

  test('is never cut within a number', () => {
    const before = 'x'.repeat(108)
    expect(cutAt(`${before} -10,000.5 USD`)).toBe(`CRIT: ${before}…`)
    // The number is complete: what follows it is cut.
    expect(cutAt(`${'x'.repeat(105)} 10,000 USD more`)).toBe(`CRIT: ${'x'.repeat(105)} 10,000…`)
  })

  test('is never cut within a character', () => {
    for (const length of [111, 112, 113, 114])
      expect(cutAt(`${'x'.repeat(length)}${'🚀'.repeat(9)}`)).toMatch(/^CRIT: x+(?:🚀)*…$/u)
  })

  test('is a text of at most 120 characters for any subject and account', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 200 }),
    )
    fc.assert(
      fc.property(text, text, fc.boolean(), (subject, account, simulated) => {
        const { title } = textOf(made({ subject }, { simulated }), account)
        expect(title.length).toBeLessThanOrEqual(120)
        expect(title.isWellFormed()).toBe(true)
        expect(title.includes('\n')).toBe(false)
      }),
    )
  })
})

describe('the document of a notice', () => {
  const schema = noticeDocumentSchema()

  test('is complete, with its fields in order', () => {
    const { document } = textOf(made({}, { simulated: true, event: 'worse' }))
    expect(JSON.parse(document)).toEqual({
      schemaVersion: 1,
      id: 'a-1.1',
      event: 'worse',
      title: `SIMULATED WORSE CRIT: ${SUBJECT} (main)`,
      text: 'SIMULATED Liquidation is 2.4 % away, level 2.5 %.\nends above 2.6 %.',
      simulated: true,
      account: 'main',
      at: '2026-11-23T18:00:00.000Z',
      alert: {
        id: 'a-1',
        kind: 'liquidation',
        rule: 'liquidation',
        level: 'critical',
        state: 'firing',
        subject: SUBJECT,
        positionId: '7',
        since: '2026-11-23T18:00:00.000Z',
        message: 'liquidation is 2.4 % away, level 2.5 %',
        remedy: 'ends above 2.6 %',
      },
    })
    expect(Object.keys(JSON.parse(document))).toEqual(Object.keys(schema.shape))
  })

  test('has the time of the wall clock at which the notice was made', () => {
    const hourBack = (at: number) => at - 3_600_000
    const { document } = noticeText(made(), 'main', hourBack, NOTICED_AT)
    expect(JSON.parse(document)).toMatchObject({
      at: '2026-11-23T18:00:00.000Z',
      alert: { since: '2026-11-23T17:00:00.000Z' },
    })
  })

  test('is one line that fits its schema for any alert', () => {
    const text = fc.string({ unit: 'binary', maxLength: 2_000 })
    const level = fc.constantFrom(...LEVELS)
    const event = fc.constantFrom(...NOTICE_EVENTS)
    fc.assert(
      fc.property(text, text, level, event, fc.option(text), (subject, message, level, event, remedy) => {
        const { document } = textOf(made({ subject, message, level, remedy }, { event }), subject)
        expect(document).not.toContain('\n')
        expect(z.safeParse(schema, JSON.parse(document)).error).toBeUndefined()
        expect(JSON.parse(document).account).toBe(sanitize(subject))
      }),
    )
  })
})
