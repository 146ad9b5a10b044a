import { AxisorError, EXIT } from '../../domain/error.ts'
import type { Keyboard } from '../../ports/terminal.ts'
import type { Call } from '../command-context.ts'
import { Stopped } from '../interrupted.ts'
import { type Key, readKeys } from './keystrokes.ts'

/** Far more than anything that is asked for: what goes on longer was pasted by mistake. */
const LONGEST_ANSWER = 4_096

/** Who sits at the terminal and can be asked. The keyboard stays taken from the first question to `close`, so that nothing typed ahead is shown. */
export class Person {
  readonly #keyboard: Keyboard
  readonly #release: () => void
  /** Rejects with Stopped when the person asks to end, or is gone. */
  readonly stopped: Promise<never>
  #stop: (stopped: Stopped) => void = () => {}
  /** What was typed and not read yet. */
  readonly #waiting: Key[] = []
  #take: ((key: Key) => void) | null = null
  #escape: (() => void) | null = null

  private constructor(keyboard: Keyboard, call: Call, hear: (take: (typed: string | null) => void) => void) {
    this.#keyboard = keyboard
    this.stopped = new Promise((_resolve, reject) => {
      this.#stop = reject
    })
    this.stopped.catch(() => {})
    void call.stopped.then(code => this.#stop(new Stopped(code)))
    this.#release = call.world.onCrash(() => keyboard.close())
    hear(typed => this.#hear(typed))
  }

  /** Null when nobody is there. */
  static meet(call: Call): Person | null {
    let take: (typed: string | null) => void = () => {}
    const keyboard = call.world.terminal.takeKeyboard(typed => take(typed))
    if (keyboard === null) return null
    return new Person(keyboard, call, then => {
      take = then
    })
  }

  /** Gives the terminal back. */
  close(): void {
    this.#release()
    this.#keyboard.close()
  }

  say(text: string): void {
    this.#keyboard.say(text)
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
    this.say(question)
    let answer = ''
    try {
      for (;;) {
        const key = await Promise.race([this.#next(), this.stopped])
        if (key.kind === 'enter') return answer
        if (key.kind === 'end' && answer === '') throw new Stopped(EXIT.interrupted)
        if (key.kind === 'back') answer = [...answer].slice(0, -1).join('')
        if (key.kind === 'clear') answer = ''
        if (key.kind === 'text') answer += key.text
        if (answer.length > LONGEST_ANSWER)
          throw new AxisorError('usage', 'what was typed is too long', { hint: 'Check what was pasted.' })
      }
    } finally {
      this.say('\n')
    }
  }

  /** A question to be answered with yes or no; Enter alone is yes. */
  async agrees(question: string): Promise<boolean> {
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

  #hear(typed: string | null): void {
    if (typed === null) this.#stop(new Stopped(EXIT.hungUp))
    for (const key of readKeys(typed ?? '')) {
      if (key.kind === 'interrupt') this.#stop(new Stopped(EXIT.interrupted))
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
