import type { RelayMessage } from '../wire/relay/messages.ts'
import { frameOf, type RelayFrame } from './peer.ts'

type Greeting = Extract<RelayMessage, { type: 'connection' }>

/** The greetings of one account: those of one millisecond are one, because thousands may come back at once. */
export class Greetings {
  #last: { readonly greeting: Greeting; readonly frame: RelayFrame } | null = null

  frameOf(greeting: Greeting): RelayFrame {
    if (this.#last === null || !isSame(this.#last.greeting, greeting))
      this.#last = { greeting, frame: frameOf([greeting]) }
    return this.#last.frame
  }
}

function isSame(a: Greeting, b: Greeting): boolean {
  return (
    a.sentAt === b.sentAt &&
    a.user === b.user &&
    a.network === b.network &&
    a.origin === b.origin &&
    a.heartbeatMs === b.heartbeatMs
  )
}
