import { AxisorError, EXIT } from '../../domain/error.ts'
import type { Keyboard } from '../../ports/terminal.ts'
import type { CommandContext } from '../command-context.ts'
import { InterruptedError } from '../interrupted.ts'
import { type Key, readKeys } from './keystrokes.ts'

/** The parts of the world that prompt a user. */
export type PromptContext = Pick<CommandContext, 'terminal' | 'onCrash' | 'interrupted'>

/** Events of the keyboard. */
interface Listeners {
  onTyped(typed: string | null): void
  onContinued(): void
}

/** Far more than any expected answer: a longer one was pasted by mistake. */
const MAX_ANSWER = 4_096

/** Prompts an interactive user. The keyboard stays open from the first question to `close`, so that keys typed ahead are not echoed. */
export class Prompt {
  readonly #keyboard: Keyboard
  readonly #removeCrashHandler: () => void
  /** Rejects with InterruptedError when the user requests the end or the terminal is closed. */
  readonly interrupted: Promise<never>
  #interrupt: (error: InterruptedError) => void = () => {}
  readonly #unreadKeys: Key[] = []
  #resolveNext: ((key: Key) => void) | null = null
  #escape: (() => void) | null = null
  /** The question that waits for an answer; empty if there is none. */
  #question = ''

  private constructor(keyboard: Keyboard, context: PromptContext, listen: (listeners: Listeners) => void) {
    this.#keyboard = keyboard
    this.interrupted = new Promise((_resolve, reject) => {
      this.#interrupt = reject
    })
    this.interrupted.catch(() => {})
    void context.interrupted.then(code => this.#interrupt(new InterruptedError(code)))
    this.#removeCrashHandler = context.onCrash(() => keyboard.close())
    listen({
      onTyped: typed => this.#onKeys(typed),
      onContinued: () => this.write(this.#question),
    })
  }

  /** Opens the keyboard; null if there is no interactive user. */
  static open(context: PromptContext): Prompt | null {
    let listeners: Listeners = { onTyped() {}, onContinued() {} }
    const keyboard = context.terminal.openKeyboard(
      typed => listeners.onTyped(typed),
      () => listeners.onContinued(),
    )
    if (keyboard === null) return null
    return new Prompt(keyboard, context, those => {
      listeners = those
    })
  }

  /** Restores the terminal. */
  close(): void {
    this.#removeCrashHandler()
    this.#keyboard.close()
  }

  write(text: string): void {
    this.#keyboard.write(text)
  }

  /** Sets the handler of Esc; null removes it. */
  onEscape(handler: (() => void) | null): void {
    this.#escape = handler
  }

  /**
   * Writes the question and returns the input up to Enter. The input is not echoed.
   * @throws InterruptedError on Ctrl-C, on Ctrl-D in an empty line, and when the terminal is closed; AxisorError usage, for input longer
   * than MAX_ANSWER
   */
  async ask(question: string): Promise<string> {
    this.#question = question
    this.write(question)
    let answer = ''
    try {
      for (;;) {
        const key = await Promise.race([this.#next(), this.interrupted])
        if (key.kind === 'enter') return answer
        if (key.kind === 'end' && answer === '') throw new InterruptedError(EXIT.interrupted)
        if (key.kind === 'back') answer = [...answer].slice(0, -1).join('')
        if (key.kind === 'clear') answer = ''
        if (key.kind === 'text') answer += key.text
        if (answer.length > MAX_ANSWER)
          throw new AxisorError('usage', 'the input is too long', { hint: 'Check what was pasted.' })
      }
    } finally {
      this.#question = ''
      this.write('\n')
    }
  }

  /** Asks a yes/no question; Enter alone means yes. */
  async confirm(question: string): Promise<boolean> {
    for (;;) {
      const answer = (await this.ask(`${question} [Y/n] `)).trim().toLowerCase()
      if (['', 'y', 'yes'].includes(answer)) return true
      if (['n', 'no'].includes(answer)) return false
    }
  }

  #next(): Promise<Key> {
    const first = this.#unreadKeys.shift()
    if (first !== undefined) return Promise.resolve(first)
    return new Promise(resolve => {
      this.#resolveNext = resolve
    })
  }

  #onKeys(typed: string | null): void {
    if (typed === null) this.#interrupt(new InterruptedError(EXIT.hungUp))
    for (const key of readKeys(typed ?? '')) {
      if (key.kind === 'interrupt') this.#interrupt(new InterruptedError(EXIT.interrupted))
      else if (key.kind === 'escape') this.#escape?.()
      else if (this.#resolveNext === null) this.#unreadKeys.push(key)
      else {
        const resolve = this.#resolveNext
        this.#resolveNext = null
        resolve(key)
      }
    }
  }
}
