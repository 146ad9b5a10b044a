import { type Alert, type Level, levelRank, type Notice, type RecentAlert } from '../domain/alerts/alert.ts'
import { formatAge } from '../domain/format.ts'
import { type Finding, NOTHING_FOUND, type Outcome } from './alert-input.ts'
import { type EngineState, type FiringAlert, MAX_RECENT, RECENT_MS } from './engine-state.ts'
import { newFiring, partsOf } from './new-alert.ts'
import {
  alertId,
  eventId,
  isMuted,
  type NoticeContext,
  type NoticeRule,
  noticeDue,
  noticeOf,
} from './notices.ts'

/** The parts of `AlertUpdate` that a pass makes. */
interface PassResult extends Pick<EngineState, 'firing' | 'recent'> {
  readonly notices: readonly Notice[]
  readonly raised: readonly Alert[]
}

/** One evaluation: joins what the rules found with the alerts that fire, and makes the notices. */
export class AlertPass {
  readonly #previous: EngineState
  readonly #now: number
  readonly #context: NoticeContext
  /** Recent alerts of the evaluation before, with results that were not known then. */
  #recentBefore: readonly RecentAlert[]
  /** Alerts that are not yet known to fire on. */
  readonly #unseen: Map<string, FiringAlert>
  // Most evaluations find nothing: what they find is collected in lists that are made with their first entry.
  #next: Map<string, FiringAlert> | null = null
  #ended: RecentAlert[] | null = null
  #notices: Notice[] | null = null
  /** Sent after all others: what happened comes before what is over. */
  #endings: Notice[] | null = null
  #raised: Alert[] | null = null

  constructor(previous: EngineState, now: number, context: NoticeContext) {
    this.#previous = previous
    this.#now = now
    this.#context = context
    this.#recentBefore = previous.recent
    this.#unseen = previous.firing.size === 0 ? NONE : new Map(previous.firing)
  }

  /** Returns the level at which a condition fired before this evaluation, or null. */
  levelOf(ruleName: string, key: string): Level | null {
    const { firing } = this.#previous
    return firing.size === 0 ? null : (firing.get(`${ruleName} ${key}`)?.alert.level ?? null)
  }

