// How long `serve` takes until it is ready with the demonstration loaded, and what it needs at rest.

import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { BINARY, Platform, freePort } from '../tests/support/platform.mjs'
import { memory, note, percentile } from './figures.mjs'

const STARTS = 10

function ready(port) {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', timeout: 1000 }, (response) => response.resume().once('end', () => resolve(response.statusCode === 200)))
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

async function serve(platform) {
  const ports = [await freePort(), await freePort(), await freePort()]
  const flags = ['serve', '--data', platform.data, '--listen', `127.0.0.1:${ports[0]}`, '--mqtt', `127.0.0.1:${ports[1]}`, '--hj212', `127.0.0.1:${ports[2]}`]
  const began = performance.now()
  const child = spawn(BINARY, flags, { stdio: 'ignore', env: platform.environment })
  const ended = new Promise((resolve) => child.once('close', resolve))
  while (!(await ready(ports[0]))) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`)
    await pause(1)
  }
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { milliseconds: performance.now() - began, pid: child.pid, stop }
}

/** Cold start and memory at rest. */
export async function start() {
  const platform = await Platform.start()
  await platform.stop()
  const samples = []
  let rest
  for (let number = 0; number < STARTS; number += 1) {
    const running = await serve(platform)
    samples.push(running.milliseconds)
    if (number === STARTS - 1) {
      await pause(5_000)
      rest = memory(running.pid)
    }
    await running.stop()
  }
  note('start of `serve` to /readyz, demo loaded', percentile(samples, 0.5), 'ms', { limit: 1000, detail: `median of ${STARTS}, worst ${Math.max(...samples).toFixed(0)} ms; files in the page cache` })
  note('memory at rest', rest.resident / 2 ** 20, 'MB', { limit: 150, detail: `peak ${(rest.peak / 2 ** 20).toFixed(0)} MB` })
  await platform.remove()
}
