import { sanitize } from '../sanitize.ts'
import type { ChannelSettings } from './channel.ts'

const ESC = '\u001b'
const BEL = '\u0007'
/** String terminator. */
const ST = `${ESC}\\`

/** Terminals limit the length of a sequence; kitty takes 2,048 bytes of text. */
const MAX_TITLE_LENGTH = 120
const MAX_TEXT_LENGTH = 400

/** Characters outside an identifier of kitty's protocol. */
const NOT_IDENTIFIER = /[^A-Za-z0-9_+.-]/g

export interface TerminalOptions {
  /** Id of the alert: kitty replaces the earlier notification of the same id. */
  readonly id: string
  /** The terminal is a pane of tmux, whose option `allow-passthrough` must be on. */
  readonly insideTmux: boolean
}

/** Without semicolons, which separate the fields of OSC 9 and 777: `9;4;1;50` would show a progress bar. */
function field(text: string, maxLength: number): string {
  return sanitize(text, { maxLength }).replaceAll(';', ',')
}

/** Wraps a sequence for the terminal around tmux. */
function passedThrough(sequence: string): string {
  return `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ST}`
}

/**
 * Returns the control sequences that ring the bell or show a notification of the terminal. Title and text are sanitized, so that no text
 * ends a sequence or starts another. tmux handles the bell itself.
 */
export function terminalSequence(
  settings: Extract<ChannelSettings, { type: 'bell' | 'osc' }>,
  title: string,
  text: string,
  { id, insideTmux }: TerminalOptions,
): string {
  if (settings.type === 'bell') return BEL
  const [head, body] = [field(title, MAX_TITLE_LENGTH), field(text, MAX_TEXT_LENGTH)]
  const sequences = {
    9: [`${ESC}]9;${body === '' ? head : `${head}: ${body}`}${ST}`],
    777: [`${ESC}]777;notify;${head};${body}${ST}`],
    99: kittySequences(head, body, id.replace(NOT_IDENTIFIER, '-')),
  }[settings.variant]
  return sequences.map(each => (insideTmux ? passedThrough(each) : each)).join('')
}

/** The title announces that a body follows (`d=0`), if there is one. */
function kittySequences(head: string, body: string, id: string): readonly string[] {
  if (body === '') return [`${ESC}]99;i=${id};${head}${ST}`]
  return [`${ESC}]99;i=${id}:d=0;${head}${ST}`, `${ESC}]99;i=${id}:p=body;${body}${ST}`]
}
