// A person at human speed, by the keystroke-level model (Card, Moran, Newell, "The keystroke-level model for user
// performance time with interactive systems", CACM 23(7), 1980): what the hands and the eyes take is computed and added to
// what the machine takes. Nobody is waited for.

/** A key, an average typist. */
const KEY_S = 0.2
/** To point at something and press it, the choice included. */
const CLICK_S = 1.1
/** To take in what a new page or list shows. */
const READ_S = 1
/** Keys for a Chinese character by pinyin, its choice included. */
const KEYS_PER_CHARACTER = 3

/** How many keys a text takes. */
export function keysOf(text) {
  return [...text].reduce((sum, character) => sum + (/[\u3400-\u9fff]/.test(character) ? KEYS_PER_CHARACTER : 1), 0)
}

/** Somebody's hands in one window; the clock runs from the first thing they do. */
export class Hands {
  #began
  #human = 0
  #keys = 0
  #clicks = 0

  constructor(page) {
    this.page = page
  }

  #takes(seconds) {
    this.#began ??= performance.now()
    this.#human += seconds
  }

  async click(target) {
    this.#takes(CLICK_S)
    this.#clicks += 1
    await this.#locate(target).click()
  }

  /** A list of the browser's own: opened and chosen from. */
  async choose(target, value) {
    this.#takes(2 * CLICK_S)
    this.#clicks += 2
    await this.#locate(target).selectOption(value)
  }

  /** A file: the window of the system, a name, open. */
  async file(target, path) {
    this.#takes(3 * CLICK_S + READ_S)
    this.#clicks += 3
    await this.#locate(target).setInputFiles(path)
  }

  async type(text) {
    this.#takes(keysOf(text) * KEY_S)
    this.#keys += keysOf(text)
    await this.page.keyboard.type(text)
  }

  async press(...keys) {
    for (const key of keys) {
      this.#takes(KEY_S)
      this.#keys += 1
      await this.page.keyboard.press(key)
    }
  }

  /** Waits until something is there, and reads it. */
  async read(target, pages = 1) {
    this.#takes(pages * READ_S)
    await this.#locate(target).first().waitFor()
  }

  /** Waits for what others or the machine do; nothing is read yet. */
  async see(target) {
    this.#takes(0)
    await this.#locate(target).first().waitFor()
  }

  #locate(target) {
    return typeof target === 'string' ? this.page.getByTestId(target) : target
  }

  /** Seconds that the person needed; those of the machine are told beside them, because they depend on what else it does. */
  done(what) {
    const machine = (performance.now() - this.#began) / 1000
    const seconds = machine + this.#human
    console.log(`# ${what}: ${seconds.toFixed(1)} s (${this.#human.toFixed(1)} s of a person: ${this.#clicks} clicks, ${this.#keys} keys; ${machine.toFixed(1)} s of the machine)`)
    return this.#human
  }
}
