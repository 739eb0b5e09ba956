// Runs the parts that are asked for and prints what they measured.

import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { BINARY } from '../tests/support/platform.mjs'
import { STORE } from '../tests/support/stores.mjs'
import { alarms } from './alarms.mjs'
import { consoleUnderLoad } from './console.mjs'
import { finish, note } from './figures.mjs'
import { history } from './history.mjs'
import { imports } from './imports.mjs'
import { ledger } from './ledger.mjs'
import { map } from './map.mjs'
import { sensing } from './sensing.mjs'
import { start } from './start.mjs'
import { vehicles } from './vehicles.mjs'

async function size() {
  note('size of the program', statSync(BINARY).size / 2 ** 20, 'MB', { detail: 'console, divisions and demonstration inside' })
}

const PARTS = { size, start, stream: alarms, sensing, vehicles, history, ledger, imports, map, console: consoleUnderLoad }
const asked = process.argv.slice(2)
const failures = []
for (const name of asked.length ? asked : Object.keys(PARTS)) {
  console.error(`== ${name}`)
  try {
    await PARTS[name]()
  } catch (error) {
    failures.push(name)
    console.error(`  ${name} failed: ${error.stack}`)
  }
}
const version = execFileSync(BINARY, ['--version'], { encoding: 'utf8' }).trim()
finish({ version, store: STORE, failures })
process.exit(failures.length ? 1 : 0)
