// The two stores that every suite runs on: the embedded one, and a PostgreSQL database of our own.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'

/** `sqlite` or `postgres`: run.sh runs every suite once for each. */
export const STORE = process.env.FENGSUI_TEST_STORE ?? 'sqlite'

function psql(url, statement) {
  execFileSync(psqlPath(), ['-qX', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', statement], { stdio: ['ignore', 'ignore', 'pipe'] })
}

function psqlPath() {
  try {
    const versions = readdirSync('/usr/lib/postgresql').sort((one, other) => Number(one) - Number(other))
    return `/usr/lib/postgresql/${versions.at(-1)}/bin/psql`
  } catch {
    return 'psql'
  }
}

/** Everything that a PostgreSQL store holds, as text. */
export function dump(url) {
  return execFileSync(psqlPath().replace(/psql$/, 'pg_dump'), ['--data-only', '--inserts', '-d', url], { encoding: 'utf8', maxBuffer: 1024 ** 3 })
}

/** A fresh, empty store: the URL to start the platform with (absent: the embedded one) and how to throw it away. */
export function freshStore(store = STORE) {
  if (store === 'sqlite') return { url: undefined, drop() {} }
  const server = process.env.FENGSUI_TEST_POSTGRES
  if (!server) throw new Error('FENGSUI_TEST_POSTGRES is not set: run FENGSUI_TEST_POSTGRES=$(scripts/postgres.sh)')
  const name = `fengsui_e2e_${randomBytes(6).toString('hex')}`
  psql(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => psql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}
