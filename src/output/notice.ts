import type { Level, Notice, NoticeEvent } from '../domain/alerts/alert.ts'
import { formatAge } from '../domain/format.ts'
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

/** How a notice is sent. */
export interface Sending {
  /** When it is sent, wall clock. */
  readonly at: number
  /** The end of an alert whose other notices have not reached the reader. */
  readonly isUnannounced: boolean
}

/** A notice that is older than this when it is sent says when it was made, and that of an older alert since when it has its level. */
const LATE_MS = 60_000

/** Notices of an alert that fires on. */
const LASTING: ReadonlySet<NoticeEvent> = new Set<NoticeEvent>(['firing', 'worse', 'repeat'])

/**
 * Returns the text of a notice that was made at `madeAt` of the wall clock. `account` names the profile, or the user of a relay. Simulated
 * data says SIMULATED first. `sending`: absent if it is shown at once.
 */
export function noticeText(
  notice: Notice,
  account: string,
  toWall: ToWall,
  madeAt = toWall(notice.at),
  sending: Sending = { at: madeAt, isUnannounced: false },
): NoticeText {
  const { alert, event, simulated } = notice
  const mark = simulated ? 'SIMULATED ' : ''
  const name = sanitize(account)
  const owner = name === '' ? '' : ` (${name})`
  const isUnannounced = event === 'resolved' && sending.isUnannounced
  const head = isUnannounced ? `${wordOf(alert.level)}, RESOLVED` : headWord(notice)
  const title = cutTitle(`${mark}${head}: ${sanitize(alert.subject)}${owner}`)
  const remedy = alert.remedy === null || event === 'resolved' ? [] : [`${sanitize(alert.remedy)}.`]
  const since = Math.min(toWall(alert.since), madeAt)
  const isOld = LASTING.has(event) && madeAt - since > LATE_MS
  const past = isUnannounced
    ? [endedText(notice, since, madeAt)]
    : isOld
      ? [`The alert has been ${wordOf(alert.level)} since ${timeText(since)}.`]
      : []
  const late = sending.at - madeAt > LATE_MS ? [lateText(madeAt, sending.at)] : []
  const text = [`${mark}${capitalized(sanitize(alert.message))}.`, ...remedy, ...past, ...late].join('\n')
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
export function noticeMessage(notice: Notice, account: string, toWall: ToWall, sending?: Sending) {
  const { id, event, alert, at } = notice
  const text = noticeText(notice, account, toWall, at, sending)
  return { id, alertId: alert.id, event, level: alert.level, at, ...text }
}

/** What an alert was about whose first notice has not reached the reader. */
function endedText({ alert, endedMessage = '' }: Notice, since: number, endedAt: number): string {
  const from = timeText(since)
  const message = sanitize(endedMessage)
  const about = message === '' || sanitize(alert.message).includes(message) ? '' : `: ${message}`
  return `The alert was ${wordOf(alert.level)} from ${from} to ${timeText(endedAt)}${about}.`
}

function lateText(madeAt: number, sentAt: number): string {
  return `This message is of ${timeText(madeAt)} and was sent ${formatAge(sentAt - madeAt)} later.`
}

function timeText(atMs: number): string {
  return `${iso(atMs).slice(0, 19).replace('T', ' ')}Z`
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
