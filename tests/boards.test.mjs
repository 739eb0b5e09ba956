// Boards of the sectors: the worst first and why, within what a person may see, a board of one's own by a file; by hand
// on a desk and in a hand.

import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, gateway, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

const OWN = `
id = "tanks"
sector = "other"
order = 5
title = { zh = "示例液氨储罐", en = "Ammonia tanks" }
note = { zh = "本单位自定义看板", en = "A board of our own" }
figures = ["objects", "tally"]
columns = ["category", "chemical"]
tally = "category"
worst = ["alarms", "tally"]
[objects]
kind = "installation"
filter = ["chemical:eq:液氨"]
`
let platform, admin, duty, gate, browser, desk, phone
const faults = []

before(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fengsui-boards-'))
  writeFileSync(join(directory, 'tanks.toml'), OWN)
  platform = await Platform.start({ config: `boards = ${JSON.stringify(directory)}\n` })
  admin = await Client.signIn(platform, 'admin')
  duty = await Client.signIn(platform, 'duty.lingwu')
  gate = await gateway(platform, admin)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const send = (value) => gate.connection.observe(gate.code, [{ series: 'XMEAS_01', observed_at: new Date().toISOString(), value: String(value) }])
const first = async (client, board = 'major-hazards') => (await client.get(`/boards/${board}/objects?limit=1`)).items[0]
async function look(page, name) {
  await browser.look(page, name, faults)
  await browser.fits(page, name)
}

steps('boards of the sectors', (step) => {
  step('the boards of the program and the one of the bureau are there, in their order', async () => {
    const boards = await admin.get('/boards')
    assert.deepEqual(boards.map(({ board }) => board.id), ['tanks', 'major-hazards', 'mines', 'natural-hazards', 'lifelines', 'fire', 'vehicles'])
    const hazards = boards[1].figures
    assert.equal(hazards.objects, 19)
    assert.deepEqual(hazards.tally.map(({ value }) => value), ['grade_1', 'grade_2', 'grade_3', 'grade_4'])
    assert.ok(boards[0].figures.objects > 0 && boards[0].figures.tally[0].value === 'tank')
    assert.equal(boards.find(({ board }) => board.id === 'vehicles').figures.objects, 0, 'nobody sends a place yet')
    await admin.refused('GET', '/boards/no-such', undefined, 404)
    await admin.refused('GET', '/boards/mines/objects?division=x', undefined, 422)
  })

  step('an alarm puts its enterprise first and says why; acknowledged it says so', async () => {
    await send(0.25)
    await send(0.01)
    const worst = await until(async () => { const one = await first(duty); return one.worst && one }, { what: 'the enterprise in trouble' })
    assert.deepEqual([worst.code, worst.worst, worst.troubled], [CODES.enterprise, 'urgent', true])
    const reason = worst.reasons[0]
    assert.deepEqual([reason.kind, reason.priority, reason.waiting], ['alarms', 'urgent', reason.count])
    const risk = worst.risk
    assert.deepEqual([risk.model, risk.score, risk.level], ['enterprise-1', 85, 'general'], JSON.stringify(risk))
    assert.equal(risk.contributions.reduce((sum, one) => sum + one.points, 0), 15, 'every point is told')
    assert.ok(worst.waiting_since && !('phone' in worst.attributes))
    const alarms = await duty.get('/boards/major-hazards/alarms?limit=5')
    assert.equal(alarms.items[0].id, worst.first_alarm)
    assert.equal((await duty.get('/boards/mines/alarms')).items.length, 0, 'a chemical plant is no mine')
    for (const alarm of alarms.items) await duty.call('POST', `/alarms/${alarm.id}/acknowledge`, {})
    const known = await first(duty)
    assert.deepEqual([known.code, known.waiting_since, known.reasons[0].waiting], [CODES.enterprise, null, 0])
    await send(0.25)
    await until(async () => !(await first(duty)).worst, { what: 'the enterprise well again' })
  })

  step('a person sees what lies in their own division, an enterprise only itself', async () => {
    const all = await admin.get('/boards/major-hazards')
    const own = await duty.get('/boards/major-hazards')
    assert.ok(own.figures.objects < all.figures.objects && own.figures.objects > 0)
    const neighbour = await Client.signIn(platform, 'duty.pingluo')
    assert.ok((await neighbour.get('/boards/major-hazards/objects?limit=500')).items.every((one) => one.division.startsWith('640221')))
    const safety = await Client.signIn(platform, 'safety.ent001')
    assert.deepEqual((await safety.get('/boards/major-hazards/objects')).items.map((one) => one.code), [CODES.enterprise])
    const narrowed = await admin.get(`/boards/major-hazards?division=${CODES.county}`)
    assert.equal(narrowed.figures.objects, own.figures.objects)
  })

  step('the board is read and acted on by hand, and follows by itself', async () => {
    browser = await Browser.start(platform)
    desk = await browser.signIn('duty.lingwu')
    await desk.goto('/boards')
    await desk.getByTestId('board-major-hazards').waitFor()
    await look(desk, 'boards')
    await desk.getByTestId('board-major-hazards').click()
    await desk.getByTestId('board-object').first().waitFor()
    await send(0.01)
    const row = desk.getByTestId('board-alarms').getByTestId('alarm-row').first()
    await row.waitFor()
    await desk.locator(`[data-testid=board-object][data-code=${CODES.enterprise}]`).getByTestId('board-why').getByText(/未确认，最久/).first().waitFor()
    await desk.getByTestId('board-map').waitFor()
    await desk.getByTestId('risk-value').first().locator('summary').click()
    await desk.getByText('一级重大危险源').first().waitFor()
    await look(desk, 'board-major-hazards')
    await desk.getByTestId('board-handle').first().click()
    await desk.getByTestId('alarm-explanation').waitFor()
    await desk.keyboard.press('Escape')
    await row.getByTestId('row-acknowledge').click()
    await desk.getByTestId('board-why').getByText(/个紧急告警，已确认/).first().waitFor()
    await desk.getByTestId('board-troubled').click()
    await until(async () => (await desk.getByTestId('board-object').count()) === 1, { what: 'only trouble' })
    assert.match(desk.url(), /troubled=yes/)
    await desk.goto('/boards/vehicles')
    await desk.getByText('尚无监测对象').first().waitFor()
    await look(desk, 'board-empty')
    await desk.goto('/boards/no-such')
    await desk.getByTestId('state-error').waitFor()
  })

  step('on a phone it is one column', async () => {
    phone = await browser.signIn('duty.lingwu', { phone: true })
    await phone.goto('/boards/major-hazards')
    await phone.getByTestId('board-object').first().waitFor()
    await look(phone, 'board-phone')
    await phone.goto('/boards')
    await phone.getByTestId('board-major-hazards').waitFor()
    await look(phone, 'boards-phone')
    assert.deepEqual(faults, [])
    assert.deepEqual(browser.complaints.filter((one) => !one.includes('/boards/no-such')), [])
  })
}, { onFailure: async () => browser?.pictureAll() })
