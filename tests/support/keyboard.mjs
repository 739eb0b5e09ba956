// A person without a mouse: only keys, every one counted, and at every stop it must be visible where the keyboard is.

import assert from 'node:assert/strict'
import { until } from './waiting.mjs'

/** What is wrong with the place of the keyboard, if anything. Runs in the page. */
function judge() {
  const focused = document.activeElement
  if (!focused || focused === document.body) return 'the keyboard is nowhere'
  // Parts of Element Plus draw the ring around their field.
  const frame = focused.closest('.el-input__wrapper, .el-select__wrapper, .palette .type') ?? focused
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused)
  const outlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
  const framed = frame.matches('.type, .is-focus, .is-focused') || (focused.matches('.el-textarea__inner') && boxShadow !== 'none')
  const name = focused.closest('[data-testid]')?.dataset.testid ?? focused.outerHTML.slice(0, 80)
  if (!outlined && !framed) return `${name}: no ring`
  const box = frame.getBoundingClientRect()
  const [x, y] = [Math.max(0, box.left) / 2 + Math.min(innerWidth, box.right) / 2, Math.max(0, box.top) / 2 + Math.min(innerHeight, box.bottom) / 2]
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `${name}: outside the window`
  const above = document.elementFromPoint(x, y)
  if (above && !frame.contains(above) && !above.contains(frame) && !frame.parentElement?.contains(above)) return `${name}: covered by ${above.outerHTML.slice(0, 80)}`
  return null
}

/** The keyboard of one window. */
export class Keyboard {
  #began = { commands: 0, letters: 0 }

  constructor(page) {
    this.page = page
    this.commands = 0
    this.letters = 0
    this.faults = []
  }

  /** Keys that do something, one after the other. */
  async press(...keys) {
    for (const key of keys) {
      // A person presses when no dialog is coming or going any more.
      await this.page.waitForFunction(() => !document.querySelector('[class*="-enter-active"], [class*="-leave-active"]'), null, { timeout: 2_000 }).catch(() => undefined)
      await this.page.keyboard.press(key)
      this.commands += 1
    }
  }

  /** Text into the field in focus. */
  async type(text) {
    await this.page.keyboard.type(text)
    this.letters += text.length
  }

  /** Whether the keyboard is on something with this test id, and, where asked, with this text beside it. */
  isAt(testId, text) {
    return this.page.evaluate(([id, wanted]) => {
      const place = document.activeElement?.closest(`[data-testid="${id}"]`)
      return Boolean(place) && (!wanted || place.textContent.includes(wanted))
    }, [testId, text])
  }

  /** Presses a key until the keyboard is there; a trap or a long way ends it. */
  async to(testId, { by = 'Tab', text, within = 15 } = {}) {
    for (let pressed = 0; ; pressed += 1) {
      if (await this.isAt(testId, text)) return this.look()
      const at = await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160))
      assert.ok(pressed < within, `${testId} ${text ?? ''} is not reached with ${within} × ${by}; the keyboard is on ${at}`)
      await this.press(by)
    }
  }

  /** Opens the list of the field in focus and goes to the choice with this text, looking at what is marked. */
  async choose(text) {
    const options = this.page.locator('.el-select-dropdown:visible')
    await this.press('Enter')
    await options.first().waitFor()
    const marked = () => options.locator('.is-hovering').first().textContent({ timeout: 500 }).catch(() => '')
    for (let pressed = 0; !(await marked()).includes(text); pressed += 1) {
      assert.ok(pressed < 12, `${text} is not among the choices; marked is ${await marked()}`)
      await this.press('ArrowDown')
    }
    await this.press('Enter')
    await options.first().waitFor({ state: 'hidden' })
  }

  /** Waits until the keyboard is there by itself. */
  async arrives(testId) {
    await until(() => this.isAt(testId), { within: 5_000, what: `the keyboard to be on ${testId}` })
    await this.look()
  }

  /** Notes it when one cannot see where the keyboard is. */
  async look() {
    // Dialogs move in, and lists scroll: what stays wrong counts.
    const wrong = () => this.page.evaluate(judge)
    await until(async () => (await wrong()) === null, { within: 1_500, what: 'a visible place' }).catch(async () => this.faults.push(`${new URL(this.page.url()).pathname}: ${await wrong()}`))
  }

  /** Signs in from the address. */
  async signIn(platform, user, path = '/') {
    await this.page.goto(path)
    await this.page.getByTestId('signin-user').waitFor()
    await this.to('signin-user')
    await this.type(user)
    await this.press('Tab')
    await this.type(platform.passwords.get(user))
    await this.press('Enter')
    await this.page.getByTestId('signin-submit').waitFor({ state: 'detached' })
  }

  /** How many keys since the last time, for the log. */
  took(what) {
    const [commands, letters] = [this.commands - this.#began.commands, this.letters - this.#began.letters]
    this.#began = { commands: this.commands, letters: this.letters }
    console.log(`# ${what}: ${commands} keys and ${letters} characters`)
  }
}
