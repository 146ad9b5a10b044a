import { type KeyPermissions, lacksPermission } from '../../domain/account.ts'
import { AxisorError, type Fault } from '../../domain/error.ts'
import { decodeSubscribed } from '../../wire/lnm/replies.ts'
import { ACCOUNT_TOPICS, MARKET_TOPICS, permissionOf } from '../../wire/lnm/topics.ts'
import { OPTIONAL_REPLY_MS, type RpcClient, RpcError, RpcTimeout } from './rpc-client.ts'

/** Result of a subscription: `rejected` by an error reply, `unconfirmed` if the reply does not list the topic. */
type Outcome = 'confirmed' | 'unconfirmed' | 'rejected'

const PROBLEMS: Readonly<Record<Exclude<Outcome, 'confirmed'>, string>> = {
  unconfirmed: 'the exchange did not confirm the subscription',
  rejected: 'the exchange rejected the subscription',
}

/** Subscribes to the topics of a session. Topics that are refused, or left out of the acknowledgement, are faults. */
export class TopicSubscriber {
  readonly #rpc: RpcClient
  readonly #host: string
  readonly #onFault: (fault: Fault) => void
  readonly #outcomes = new Map<string, Outcome>()

  /** `host` is that of the stream, for messages. */
  constructor(rpc: RpcClient, host: string, onFault: (fault: Fault) => void) {
    this.#rpc = rpc
    this.#host = host
    this.#onFault = onFault
  }

  /**
   * Subscribes in one frame to the topics that were not requested yet: those of the market, and with `hasKey` those of the account. If the exchange rejects the frame,
   * the market is requested alone and each topic of the account separately. The list of permissions decides only whether a refusal of a
   * topic is expected, and then it is no fault.
   * @throws AxisorError unavailable, if every topic is rejected
   */
  async subscribe(hasKey: boolean, key: KeyPermissions | null): Promise<void> {
    const wanted = [...MARKET_TOPICS, ...(hasKey ? ACCOUNT_TOPICS : [])]
    const added = wanted.filter(topic => !this.#outcomes.has(topic))
    if (added.length > 0) await this.#request(added)
    for (const topic of added) {
      const outcome = this.#outcomes.get(topic) ?? 'unconfirmed'
      if (outcome === 'confirmed' || (outcome === 'rejected' && isExpected(topic, key))) continue
      this.#onFault({ where: `stream ${topic}`, message: PROBLEMS[outcome] })
    }
    if ([...this.#outcomes.values()].every(outcome => outcome === 'rejected'))
      throw new AxisorError('unavailable', `${this.#host} rejected every subscription`)
  }

  /** Subscribes again to all topics that were not rejected, in one frame. */
  async subscribeAgain(): Promise<void> {
    const topics = [...this.#outcomes].flatMap(([topic, outcome]) => (outcome === 'rejected' ? [] : topic))
    await this.#call(topics)
  }

  /** Requests a group of topics; then those that were not confirmed again, in smaller groups. */
  async #request(topics: readonly string[]): Promise<void> {
    const confirmed = await this.#call(topics)
    for (const topic of topics)
      this.#outcomes.set(
        topic,
        confirmed === null ? 'rejected' : confirmed.includes(topic) ? 'confirmed' : 'unconfirmed',
      )
    if (topics.length === 1) return
    const open = topics.filter(topic => this.#outcomes.get(topic) !== 'confirmed')
    for (const group of confirmed === null ? smallerGroups(open) : singles(open)) await this.#request(group)
  }

  /**
   * Returns the confirmed topics, or null for an error reply. Without a reply in time they count as confirmed: whether messages arrive
   * decides, and prices that do not are noticed.
   */
  async #call(topics: readonly string[]): Promise<readonly string[] | null> {
    try {
      const reply = await this.#rpc.call({ method: 'subscribe', params: { topics } }, OPTIONAL_REPLY_MS)
      const subscribed = decodeSubscribed(reply.result)
      if (subscribed !== null) return subscribed
      this.#onFault({ where: 'stream subscribe', message: 'subscribed is not an array' })
      return topics
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      if (!(error instanceof RpcTimeout)) return null
      this.#onFault({ where: 'stream subscribe', message: 'the exchange did not answer' })
      return topics
    }
  }
}

function isExpected(topic: string, key: KeyPermissions | null): boolean {
  const permission = permissionOf(topic)
  return permission !== null && lacksPermission(key, permission)
}

/** The market together, each topic of the account alone; topics of the market alone, if there is nothing else. */
function smallerGroups(topics: readonly string[]): readonly (readonly string[])[] {
  const market = topics.filter(topic => permissionOf(topic) === null)
  const account = topics.filter(topic => permissionOf(topic) !== null)
  return account.length === 0 ? singles(market) : [market, ...singles(account)]
}

function singles(topics: readonly string[]): readonly (readonly string[])[] {
  return topics.map(topic => [topic])
}
