// One Map over a hundred thousand enterprises in a real browser, while twenty events a second arrive.
// As a part of bench/run.sh, or alone: `node bench/map.mjs` prints all it saw as JSON.

import { pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { Browser, settled } from '../tests/support/browser.mjs'
import { Client } from '../tests/support/client.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { until } from '../tests/support/waiting.mjs'
import { device } from './alarms.mjs'
import { note, spread } from './figures.mjs'
import { ROWS, take } from './ledger.mjs'
import { Watched } from './watching.mjs'

/** Alarms and changed records, in turn. */
const EVENTS_PER_SECOND = 20
const VIEW = '/map?l=alarms,warnings,incidents,enterprise,rescue_team,shelter,depot'
/** The province, and a place with thousands around it. */
const FAR = `${VIEW}&lon=106.3&lat=38.3&z=8`
const DENSE = `${VIEW}&lon=106.34&lat=38.1&z=12`
/** An interaction is felt as immediate below this. */
const IMMEDIATE_MS = 100

/** Raises and ends an alarm, and changes a record, until told to stop. */
async function traffic(platform, admin) {
  const gate = (await admin.all('/records/device')).find((record) => record.code.startsWith('DEMO-GW-'))
  const probe = await device(platform, admin, gate, 'MAPPROBE')
  await admin.call('POST', '/rules', { series: probe.series, name: '基准高', kind: 'high', limit: 100, deadband: 1, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'urgent', enabled: true })
  const records = (await admin.get('/records/enterprise?q=BENCH&limit=50')).items
  const state = { sent: 0, failed: 0, running: true }
  const change = async (turn) => {
    const record = records[turn % records.length]
    const { id, code, name, division, location, enterprise, attributes, version } = record
    const changed = await admin.send('PUT', `/records/enterprise/${id}`, { json: { code, name, division, location, enterprise, attributes: { ...attributes, employees: 10 + (turn % 900) }, version } })
    if (changed.status >= 300) throw new Error(JSON.stringify(changed.body))
    record.version = changed.body.version
  }
  const alarm = (turn) => {
    probe.at = Math.max(probe.at + 1, Date.now())
    return probe.line.observe(probe.code, [{ series: 'MAPPROBE', observed_at: new Date(probe.at).toISOString(), value: turn % 2 ? '150' : '50' }])
  }
  const send = async (each, offset) => {
    for (let turn = 0; state.running; turn += 1) {
      const began = performance.now()
      await each(turn).then(() => (state.sent += 1), (problem) => {
        state.failed += 1
        state.problem = String(problem)
      })
      await pause(Math.max(0, 2000 / EVENTS_PER_SECOND - (performance.now() - began) + offset))
    }
  }
  const done = Promise.all([send(change, 0), send(alarm, 0)])
  state.stop = async () => {
    state.running = false
    await done
    probe.line.break()
  }
  return state
}

/** What a person does, each on its own. */
function deeds(page, canvas) {
  const middle = { x: canvas.x + canvas.width * 0.5, y: canvas.y + canvas.height * 0.5 }
  const drag = async (dx, dy) => {
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.down()
    await page.mouse.move(middle.x + dx, middle.y + dy, { steps: 24 })
    await page.mouse.up()
  }
  const wheel = async (delta, times) => {
    await page.mouse.move(middle.x, middle.y)
    for (let turn = 0; turn < times; turn += 1) {
      await page.mouse.wheel(0, delta)
      await pause(40)
    }
  }
  return {
    'nothing, only events': () => pause(5_000),
    'pan': async () => {
      for (const [dx, dy] of [[-260, 80], [260, -80], [140, 180], [-140, -180]]) await drag(dx, dy)
      await pause(1_500)
    },
    'zoom by wheel': async () => {
      await wheel(-240, 12)
      await pause(1_500)
      await wheel(240, 12)
      await pause(1_500)
    },
    'layers off and on': async () => {
      for (const name of ['enterprise', 'shelter', 'enterprise', 'shelter']) {
        await page.getByTestId(`layer-${name}`).click()
        await pause(400)
      }
      await page.keyboard.press('Escape')
    },
    'what is here': async () => {
      await page.mouse.click(middle.x + 160, middle.y + 90)
      await page.getByTestId('map-card').waitFor()
      await page.keyboard.press('Escape')
      await pause(300)
    },
    'what is near': async () => {
      await page.mouse.move(middle.x, middle.y)
      await page.keyboard.press('r')
      await page.getByTestId('near-item').first().waitFor()
      await page.getByTestId('near-ring-10000').click()
      await pause(1_500)
      await page.keyboard.press('Escape')
      await pause(300)
    },
    'list beside the map': async () => {
      await page.keyboard.press('b')
      await page.getByTestId('list-row').first().waitFor()
      await page.keyboard.press('b')
      await pause(300)
    },
    'search by name': async () => {
      await page.getByTestId('map-search').pressSequentially('示例宁东', { delay: 60 })
      await page.getByTestId('map-hit').first().waitFor()
      await page.getByTestId('map-search').fill('')
    },
  }
}

/** Everything that a person does on a map over that many points; the ledger is already full. */
export async function look(platform, admin) {
  const browser = await Browser.start(platform)
  const load = await traffic(platform, admin)
  try {
    const page = await browser.signIn('admin')
    const watched = await Watched.start(page)
    const tiles = []
    page.on('requestfinished', (request) => /\/tiles\/enterprise\//.test(request.url()) && tiles.push(request.timing().responseEnd))
    const began = Date.now()
    const open = async (view) => {
      const before = tiles.length
      await page.goto(view)
      await page.getByTestId('count-enterprise').waitFor()
      await until(() => tiles.length > before + 3, { what: 'the first tiles', within: 60_000 })
      await settled(page)
    }
    await open(FAR)
    const facts = { rows: ROWS, first_view_ms: Date.now() - began, deeds: {} }
    const canvas = await page.getByTestId('map-canvas').boundingBox()
    const { sent } = load
    const from = performance.now()
    for (const [name, deed] of Object.entries(deeds(page, canvas))) {
      console.error(`  ${name}`)
      if (name === 'what is here') await open(DENSE)
      facts.deeds[name] = await watched.during(deed)
      await browser.picture(page, `bench-${name.replace(/\W+/g, '-')}`)
    }
    facts.events_per_second = Number((((load.sent - sent) / (performance.now() - from)) * 1000).toFixed(1))
    facts.refused_events = load.failed && load.problem
    facts.tiles_ms = spread(tiles)
    facts.complaints = browser.complaints
    return facts
  } finally {
    await load.stop()
    await browser.close()
  }
}

/** Rendering without a graphics card is this machine's share; the limit is for what our script holds up. */
function tell(facts) {
  const worst = (list) => Math.max(0, ...list)
  for (const [name, { input_to_paint_ms, input_to_handled_ms, gesture_to_frame_ms, long_tasks, main_thread_ms }] of Object.entries(facts.deeds)) {
    const shown = [input_to_handled_ms && `input to handled ${input_to_handled_ms.max} ms`, input_to_paint_ms && `to paint ${input_to_paint_ms.max} ms`, gesture_to_frame_ms && `gesture to frame p50 ${gesture_to_frame_ms.p50}, p99 ${gesture_to_frame_ms.p99} ms`]
    const thread = `${long_tasks.length} tasks above 50 ms, longest ${worst(long_tasks.map((task) => task.ms))} ms; main thread: script ${main_thread_ms.script} ms, graphics ${main_thread_ms.graphics} ms, browser ${main_thread_ms.browser} ms`
    note(`map, ${name}: longest script in one task`, worst(long_tasks.map((task) => task.script + task.collector)), 'ms', { limit: IMMEDIATE_MS, detail: [...shown.filter(Boolean), thread].join('; ') })
  }
  note('map: enterprise tile in the browser, p99', facts.tiles_ms.p99, 'ms', { detail: `p50 ${facts.tiles_ms.p50.toFixed(0)} ms, ${facts.tiles_ms.count} tiles, ${facts.events_per_second} events/s arriving` })
}

/** The part of bench/run.sh. */
export async function map() {
  const platform = await Platform.start()
  try {
    const admin = await Client.signIn(platform, 'admin')
    await take(platform, admin)
    const facts = await look(platform, admin)
    tell(facts)
    return facts
  } finally {
    await platform.remove()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(JSON.stringify(await map(), null, 2))
