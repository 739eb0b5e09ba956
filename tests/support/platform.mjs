// The program under test: started with the demonstration region, stopped, killed, started again.

import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freshStore } from './stores.mjs'
import { before } from './waiting.mjs'

const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/fengsui/target')

/** The program; a debug build unless the environment names another. */
export const BINARY = process.env.FENGSUI_BINARY ?? join(target, 'debug/fengsui')
/** A first start loads all divisions of the country, in a debug build at that. */
const READY_WITHIN = Number(process.env.FENGSUI_READY_WITHIN ?? 90_000)
const FRAMED = ['sl651', 'jt808', 'gb26875']
const anyDoor = (name) => ['--set', `${name}.listen=127.0.0.1:0`]
const EVERY_DOOR = ['--listen', '127.0.0.1:0', '--mqtt', '127.0.0.1:0', '--hj212', '127.0.0.1:0', ...FRAMED.flatMap(anyDoor)]

/** `127.0.0.1:1883`, with or without a scheme before it. */
export function hostAndPort(address) {
  const url = new URL(address.includes('://') ? address.replace(/^[a-z0-9]+:/, 'http:') : `http://${address}`)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) }
}

/** A free port; somebody else might take it before us, which has not been seen yet. */
export async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** One installation: a data directory, a store, and the process that runs on them now and then. */
export class Platform {
  #store
  #config
  #ended

  constructor({ config = '', store } = {}) {
    this.home = mkdtempSync(join(tmpdir(), 'fengsui-e2e-'))
    this.data = join(this.home, 'data')
    this.logFile = join(this.home, 'log')
    this.#store = freshStore(store)
    this.#config = join(this.home, 'fengsui.toml')
    writeFileSync(this.#config, config)
    this.passwords = new Map()
  }

  /** A second process for the same data and the same store; it is not started yet. Only the first one is removed. */
  beside() {
    const other = new Platform()
    rmSync(other.home, { recursive: true, force: true })
    other.#store.drop()
    other.#store = { url: this.#store.url, drop() {} }
    other.#config = this.#config
    Object.assign(other, { home: this.home, data: this.data, logFile: `${this.logFile}-beside` })
    return other
  }

  /** The environment that names its store. */
  get environment() {
    return { ...process.env, ...(this.#store.url && { FENGSUI_STORAGE__URL: this.#store.url }) }
  }

  /** A running platform with the demonstration region. */
  static async start(options) {
    const platform = new Platform(options)
    await platform.start()
    return platform
  }

  /** Starts it (again) on the same data; resolves when it says that it is ready. */
  async start(doors = EVERY_DOOR) {
    const flags = ['demo', '--json', '--no-replay', '--data', this.data, '--config', this.#config, ...doors]
    const log = createWriteStream(this.logFile, { flags: 'a' })
    this.process = spawn(BINARY, flags, { stdio: ['ignore', 'pipe', 'pipe'], env: this.environment })
    this.process.stderr.pipe(log)
    this.#ended = new Promise((resolve) => this.process.once('close', (code, signal) => resolve({ code, signal })))
    this.process.once('error', (error) => log.write(`${error}\n`))
    const ready = await before(READY_WITHIN, this.#readyLine(), 'the line that says the platform is ready').catch((error) => {
      this.process.kill('SIGKILL')
      throw new Error(`${error.message}\n${this.log().slice(-3000)}`, { cause: error })
    })
    this.url = ready.url.replace(/\/$/, '')
    this.mqtt = hostAndPort(ready.mqtt)
    this.hj212 = hostAndPort(ready.hj212)
    for (const name of FRAMED) this[name] = ready[name] && hostAndPort(ready[name])
    this.accounts = ready.accounts
    for (const account of ready.accounts) if (account.password) this.passwords.set(account.user, account.password)
  }

  /** Starts it again behind the same doors, as after a power cut: browsers and devices find it where it was. */
  restart() {
    const door = ({ host, port }) => `${host}:${port}`
    return this.start(['--listen', door(hostAndPort(this.url)), '--mqtt', door(this.mqtt), '--hj212', door(this.hj212), ...FRAMED.flatMap(anyDoor)])
  }

  #readyLine() {
    const lines = createInterface({ input: this.process.stdout })
    return new Promise((resolve, reject) => {
      lines.on('line', (line) => line.startsWith('{') && resolve(JSON.parse(line)))
      this.#ended.then(({ code, signal }) => reject(new Error(`the platform ended before it was ready (${signal ?? code})`)))
    })
  }

  /** What it wrote to its log so far. */
  log() {
    try {
      return readFileSync(this.logFile, 'utf8')
    } catch {
      return ''
    }
  }

  /** Ends it like a power cut ends it. */
  async kill() {
    this.process.kill('SIGKILL')
    await this.#ended
  }

  /** Ends it as an administrator does; gives the exit code. */
  async stop() {
    this.process.kill('SIGTERM')
    const end = await before(15_000, this.#ended, 'the end of the platform').catch(async () => {
      await this.kill()
      return { code: 'killed' }
    })
    return end.code
  }

  /** Stops it and throws everything away. */
  async remove() {
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) await this.stop()
    this.#store.drop()
    if (!process.env.FENGSUI_KEEP) rmSync(this.home, { recursive: true, force: true })
  }

  /** Runs a command of the program on this installation; never fails by itself. */
  command(...words) {
    return Platform.run(words, { ...this.environment, FENGSUI_CONFIG: this.#config })
  }

  /** Runs a command of the program, such as `verify FILE`; never fails by itself. */
  static command(...words) {
    return Platform.run(words, process.env)
  }

  static run(words, env) {
    return new Promise((resolve) => {
      const child = spawn(BINARY, words, { stdio: ['ignore', 'pipe', 'pipe'], env })
      let output = ''
      child.stdout.on('data', (bytes) => (output += bytes))
      child.stderr.on('data', (bytes) => (output += bytes))
      child.once('error', (error) => resolve({ code: -1, output: String(error) }))
      child.once('close', (code) => resolve({ code, output }))
    })
  }
}
