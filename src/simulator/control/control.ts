import type { ExchangeResponse } from '../../ports/simulated-exchange.ts'
import { CONNECTION_KNOBS } from './connection-faults.ts'
import { INSTRUMENT_KNOB } from './instrument-knob.ts'
import { checkValues, type Knob, type KnobContext, KnobError } from './knob.ts'
import { LIMIT_KNOB } from './limit-knob.ts'
import { MARKET_KNOBS } from './market-commands.ts'
import { PERMISSIONS_KNOB } from './permissions-knob.ts'
import { POSITION_KNOBS } from './position-commands.ts'
import { REST_KNOBS } from './rest-faults.ts'
import { ROUTE_KNOB } from './route-knob.ts'
import { ROW_KNOB } from './row-knob.ts'
import { TOPIC_KNOB } from './topic-knob.ts'
import { TRADE_KNOBS } from './trade-commands.ts'

/** Every command of `POST /control`, for dispatch and documentation. */
export const KNOBS: readonly Knob[] = [
  ...MARKET_KNOBS,
  ...TRADE_KNOBS,
  ...POSITION_KNOBS,
  ...CONNECTION_KNOBS,
  ...REST_KNOBS,
  LIMIT_KNOB,
  ROW_KNOB,
  ROUTE_KNOB,
  PERMISSIONS_KNOB,
  INSTRUMENT_KNOB,
  TOPIC_KNOB,
]

/** Alternative names of knobs. */
const ALIASES: Readonly<Record<string, string>> = { fund: 'funding' }

/** How the syntax of a knob shows a value. */
const SAMPLES = { number: 'n', integer: 'n', text: '"…"', row: '"…"', json: '…' } as const

/** Returns the syntax of a knob, such as `{"do":"mute","ms":n}`. `?` marks optional parameters. */
export function knobUsage(knob: Knob): string {
  const parts = Object.entries(knob.parameters).map(([name, { kind, optional, choices }]) => {
    const sample = kind === 'choice' ? `"${choices?.join('|')}"` : SAMPLES[kind]
    return `"${name}"${optional ? '?' : ''}:${sample}`
  })
  return `{${[`"do":"${knob.name}"`, ...parts].join(',')}}`
}

function reply(status: number, body: Readonly<Record<string, unknown>>): ExchangeResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-axisor-simulated': '1' }
  return { status, headers, body: JSON.stringify(body), delayMs: 0 }
}

function commandOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new KnobError('the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KnobError('the body must be an object such as {"do":"drop"}')
  }
  return { ...value }
}

function knobOf(command: Readonly<Record<string, unknown>>): Knob {
  const name = typeof command.do === 'string' ? (ALIASES[command.do] ?? command.do) : null
  const knob = KNOBS.find(candidate => candidate.name === name)
  if (knob === undefined) {
    throw new KnobError(`do must be one of ${KNOBS.map(candidate => candidate.name).join(', ')}`)
  }
  return knob
}

/** Runs knobs from JSON commands. The reply is 200 with `{"ok":true,…}`, or 400 with an error message. */
export function openControl(context: KnobContext): (body: string) => ExchangeResponse {
  return body => {
    try {
      const command = commandOf(body)
      const knob = knobOf(command)
      return reply(200, { ok: true, ...knob.run(context, checkValues(knob, command)) })
    } catch (error) {
      if (!(error instanceof KnobError)) throw error
      return reply(400, { code: 'BAD_REQUEST', message: error.message })
    }
  }
}
