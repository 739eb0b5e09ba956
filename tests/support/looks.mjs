// What the console looks like, held against pictures that somebody has looked at and judged.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

const REFERENCES = fileURLToPath(new URL('../looks/', import.meta.url))
/** Share of the pixels that may differ: edges of letters do, from one build of Chromium to the next. */
const TOLERANCE = 0.004
export const BLESS = process.env.FENGSUI_BLESS_LOOKS === '1'
/** The pictures were made with this font; with another one every line would differ. */
export const FONT = 'WenQuanYi Micro Hei'
/** The hour at which the console is looked at. */
export const NOW = new Date('2026-11-22T03:12:00+08:00')

/** Stops the clocks of the page: figures stand still, and ages are those of the sample. */
export async function standStill(page) {
  await page.addInitScript(() => {
    const get = Headers.prototype.get
    Headers.prototype.get = function (name) {
      return name.toLowerCase() === 'date' ? null : get.call(this, name)
    }
  })
  await page.clock.setFixedTime(NOW)
}

/** The font that the page is really drawn with. */
export async function fontOf(page, selector = 'h1') {
  const session = await page.context().newCDPSession(page)
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument')
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
  return fonts.map((font) => font.familyName).join(', ')
}

/** Makes the window as tall as what the page scrolls. */
export async function unroll(page) {
  const { width, height } = page.viewportSize()
  const more = await page.evaluate(() => {
    const main = document.querySelector('main')
    return main ? main.scrollHeight - main.clientHeight : 0
  })
  if (more > 0) await page.setViewportSize({ width, height: height + more })
}

/** How a page differs from its reference: null when it does not. */
export async function difference(page, name, { mask = [], part } = {}) {
  const taken = await (part ? page.locator(part) : page).screenshot({ animations: 'disabled', caret: 'hide', mask: mask.map((selector) => page.locator(selector)), maskColor: '#8a8a8a' })
  const file = join(REFERENCES, `${name}.png`)
  if (BLESS || !existsSync(file)) {
    mkdirSync(REFERENCES, { recursive: true })
    writeFileSync(file, small(taken))
    return BLESS ? null : `${name}: there was no reference; one was written, look at it`
  }
  const [before, now] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(taken)]
  const { width, height } = before
  if (now.width !== width || now.height !== height) return `${name}: ${now.width}×${now.height} instead of ${width}×${height}; ${keep(name, taken)}`
  const shown = new PNG({ width, height })
  const share = pixelmatch(before.data, now.data, shown.data, width, height, { threshold: 0.2 }) / (width * height)
  return share <= TOLERANCE ? null : `${name}: ${(share * 100).toFixed(2)} % differs; ${keep(name, taken, PNG.sync.write(shown))}`
}

/** The lowest bits of a colour are nothing that anybody sees, and half of the file. */
function small(picture) {
  const image = PNG.sync.read(picture)
  for (let at = 0; at < image.data.length; at += 1) if (at % 4 !== 3) image.data[at] &= 0xf8
  return PNG.sync.write(image, { colorType: 2, deflateLevel: 9 })
}

function keep(name, taken, shown) {
  const folder = mkdtempSync(join(tmpdir(), 'fengsui-looks-'))
  writeFileSync(join(folder, `${name}.png`), taken)
  if (shown) writeFileSync(join(folder, `${name}-difference.png`), shown)
  return `see ${folder}`
}
