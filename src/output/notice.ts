import type { Level, Notice } from '../domain/alerts/alert.ts'
import { sanitize, truncate } from '../domain/sanitize.ts'
import type { ToWall } from '../domain/wall-clock.ts'
import { encodeNotice, NOTICE_VERSION } from '../wire/notice.ts'
import { iso } from './numbers.ts'
import { LEVEL_WORDS } from './row-lines.ts'
import { alertDocument } from './snapshot.ts'

/** A notice as text and as a document. */
export interface NoticeText {
  /** One line, at most 120 characters. */
  readonly title: string
  /** Sentences, one per line. */
  readonly text: string
  /** JSON for webhooks and commands. */
  readonly document: string
}

const MAX_TITLE = 120

/**
 * Returns the text of a notice that was made at `madeAt` of the wall clock. `account` names the profile, or the user of a relay. Simulated
 * data says SIMULATED first.
 */
export function noticeText(
  notice: Notice,
  account: string,
  toWall: ToWall,
  madeAt = toWall(notice.at),
): NoticeText {
  const { alert, event, simulated } = notice
  const mark = simulated ? 'SIMULATED ' : ''
  const name = sanitize(account)
  const owner = name === '' ? '' : ` (${name})`
  const title = cutTitle(`${mark}${headWord(notice)}: ${sanitize(alert.subject)}${owner}`)
  const remedy = alert.remedy === null || event === 'resolved' ? [] : [`${sanitize(alert.remedy)}.`]
  const text = [`${mark}${capitalized(sanitize(alert.message))}.`, ...remedy].join('\n')
  const document = encodeNotice({
    schemaVersion: NOTICE_VERSION,
    id: notice.id,
    event,
    title,
    text,
    simulated,
    account: name,
    at: iso(madeAt),
    alert: alertDocument(alert, toWall),
  })
  return { title, text, document }
}

/** Returns what channels send of a notice, whose time is of the wall clock. Parameters as above. */
export function noticeMessage(notice: Notice, account: string, toWall: ToWall) {
  const { id, event, alert, at } = notice
  return { id, alertId: alert.id, event, level: alert.level, at, ...noticeText(notice, account, toWall, at) }
}

/** Cuts a title that is too long, and never within a number: a part of one is a wrong one. */
function cutTitle(title: string): string {
  if (title.length <= MAX_TITLE) return title
  const kept = title.slice(0, MAX_TITLE - 1)
  const isWithinNumber = /[\d.,]$/.test(kept) && /^[\d.,]/.test(title.slice(MAX_TITLE - 1))
  return truncate(isWithinNumber ? `${kept.replace(/[+-]?[\d.,]+$/, '').trimEnd()}…` : title, MAX_TITLE)
}

/** What happened in one or two words: `CRIT`, `CRIT still`, `RESOLVED`. */
function headWord({ event, alert }: Notice): string {
  switch (event) {
    case 'test':
      return 'TEST'
    case 'resolved':
      return 'RESOLVED'
    case 'repeat':
      return `${wordOf(alert.level)} still`
    case 'worse':
      return `WORSE ${wordOf(alert.level)}`
    default:
      return wordOf(alert.level)
  }
}

function wordOf(level: Level): string {
  return LEVEL_WORDS[level]
}

/** The name of a file stays as it is: another name is another file. */
function capitalized(text: string): string {
  return /^\S*[./]\S/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1)
}