  /** Applies what a rule found. */
  apply(rule: NoticeRule, outcome: Outcome): void {
    if (outcome === NOTHING_FOUND && this.#unseen.size === 0) return
    for (const event of outcome.events) this.#happened(rule, event)
    for (const event of outcome.updates) this.#updated(rule, event)
    for (const finding of outcome.findings) this.#found(rule, finding)
    if (this.#unseen.size === 0) return
    for (const [id, firing] of this.#unseen) {
      if (firing.ruleName !== rule.name) continue
      this.#unseen.delete(id)
      if (firing.isLatched) this.#keep(rule, id, firing)
      else if (outcome.isHeld(firing.key)) this.#keep(rule, id, this.#held(firing))
      else this.#resolved(firing, outcome.endingOf(firing.key))
    }
  }

  /** Alerts of rules that are no longer evaluated end here; a liquidation stays until it is acknowledged. */
  finish(): PassResult {
    for (const [id, firing] of this.#unseen)
      if (firing.isLatched) this.#setNext(id, firing)
      else this.#resolved(firing, 'its rule was removed or disabled')
    const { firing } = this.#previous
    const notices = this.#notices ?? NOTHING
    return {
      firing: this.#next ?? (firing.size === 0 ? firing : NONE),
      recent: this.#recent(),
      notices: this.#endings === null ? notices : [...notices, ...this.#endings],
      raised: this.#raised ?? NOTHING,
    }
  }

  #recent(): readonly RecentAlert[] {
    const recent = this.#recentBefore
    const [first] = recent
    const isCurrent = first === undefined || this.#now - first.endedAt < RECENT_MS
    if (this.#ended === null && isCurrent) return recent
    return [...recent, ...(this.#ended ?? NOTHING)]
      .filter(({ endedAt }) => this.#now - endedAt < RECENT_MS)
      .slice(-MAX_RECENT)
  }

  /** A liquidation fires until it is acknowledged. Other events are reported once: a list may be older than the one before. */
  #happened(rule: NoticeRule, event: Finding): void {
    const id = eventId(rule.name, event.key)
    const { firing, recent } = this.#previous
    const key = `${rule.name} ${event.key}`
    if (firing.has(key) || recent.some(known => known.id === id)) return
    const alert: Alert = { ...partsOf(event), id, rule: rule.name, state: 'firing', since: this.#now }
    this.#raised = append(this.#raised, alert)
    if (event.level === 'liquidated') {
      this.#keep(rule, key, newFiring(rule, event.key, alert, true))
      return
    }
    this.#ended = append(this.#ended, { ...alert, state: 'event', endedAt: this.#now })
    if (!isMuted(alert.level, rule, this.#previous.snoozes, this.#now, this.#context))
      this.#send(noticeOf(alert, 'event', 1, this.#now, rule, this.#context))
  }

  /** Sends the result of what was reported without one, unless the alert is acknowledged. */
  #updated(rule: NoticeRule, { key, message }: Finding): void {
    const name = `${rule.name} ${key}`
    const known = this.#unseen.get(name)
    if (known !== undefined) {
      const alert = { ...known.alert, message }
      const isSent = alert.state !== 'acknowledged' && known.notices > 0
      const notices = known.notices + (isSent ? 1 : 0)
      const noticedAt = isSent ? this.#now : known.noticedAt
      if (isSent) this.#send(noticeOf(alert, 'repeat', notices, this.#now, rule, this.#context))
      this.#unseen.set(name, { ...known, alert, foundMessage: message, notices, noticedAt })
      return
    }
    const id = eventId(rule.name, key)
    this.#recentBefore = this.#recentBefore.map(each => (each.id === id ? { ...each, message } : each))
    const event = this.#recentBefore.find(each => each.id === id && each.state === 'event')
    if (event === undefined || isMuted(event.level, rule, this.#previous.snoozes, this.#now, this.#context))
      return
    const { endedAt: _, ...alert } = event
    this.#send(noticeOf({ ...alert, state: 'firing' }, 'event', 2, this.#now, rule, this.#context))
  }

  #send(notice: Notice): void {
    this.#notices = append(this.#notices, notice)
  }

  #found(rule: NoticeRule, finding: Finding): void {
    const id = `${rule.name} ${finding.key}`
    const known = this.#previous.firing.get(id)
    this.#unseen.delete(id)
    if (known === undefined) {
      const alert: Alert = {
        ...partsOf(finding),
        id: alertId(rule.name, finding.key, this.#now),
        rule: rule.name,
        state: 'firing',
        since: this.#now,
      }
      this.#raised = append(this.#raised, alert)
      this.#keep(rule, id, newFiring(rule, finding.key, alert, false))
      return
    }
    const alert = this.#goesOn(known.alert, finding)
    if (levelRank(alert.level) > levelRank(known.alert.level)) this.#raised = append(this.#raised, alert)
    this.#keep(rule, id, { ...known, alert, foundAt: this.#now, foundMessage: alert.message })
  }

  /** An alert that can't be evaluated now says how old it is. */
  #held(firing: FiringAlert): FiringAlert {
    const { alert, foundAt, foundMessage } = firing
    const message = `${foundMessage}, as of ${formatAge(this.#now - foundAt)} ago`
    return { ...firing, alert: { ...alert, message } }
  }

  /** An acknowledgement ends with its level: a worse one wakes again, and a better one starts over. */
  #goesOn(before: Alert, finding: Finding): Alert {
    const isSameLevel = before.level === finding.level
    return {
      ...before,
      ...partsOf(finding),
      state: isSameLevel ? before.state : 'firing',
      since: isSameLevel ? before.since : this.#now,
    }
  }

  #setNext(id: string, firing: FiringAlert): void {
    this.#next ??= new Map()
    this.#next.set(id, firing)
  }

  #keep(rule: NoticeRule, id: string, firing: FiringAlert): void {
    const { snoozes } = this.#previous
    // After a fall to a better band a rise counts as worse again.
    const isBetter =
      firing.noticedLevel !== null && levelRank(firing.alert.level) < levelRank(firing.noticedLevel)
    const current = isBetter ? { ...firing, noticedLevel: firing.alert.level } : firing
    const event = noticeDue(current, rule, snoozes, this.#now, this.#context)
    if (event === null) {
      this.#setNext(id, current)
      return
    }
    const notices = current.notices + 1
    const { alert } = current
    this.#send(noticeOf(alert, event, notices, this.#now, rule, this.#context))
    this.#setNext(id, {
      ...current,
      notices,
      noticedAt: this.#now,
      noticedLevel: alert.level,
      channels: rule.channels,
    })
  }

  /** Channels that received the last notice of an alert receive its end, also in quiet hours and after a change of the rule. */
  #resolved({ alert, notices, channels }: FiringAlert, ending: string | null): void {
    this.#ended = append(this.#ended, { ...alert, state: 'resolved', endedAt: this.#now })
    if (notices === 0) return
    const message = ending ?? `no longer: ${alert.message}`
    const ended: Alert = { ...alert, message, remedy: null }
    const notice = noticeOf(ended, 'resolved', notices + 1, this.#now, { channels }, this.#context)
    this.#endings = append(this.#endings, { ...notice, endedMessage: alert.message })
  }
}

const NONE: Map<string, FiringAlert> = new Map()

const NOTHING: readonly never[] = []

function append<T>(list: T[] | null, item: T): T[] {
  if (list === null) return [item]
  list.push(item)
  return list
}
