// A full disk: readings are refused with a clear state, nothing acknowledged is lost, and all goes on without help.
// The data lie on a small file system of their own; where none may be mounted, the suite says so.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from './support/client.mjs'
import { Publisher } from './support/mqtt-publisher.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { until, before as within } from './support/waiting.mjs'

const OPEN = '[mqtt]\nreadings_per_second = 10000000\nburst_readings = 100000000\n'
const home = mkdtempSync(join(tmpdir(), 'fengsui-full-'))

function mounted() {
  if (STORE !== 'sqlite') return false
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', home], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const skip = mounted() ? false : 'no small disk may be mounted here'

describe('a full disk', { skip }, () => {
  let platform, device, credential, line, series
  let at = Date.now() - 50_000_000
  let acknowledged = 0

  before(async () => {
    platform = new Platform({ config: OPEN })
    platform.data = join(home, 'data')
    mkdirSync(platform.data)
    await platform.start()
    const admin = await Client.signIn(platform, 'admin')
    device = (await admin.all('/records/device')).find(({ code, attributes }) => attributes.protocol === 'mqtt' && code.startsWith('DEMO-GW-'))
    credential = await admin.call('POST', `/devices/${device.id}/credential`)
    series = await admin.call('POST', '/series', { device: device.id, code: 'FULL', name: '满盘', unit: '1', expected_interval_seconds: 60 })
    line = await Publisher.connect(platform.mqtt, credential)
  })

  after(async () => {
    await platform?.remove()
    execFileSync('umount', [home])
    rmSync(home, { recursive: true })
  })

  async function observe(count) {
    const observations = Array.from({ length: count }, () => ({ series: 'FULL', observed_at: new Date(at++).toISOString(), value: `${at % 1000}.${at % 89}` }))
    await within(10_000, line.observe(device.code, observations), 'an acknowledgement')
    acknowledged += count
  }

  const ready = async () => (await fetch(`${platform.url}/readyz`)).status

  async function stored() {
    const admin = await Client.signIn(platform, 'admin')
    const steps = await admin.call('GET', `/series/${series.id}/aggregates?from=${new Date(at - 60_000_000).toISOString()}&to=${new Date(at).toISOString()}&step_seconds=600`)
    return (steps.items ?? steps).reduce((sum, step) => sum + step.count, 0)
  }

  test('refuses readings, and says so', async () => {
    await observe(100)
    const fill = join(home, 'fill')
    try {
      writeFileSync(fill, Buffer.alloc(70 << 20))
    } catch {
      // That is what was wanted.
    }
    await assert.rejects(async () => {
      for (;;) await observe(9000)
    })
    assert.equal(await ready(), 503)
    rmSync(fill)
  })

  test('goes on by itself when there is room, for readings and for people', async () => {
    line = await Publisher.connect(platform.mqtt, credential)
    await until(async () => {
      try {
        await observe(10)
        return true
      } catch {
        line = await Publisher.connect(platform.mqtt, credential)
        return false
      }
    }, { what: 'readings that are stored again' })
    assert.equal(await ready(), 200)
    // What was not acknowledged may be there too; what was must be.
    assert.ok((await stored()) >= acknowledged, `${await stored()} of ${acknowledged}`)
  })

  test('has lost nothing after a power cut', async () => {
    await platform.kill()
    await platform.start()
    assert.ok((await stored()) >= acknowledged, `${await stored()} of ${acknowledged}`)
  })
})
