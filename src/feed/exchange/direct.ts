import type { Fault } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { AccountSnapshot, Network } from '../../domain/snapshot.ts'
import type { KeyRefusal } from '../../domain/status.ts'
import type { Http } from '../../ports/net.ts'
import { decodeFrame, type Frame } from '../../wire/lnm/frame.ts'
import { openSigner } from '../../wire/signing.ts'
import { initialKey, refusedKey } from '../connection/key-machine.ts'
import type { FeedProtocol, LinkInfo } from '../connection/protocol.ts'
import { type FeedDeps, ReconnectingFeed } from '../connection/reconnecting-feed.ts'
import type { Feed } from '../feed.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { ExchangeSession } from './exchange-session.ts'
import { FirstRead } from './first-read.ts'
import { GonePositions } from './gone-positions.ts'
import { HttpHistory } from './http-history.ts'
import { KeyCheck } from './key-check.ts'
import { KeyVerdicts } from './key-verdicts.ts'
import type { RequestGate } from './request-gate.ts'
import type { RequestBudgets } from './request-limiters.ts'
import { RestClient } from './rest-client.ts'
import { SnapshotReader } from './snapshot-reader.ts'
import { MAX_UNIT_WAIT_MS, type UnitMemory, unitKnownAs } from './unit-reader.ts'

/** Dependencies of a direct feed. */
export interface DirectFeedDeps extends FeedDeps {
  readonly http: Http
}

/** Which exchange, and with which key. */
export interface DirectFeedOptions {
  /** REST v3 with its base path, for example `https://api.lnmarkets.com/v3`. */
  readonly apiUrl: string
  /** Stream v1, for example `wss://stream.lnmarkets.com/v1`. */
  readonly streamUrl: string
  /** From the settings; a simulated exchange overrides it. */
  readonly network: Network
  /** Null: market data only; every part of the account is null. */
  readonly credentials: Credentials | null
  readonly policy?: Partial<Policy>
  /** Shares the rate limits with other clients, or null (default) if unshared. */
  readonly requestGate?: RequestGate | null
  /** Opens budgets that other processes use as well; left out if they are not shared. */
  openBudgets?(onFault: (fault: Fault) => void): RequestBudgets
  /** Knows the unit of the account's synthetic dollars from before: it never changes, and reading it costs a request. */
  readonly unitMemory?: UnitMemory
  /** When an earlier run or the login saw the key accepted, ms since 1970; null (default) if there is no record. */
  readonly keyAcceptedAt?: number | null
  /** Called once, when the exchange has accepted the key for the first time. */
  readonly onKeyAccepted?: () => void
  /** Decodes a text frame of the stream; never throws. Left out: each feed decodes its own. */
  readonly decodeFrame?: (text: string) => Frame
  /** The refusal that an earlier feed of the same key has seen: the attempts go on where that one left off. Null (default) if none. */
  readonly keyRefusal?: KeyRefusal | null
  /** Called once with the client of the feed, for other reads of the same account: those of low priority wait for the feed's own. */
  readonly onClient?: (rest: RestClient) => void
}

type KeyListener = Parameters<KeyVerdicts['onKey']>[0]

/** Returns the listener, with `onAccepted` called when the key is accepted for the first time. */
function notingAccepted(listener: KeyListener, onAccepted: (() => void) | undefined): KeyListener {
  let accepted = onAccepted
  return input => {
    if (input.type === 'key-accepted') {
      accepted?.()
      accepted = undefined
    }
    listener(input)
  }
}

function exchangeProtocol(world: DirectFeedDeps, options: DirectFeedOptions, policy: Policy): FeedProtocol {
  const { apiUrl, network, credentials, requestGate = null, unitMemory = unitKnownAs(null) } = options
  let learned: (info: LinkInfo) => void = () => {}
  const keyVerdicts = new KeyVerdicts(options.keyRefusal?.error ?? null)
  let failed: (fault: Fault) => void = () => {}
  const rest = new RestClient(world, {
    keyVerdicts,
    apiUrl,
    credentials,
    requestGate,
    budgets: options.openBudgets?.(fault => failed(fault)) ?? null,
    requestMs: policy.requestMs,
    givesUp: !policy.retryRefusedKey,
    onLimits: limitedUntil => learned({ limitedUntil }),
  })
  options.onClient?.(rest)
  const reader = new SnapshotReader(rest, world.clock, network, credentials !== null, unitMemory)
  const firstRead = new FirstRead(reader, world.clock)
  const sessionDeps = {
    clock: world.clock,
    random: world.random,
    policy,
    rest,
    reader,
    firstRead,
    gonePositions: new GonePositions(),
    keyVerdicts,
    decodeFrame: options.decodeFrame ?? decodeFrame,
    signer: credentials === null ? null : openSigner(credentials),
    keyCheck: new KeyCheck(policy.allowWriteKey),
    host: new URL(options.streamUrl).host,
  }
  return {
    kind: 'direct',
    url: options.streamUrl,
    readsAtStart: policy.readsAtStart,
    openSession: host => new ExchangeSession(sessionDeps, host),
    openHttpReads: host => new HttpHistory(sessionDeps, host),
    fetchSnapshot: async onParts => {
      const infoNow = (): LinkInfo => ({ clockOffsetMs: rest.exchangeClock.offsetMs })
      const onRead = (snapshot: AccountSnapshot): void => onParts({ snapshot, info: infoNow() })
      const first = policy.readsAtStart ? firstRead.begin(onRead) : null
      const read = await (first ?? reader.read(onRead))
      keyVerdicts.report()
      if (read.error !== null && read.error.code !== 'key-refused') throw read.error
      const completed = reader.withUnit(read.snapshot, MAX_UNIT_WAIT_MS)
      // Otherwise the next snapshot has the unit.
      const snapshot = policy.waitForUnit ? await completed : read.snapshot
      return { snapshot, info: infoNow() }
    },
    resyncRequested: () => reader.forbidden.reset(),
    onInfo: listener => {
      learned = listener
    },
    onKey: listener => keyVerdicts.onKey(notingAccepted(listener, options.onKeyAccepted)),
    allowKey: () => {
      keyVerdicts.allowAttempt()
      // A route that answers 403 is tried in the same attempt.
      reader.forbidden.reset()
    },
    onFault: listener => {
      failed = listener
    },
    close: () => rest.close(),
  }
}

/**
 * Opens a feed directly from LN Markets. Read-only: its requests are those of the route table, and it calls no stream method that
 * trades. The caller owns `deps.http` and closes it after `stop`.
 * @throws TypeError if an address is not a URL; the settings validate them before
 */
export function openDirectFeed(world: DirectFeedDeps, options: DirectFeedOptions): Feed {
  const policy = { ...DEFAULT_POLICY, ...options.policy }
  const { keyAcceptedAt = null, keyRefusal = null } = options
  const key = keyRefusal === null ? initialKey(keyAcceptedAt) : refusedKey(keyRefusal, world.clock.nowMs())
  return new ReconnectingFeed(world, exchangeProtocol(world, options, policy), policy, key)
}
