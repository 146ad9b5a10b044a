import type { ExchangeResponse } from '../../ports/simulated-exchange.ts'
import { LINE_KNOBS } from './connection-faults.ts'
import { checkValues, type Knob, type KnobContext, KnobError } from './knob.ts'
import { MARKET_KNOBS } from './market-commands.ts'
import { REST_KNOBS } from './rest-faults.ts'
import { TRADE_KNOBS } from './trade-commands.ts'

/** Every command of `POST /control`, for the dispatcher and for help texts. */
export const KNOBS: readonly Knob[] = [...MARKET_KNOBS, ...TRADE_KNOBS, ...LINE_KNOBS, ...REST_KNOBS]

/** Other words for a knob. */
const ALIASES: Readonly<Record<string, string>> = { fund: 'funding' }

/** An example of each command with its parameters, `?` marks what may be left out: `{"do":"mute","ms":n}`. */
export function knobUsage(knob: Knob): string {
  const parts = Object.entries(knob.parameters).map(([name, { kind, optional, words }]) => {
    const sample = kind === 'text' ? '"…"' : kind === 'choice' ? `"${words?.join('|')}"` : 'n'
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

/** Works the knobs: a JSON text in, 200 with `{"ok":true,…}` or 400 with a message out. */
export function openControl(bench: KnobContext): (body: string) => ExchangeResponse {
  return body => {
    try {
      const command = commandOf(body)
      const knob = knobOf(command)
      return reply(200, { ok: true, ...knob.run(bench, checkValues(knob, command)) })
    } catch (error) {
      if (!(error instanceof KnobError)) throw error
      return reply(400, { code: 'BAD_REQUEST', message: error.message })
    }
  }
}
