import { AxisorError, EXIT } from '../../domain/error.ts'
import type { Keyboard } from '../../ports/terminal.ts'
import type { CommandContext } from '../command-context.ts'
import { InterruptedError } from '../interrupted.ts'
import { type Key, readKeys } from './keystrokes.ts'

/** Far more than anything that is asked for: what goes on longer was pasted by mistake. */
const MAX_ANSWER = 4_096

/** Who sits at the terminal and can be asked. The keyboard stays taken from the first question to `close`, so that nothing typed ahead is shown. */
export class Prompt {
  readonly #keyboard: Keyboard
  readonly #release: () => void
  /** Rejects with Stopped when the person asks to end, or is gone. */
  readonly stopped: Promise<never>
  #stop: (stopped: InterruptedError) => void = () => {}
  /** What was typed and not read yet. */
  readonly #waiting: Key[] = []
  #take: ((key: Key) => void) | null = null
  #escape: (() => void) | null = null

  private constructor(
    keyboard: Keyboard,
    call: CommandContext,
    hear: (take: (typed: string | null) => void) => void,
  ) {
    this.#keyboard = keyboard
    this.stopped = new Promise((_resolve, reject) => {
      this.#stop = reject
    })
    this.stopped.catch(() => {})
    void call.interrupted.then(code => this.#stop(new InterruptedError(code)))
    this.#release = call.world.onCrash(() => keyboard.close())
    hear(typed => this.#onKeys(typed))
  }

  /** Null when nobody is there. */
  static open(call: CommandContext): Prompt | null {
    let take: (typed: string | null) => void = () => {}
    const keyboard = call.world.terminal.openKeyboard(typed => take(typed))
    if (keyboard === null) return null
    return new Prompt(keyboard, call, then => {
      take = then
    })
  }

  /** Gives the terminal back. */
  close(): void {
    this.#release()
    this.#keyboard.close()
  }

  write(text: string): void {
    this.#keyboard.write(text)
  }

  /** While something is waited for, Esc calls this. */
  onEscape(then: (() => void) | null): void {
    this.#escape = then
  }

  /**
   * Asks, and gives what was typed until Enter. Nothing of it is shown.
   * @throws Stopped on Ctrl-C, on Ctrl-D in an empty line, and when the terminal is gone; AxisorError usage, for an endless answer
   */
  async ask(question: string): Promise<string> {
    this.write(question)
    let answer = ''
    try {
      for (;;) {
        const key = await Promise.race([this.#next(), this.stopped])
        if (key.kind === 'enter') return answer
        if (key.kind === 'end' && answer === '') throw new InterruptedError(EXIT.interrupted)
        if (key.kind === 'back') answer = [...answer].slice(0, -1).join('')
        if (key.kind === 'clear') answer = ''
        if (key.kind === 'text') answer += key.text
        if (answer.length > MAX_ANSWER)
          throw new AxisorError('usage', 'what was typed is too long', { hint: 'Check what was pasted.' })
      }
    } finally {
      this.write('\n')
    }
  }

  /** A question to be answered with yes or no; Enter alone is yes. */
  async confirm(question: string): Promise<boolean> {
    for (;;) {
      const answer = (await this.ask(`${question} [Y/n] `)).trim().toLowerCase()
      if (['', 'y', 'yes'].includes(answer)) return true
      if (['n', 'no'].includes(answer)) return false
    }
  }

  #next(): Promise<Key> {
    const first = this.#waiting.shift()
    if (first !== undefined) return Promise.resolve(first)
    return new Promise(resolve => {
      this.#take = resolve
    })
  }

  #onKeys(typed: string | null): void {
    if (typed === null) this.#stop(new InterruptedError(EXIT.hungUp))
    for (const key of readKeys(typed ?? '')) {
      if (key.kind === 'interrupt') this.#stop(new InterruptedError(EXIT.interrupted))
      else if (key.kind === 'escape') this.#escape?.()
      else if (this.#take === null) this.#waiting.push(key)
      else {
        const take = this.#take
        this.#take = null
        take(key)
      }
    }
  }
}
