/** Both catalogues complete, no key missing or unused, no Chinese outside the catalogues. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../src', import.meta.url))
const problems = []

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === 'generated' ? [] : filesBelow(path)
    return /\.(vue|ts)$/.test(name) ? [path] : []
  })
}
function flatten(value, prefix = '') {
  return Object.entries(value).flatMap(([name, one]) => {
    const key = prefix ? `${prefix}.${name}` : name
    return typeof one === 'string' ? [[key, one]] : flatten(one, key)
  })
}
/** Pages that few people open bring their own texts: design/texts.*.json. */
function catalogue(name) {
  const files = [join(root, 'locales', name), join(root, 'design', `texts.${name}`)]
  return new Map(files.flatMap((file) => flatten(JSON.parse(readFileSync(file, 'utf8')))))
}
const zh = catalogue('zh-CN.json')
const en = catalogue('en.json')
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join(',')

for (const [key, text] of zh) {
  if (!en.has(key)) problems.push(`en.json misses ${key}`)
  else if (placeholders(text) !== placeholders(en.get(key))) problems.push(`placeholders of ${key} differ`)
  if (text.trim() === '') problems.push(`zh-CN.json has an empty ${key}`)
}
for (const [key, text] of en) {
  if (!zh.has(key)) problems.push(`zh-CN.json misses ${key}`)
  // The switch to Chinese is written in Chinese on purpose.
  if (/[\u4e00-\u9fff]/.test(text) && key !== 'shell.other_language') problems.push(`en.json has Chinese in ${key}`)
}

const used = new Set()
const prefixes = new Set()
for (const path of filesBelow(root)) {
  const text = readFileSync(path, 'utf8')
  const where = relative(root, path)
  text.split('\n').forEach((line, index) => {
    if (/[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]/.test(line.replace(/'[、；]'/g, ''))) problems.push(`${where}:${index + 1} Chinese outside the catalogues: ${line.trim().slice(0, 60)}`)
  })
  for (const match of text.matchAll(/\bte?\(\s*'([^']+)'/g)) {
    if (match[0].startsWith('t(') && !zh.has(match[1])) problems.push(`${where}: no text for ${match[1]}`)
    used.add(match[1])
  }
  for (const match of text.matchAll(/['"]([a-z_]+(?:\.[a-zA-Z0-9_]+)+)['"]/g)) if (zh.has(match[1])) used.add(match[1])
  for (const match of text.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{/g)) prefixes.add(match[1])
}
for (const key of zh.keys()) {
  if (!used.has(key) && ![...prefixes].some((prefix) => key.startsWith(prefix))) problems.push(`unused key ${key}`)
}

for (const problem of problems) console.error(problem)
console.error(`${zh.size} texts in two languages, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)
