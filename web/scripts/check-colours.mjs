/** Colours and sizes of type live in styles/tokens.css alone: everywhere else a role is named. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../src', import.meta.url))
/** What MapLibre draws on a canvas cannot read custom properties by itself. */
const CANVAS = /^map\//
const LITERAL = /#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b|\b(?:rgb|hsl|oklch|lab|lch)a?\(|:\s*(?:white|black|red|green|blue|orange|yellow|gr[ae]y)\s*[;"'!]/
const SIZE = /font-size:\s*[\d.]+px|font:\s*(?:\d+\s+)?[\d.]+px/
/** Text inside a drawing is measured in the drawing's own units. */
const DRAWING = /^(ui\/GradeBadge\.vue|map\/pins\.css|processes\/ProcessDiagram\.vue)$/
const problems = []
const used = new Set()

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === 'generated' ? [] : filesBelow(path)
    return /\.(vue|ts|css)$/.test(name) ? [path] : []
  })
}

const tokens = readFileSync(join(root, 'styles/tokens.css'), 'utf8')
const known = new Set([...tokens.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]))
for (const path of filesBelow(root)) {
  const where = relative(root, path)
  const text = readFileSync(path, 'utf8')
  for (const match of text.matchAll(/(--[\w-]+)\s*:/g)) if (where !== 'styles/tokens.css') known.add(match[1])
  if (where === 'styles/tokens.css') continue
  text.split('\n').forEach((line, index) => {
    if (LITERAL.test(line) && !CANVAS.test(where)) problems.push(`${where}:${index + 1} a literal colour, name a role of styles/tokens.css: ${line.trim().slice(0, 80)}`)
    if (SIZE.test(line) && !DRAWING.test(where)) problems.push(`${where}:${index + 1} a literal size of type, name a --text role of styles/tokens.css: ${line.trim().slice(0, 80)}`)
    for (const match of line.matchAll(/var\((--[\w-]+)\)/g)) used.add(`${match[1]} ${where}:${index + 1}`)
  })
}
for (const one of used) {
  const [name, where] = one.split(' ')
  if (!known.has(name) && !name.startsWith('--el-')) problems.push(`${where} uses ${name}, which no token defines`)
}
for (const problem of problems) console.error(problem)
console.error(`colours: ${known.size} roles, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)
