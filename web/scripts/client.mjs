/** Writes the types of the server's contract (docs/openapi.json) to src/api/generated; with --check only says whether they are current. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = fileURLToPath(new URL('..', import.meta.url))
const contract = join(web, '../docs/openapi.json')
const committed = join(web, 'src/api/generated')
const check = process.argv.includes('--check')

if (!existsSync(contract)) {
  console.error(`no contract at ${contract}`)
  process.exit(1)
}

const scratch = mkdtempSync(join(tmpdir(), 'fengsui-client-'))
const target = check ? join(scratch, 'generated') : committed
mkdirSync(target, { recursive: true })
const program = join(web, 'node_modules/@hey-api/openapi-ts/bin/run.js')
const run = spawnSync(process.execPath, [program, '--input', contract, '--output', target, '--plugins', '@hey-api/typescript', '--no-log-file', '--silent'], { cwd: scratch, stdio: 'inherit' })
if (run.status === 0) writeFileSync(join(target, 'paths.gen.ts'), paths())
const changed = run.status === 0 && check ? differing(committed, target) : []
rmSync(scratch, { recursive: true, force: true })

if (run.status !== 0) {
  console.error('the generator failed')
  process.exit(1)
}
if (changed.length > 0) {
  console.error(`src/api/generated is not what docs/openapi.json says now (${changed.join(', ')}): run "npm run client" and commit the result`)
  process.exit(1)
}
console.error(check ? 'src/api/generated is current' : 'src/api/generated written')

function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}
function textOf(folder, name) {
  return existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : null
}
function differing(one, other) {
  return [...new Set([...filesOf(one), ...filesOf(other)])].filter((name) => textOf(one, name) !== textOf(other, name)).sort()
}

/** The addresses of the contract per method; identifiers are any text. */
function paths() {
  const { paths: routes } = JSON.parse(readFileSync(contract, 'utf8'))
  const lines = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => {
    const known = Object.keys(routes).filter((path) => routes[path][method.toLowerCase()] && path.startsWith('/api/v1/')).sort()
    const types = known.map((path) => `\`${path.slice('/api/v1'.length).replace(/\{\w+\}/g, '${string}')}\``)
    return `  ${method}:${types.map((type) => `\n    | ${type}`).join('')}\n`
  })
  return `// This file is written by scripts/client.mjs from docs/openapi.json\n\nexport interface Paths {\n${lines.join('')}}\n`
}
