/** Draws the icons of the installed console from public/favicon.svg, with the browser of the tests. Run by hand after a change of the sign. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const folder = fileURLToPath(new URL('../public/', import.meta.url))
const sign = readFileSync(`${folder}favicon.svg`, 'utf8')
const ground = /<rect[^>]*fill="(#\w+)"/.exec(sign)[1]
/** A system may cut a maskable icon to a circle of four fifths: the sign stands well inside it. */
const ICONS = [
  { name: 'icon-192', size: 192, part: 1 },
  { name: 'icon-512', size: 512, part: 1 },
  { name: 'maskable-192', size: 192, part: 0.78, full: true },
  { name: 'maskable-512', size: 512, part: 0.78, full: true },
  { name: 'apple-touch-icon', size: 180, part: 0.86, full: true },
]
const browser = await chromium.launch({ executablePath: process.env.FENGSUI_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const { name, size, part, full = false } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const drawn = sign.replace('<svg ', `<svg width="${size * part}" height="${size * part}" `)
  await page.setContent(`<body style="margin:0;height:100vh;display:grid;place-items:center;background:${full ? ground : 'transparent'}">${drawn}`)
  await page.screenshot({ path: `${folder}icons/${name}.png`, omitBackground: true })
  await page.close()
}
await browser.close()
