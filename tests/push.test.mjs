// Platforms of third parties hand readings over as JSON of their own shape, mapped by configuration alone.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client, serverErrors } from './support/client.mjs'
import { BINARY, Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

const TOKEN = 'third-party-token-1'
const KEY = 'third-party-signing-key'
const config = `
[[push]]
name = "hazmat"
token = "${TOKEN}"
readings_path = "/devices/*/points/*"
device_path = "../../sn"
series_path = "tag"
value_path = "val"
time_path = "ts"
unit_path = "unit"
units = { m = 1, cm = 0.01 }
quality_path = "q"
qualities = { "0" = "good", "1" = "fault" }
[push.names]
LEVEL = "level"

[[push]]
name = "wide"
signature_key = "${KEY}"
max_bytes = 2048
requests_per_minute = 5
device = "T-PUSH"
time_path = "time"
properties_path = "values"
except = ["note"]

[[push]]
name = "basic"
username = "gas"
password = "gas-company-password"
device = "T-PUSH"
time_path = "at"
series = "level"
value_path = "v"
`

let platform, admin, series, browser
before(async () => {
  platform = await Platform.start({ config })
  admin = await Client.signIn(platform, 'admin')
  const like = await admin.record('device', 'DEMO-GW-001')
  const record = await admin.call('POST', '/records/device', { code: 'T-PUSH', name: '第三方液位计', division: like.division, enterprise: like.enterprise, location: like.location, attributes: { ...like.attributes, protocol: 'http', serial: 'T-PUSH' } })
  series = await admin.call('POST', '/series', { device: record.id, code: 'level', name: '液位', unit: 'm' })
})
after(async () => {
  await browser?.close()
  await platform?.remove()
})

const post = async (name, body, headers = {}) => {
  const answer = await fetch(`${platform.url}/api/v1/push/${name}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'accept-language': 'en', ...headers } })
  return { status: answer.status, retry: answer.headers.get('retry-after'), body: await answer.json() }
}
const bearer = { authorization: `Bearer ${TOKEN}` }
const point = (rest) => ({ tag: 'LEVEL', unit: 'cm', q: 0, ...rest })
const now = Math.floor(Date.now() / 1000)
const stored = async () => (await admin.get(`/series/${series.id}/observations?limit=50`)).items

describe('platforms of third parties', () => {
  test('a body of their own shape is stored once however often it comes, and rings', async () => {
    await admin.call('POST', '/rules', { series: series.id, name: '液位高', kind: 'high', limit: 5, deadband: 0.1, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'high', enabled: true })
    const body = { devices: [{ sn: 'T-PUSH', points: [point({ val: 130.5, ts: now - 60 }), point({ val: 720.0, ts: now - 30 })] }] }
    for (let round = 0; round < 3; round += 1) {
      const { status, body: told } = await post('hazmat', body, bearer)
      assert.equal(status, 200, JSON.stringify(told))
      assert.deepEqual([told.quarantined, told.wrong], [0, []])
    }
    const values = (await stored()).map((one) => one.value)
    assert.deepEqual(values, ['7.20', '1.305'])
    const alarm = await until(async () => (await admin.get('/alarms?limit=50')).items.find((one) => one.series === series.id), { what: 'the alarm' })
    assert.equal(alarm.active, true)
  })

  test('of a body that is partly wrong the good part is stored, and the rest named with its place', async () => {
    const points = [point({ val: 100, ts: now - 20 }), point({ val: 'viel', ts: now - 19 }), point({ val: 1, ts: 'gestern' }), point({ val: 1, ts: now, unit: 'ft' }), point({ val: 1, ts: now, q: 7 }), point({ tag: 'OTHER', val: 1, ts: now })]
    const { status, body } = await post('hazmat', { devices: [{ sn: 'T-PUSH', points }, { points: [point({ val: 1, ts: now })] }] }, bearer)
    assert.equal(status, 200)
    assert.deepEqual([body.accepted, body.quarantined, body.wrong_count], [1, 1, 5])
    const named = Object.fromEntries(body.wrong.map(({ pointer, message }) => [pointer, message]))
    assert.match(named['/devices/0/points/2/ts'], /gestern/)
    assert.deepEqual(Object.keys(named).sort(), ['/devices/0/points/1/val', '/devices/0/points/2/ts', '/devices/0/points/3/unit', '/devices/0/points/4/q', '/devices/1/sn'])
    const told = (await admin.get('/quarantine?limit=50')).items.find((one) => one.device_key === 'push:hazmat')
    assert.match(told.sample, /\/devices\/0\/points\/2\/ts/)
  })

  test('what holds nothing is refused with the place that is missing, and what is no JSON too', async () => {
    const nothing = await post('hazmat', { data: [] }, bearer)
    assert.deepEqual([nothing.status, nothing.body.errors.map((one) => one.field)], [422, ['/devices']])
    const broken = await post('hazmat', '{"devices":', bearer)
    assert.deepEqual([broken.status, broken.body.code], [422, 'malformed_json'])
    const deep = await post('hazmat', '['.repeat(60) + ']'.repeat(60), bearer)
    assert.deepEqual([deep.status, deep.body.code], [422, 'push_too_deep'])
  })

  test('only with the secret: token, password, signature of exactly this body', async () => {
    assert.equal((await post('hazmat', {})).status, 401)
    assert.equal((await post('hazmat', {}, { authorization: `Bearer ${TOKEN}x` })).status, 401)
    assert.equal((await post('nowhere', {}, bearer)).status, 404)
    const login = (words) => ({ authorization: `Basic ${Buffer.from(words).toString('base64')}` })
    assert.equal((await post('basic', { at: now - 10, v: 1.5 }, login('gas:gas-company-passworD'))).status, 401)
    assert.equal((await post('basic', { at: now - 10, v: 1.5 }, login('gas:gas-company-password'))).status, 200)
    const wide = JSON.stringify({ time: new Date((now - 5) * 1000).toISOString(), values: { level: 2.50, note: 'ok', gone: null } })
    const signature = createHmac('sha256', KEY).update(wide).digest('hex')
    assert.equal((await post('wide', wide.replace('2.5', '9.5'), { 'x-signature': signature })).status, 401)
    const well = await post('wide', wide, { 'x-signature': `sha256=${signature}` })
    assert.deepEqual([well.status, well.body.accepted], [200, 1], JSON.stringify(well.body))
  })

  test('no more than its limits: size and requests', async () => {
    const sign = (body) => ({ 'x-signature': createHmac('sha256', KEY).update(body).digest('base64') })
    const large = JSON.stringify({ time: 1, values: { level: '1'.repeat(3000) } })
    assert.equal((await post('wide', large, sign(large))).status, 413)
    const answers = []
    for (let round = 0; round < 8; round += 1) {
      const body = JSON.stringify({ time: now - 4, values: { level: 2 } })
      answers.push(await post('wide', body, sign(body)))
    }
    const waits = answers.filter((one) => one.status === 429)
    assert.ok(waits.length > 0 && waits.every((one) => Number(one.retry) > 0), JSON.stringify(answers.map((one) => one.status)))
  })

  test('a mapping is tried on a sample before anybody posts, and the page says what passed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fengsui-push-'))
    const [file, sample] = [join(folder, 'fengsui.toml'), join(folder, 'sample.json')]
    writeFileSync(file, config)
    writeFileSync(sample, JSON.stringify({ devices: [{ sn: 'A', points: [point({ val: 130.5, ts: 1782864000 }), point({ val: 1, ts: 'x' })] }] }))
    const tried = (() => { try { execFileSync(BINARY, ['push', 'try', 'hazmat', sample, '--config', file], { encoding: 'utf8' }) } catch (error) { return error } })()
    assert.equal(tried.status, 1)
    assert.match(tried.stdout, /^A {2}level {2}2026-07-01T00:00:00Z {2}1\.305 {2}good\nwrong {2}\/devices\/0\/points\/1\/ts: /)
    rmSync(folder, { recursive: true })
    const hazmat = (await admin.get('/sources/push')).find((one) => one.name === 'hazmat')
    assert.ok(hazmat.figures.accepted > 0 && hazmat.figures.refused > 0 && hazmat.trouble, JSON.stringify(hazmat))
    assert.ok(!JSON.stringify(await admin.get('/configuration')).includes(TOKEN), 'the token is never shown')
  })

  test('by hand: each door with what passed and what last went wrong, on a desk and on a phone', async () => {
    browser = await Browser.start(platform, { card: false })
    const page = await browser.signIn('admin')
    await page.goto('/admin/sources')
    const row = page.getByTestId('push-source').filter({ hasText: 'hazmat' })
    await row.waitFor()
    assert.match(await row.textContent(), /\/api\/v1\/push\/hazmat.*入库/s)
    assert.doesNotMatch(await row.getByTestId('push-trouble').textContent(), /[{}]|push_/)
    await page.screenshot({ path: join(browser.pictures, 'sources.png'), fullPage: true })
    await page.setViewportSize({ width: 360, height: 740 })
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0)
    await page.screenshot({ path: join(browser.pictures, 'sources-phone.png'), fullPage: true })
    assert.deepEqual(browser.complaints, [])
  })

  test('the program fell over nothing', () => assert.deepEqual(serverErrors, []))
})
