/** How much a page fetches on a cold cache, compressed; fails above the budget. Run after a build. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const assets = join(dist, 'assets')
const files = readdirSync(assets)
/** Kilobytes, gzip. What a page adds is counted on top of the shell. */
const BUDGETS = [
  { name: 'sign-in', chunks: ['SignInPage'], most: 300 },
  { name: 'portal', chunks: ['AppShell', 'PortalPage'], most: 300 },
  { name: 'alarm desk', chunks: ['AppShell', 'AlarmDesk'], most: 330 },
  { name: 'phone', chunks: ['PhonePage'], most: 350 },
  { name: 'design', chunks: ['AppShell', 'DesignPage'], most: 340 },
  { name: 'map (with its library)', chunks: ['AppShell', 'MapPage'], most: 1100 },
]

const read = (name) => readFileSync(join(assets, name))
const packed = new Map()
function weight(name) {
  if (!packed.has(name)) packed.set(name, gzipSync(read(name), { level: 9 }).length)
  return packed.get(name)
}
function chunk(base) {
  return files.find((name) => name.endsWith('.js') && name.replace(/-[\w-]{8}\.js$/, '') === base)
}
/** The chunk and all that it imports before it runs. */
function closure(name, into = new Set()) {
  if (!name || into.has(name)) return into
  into.add(name)
  for (const match of read(name).toString().matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) closure(match[1], into)
  return into
}
/** Styles that the loader fetches along with these chunks. */
function styles(names, entry) {
  const deps = /m\.f=\[([^\]]*)\]/.exec(read(entry).toString())?.[1] ?? ''
  const listed = [...deps.matchAll(/assets\/([\w.-]+)/g)].map((match) => match[1])
  const bases = new Set([...names].map((name) => name.replace(/-[\w-]{8}\.js$/, '')))
  return listed.filter((name) => name.endsWith('.css') && bases.has(name.replace(/-[\w-]{8}\.css$/, '')))
}

const html = readFileSync(join(dist, 'index.html'), 'utf8')
const entry = /src="\/assets\/([\w.-]+\.js)"/.exec(html)[1]
const first = [...html.matchAll(/href="\/assets\/([\w.-]+\.(?:css|js))"/g)].map((match) => match[1])
let failed = false
for (const { name, chunks, most } of BUDGETS) {
  const scripts = closure(entry)
  for (const base of chunks) {
    const found = chunk(base)
    if (!found) throw new Error(`there is no chunk ${base}`)
    closure(found, scripts)
  }
  const all = new Set([...scripts, ...first, ...styles(scripts, entry)])
  const size = [...all].reduce((sum, one) => sum + weight(one), 0) / 1024
  const over = size > most
  failed ||= over
  console.error(`${name.padEnd(24)} ${size.toFixed(0).padStart(5)} KB gz in ${all.size} files${over ? `, more than ${most}` : ''}`)
}
process.exit(failed ? 1 : 0)
