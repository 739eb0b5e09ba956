// Why does my station not arrive? A logger sends before anybody registered it. Its raw frames say so; once it has a device
// and a series they are read again, and its readings come in under the time at which they were measured, once.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { Client, serverErrors } from './support/client.mjs'
import { frame, localTime } from './support/hj212.mjs'
import { BINARY, Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { until } from './support/waiting.mjs'

const STATION = '64018100000000DE30009999'
let platform, admin, device, series

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
})
after(() => platform?.remove())

const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000)

const report = (at, value) => frame(`QN=${localTime(at)}001;ST=32;CN=2011;PW=geheim;MN=${STATION};Flag=5;CP=&&DataTime=${localTime(at)};w01018-Rtd=${value},w01018-Flag=N&&`)
async function send(...frames) {
  const socket = connect(platform.hj212.port, platform.hj212.host)
  await once(socket, 'connect')
  socket.end(frames.join(''))
  socket.resume()
  await once(socket, 'close')
}
const sender = async () => (await admin.get('/senders')).items.find((one) => one.sender === STATION)

describe('raw frames', () => {
  test('whoever is not registered is found by what it sends', async () => {
    const damaged = report(minutesAgo(5), '9.00').replace('9.00', '8.00')
    await send(report(minutesAgo(30), '36.10'), report(minutesAgo(20), '36.20'), damaged)
    const found = await until(async () => ((await sender())?.frames >= 3 ? sender() : null), { what: 'the frames of a stranger' })
    assert.deepEqual([found.protocol, found.frames, found.peer], ['hj212', 3, '127.0.0.1'])
    const { items } = await admin.get(`/senders/${STATION}/frames`)
    assert.deepEqual(items.map((one) => [one.verdict, one.code]), [['refused', 'bad_checksum'], ['not_registered', null], ['not_registered', null]])
    assert.ok(items.every((one) => one.text.includes('PW=******') && !one.text.includes('geheim')), 'no password is kept')
    assert.equal(items[1].decoded[0].MN ?? items[1].decoded[0].mn, STATION)
    assert.equal((await admin.get(`/senders/${STATION}/frames?verdict=refused`)).items.length, 1)
    assert.equal((await admin.get(`/senders/${STATION}/frames?q=36.20`)).items.length, 1)
    assert.equal((await admin.get(`/senders/${STATION}/frames?q=33%2036%202e%2031`)).items.length, 1, 'hexadecimal digits')
    const page = await admin.get(`/senders/${STATION}/frames?limit=2`)
    assert.equal((await admin.get(`/senders/${STATION}/frames?limit=2&cursor=${page.next}`)).items.length, 1)
  })

  test('registered, its frames are read again: under their own time, and once', async () => {
    if (STORE === 'sqlite') await seenUnregistered()
    const like = await admin.record('device', 'DEMO-GW-001')
    device = await admin.call('POST', '/records/device', { code: 'T-FRAMES', name: '示例水质站', division: like.division, enterprise: like.enterprise, location: like.location, attributes: { ...like.attributes, serial: STATION } })
    series = await admin.call('POST', '/series', { device: device.id, code: 'w01018', name: '化学需氧量', unit: 'mg/L' })
    assert.equal(await sender(), undefined, 'no stranger any more')
    const { items } = await admin.get(`/devices/${device.id}/frames`)
    assert.equal(items.length, 3)
    const frames = items.map((one) => one.id)
    for (const round of [1, 2]) {
      const told = await admin.call('POST', `/devices/${device.id}/frames/replay`, { frames })
      assert.deepEqual(told.map((one) => [one.verdict, one.accepted]), [['accepted', 1], ['accepted', 1], ['refused', 0]], `round ${round}`)
      const stored = (await admin.get(`/series/${series.id}/observations`)).items
      assert.deepEqual(stored.map((one) => one.value), ['36.20', '36.10'], 'nothing is doubled')
      assert.ok(Math.abs(Date.parse(stored[1].observed_at) - minutesAgo(30)) < 120_000, stored[1].observed_at)
    }
    const duty = await Client.signIn(platform, 'duty.lingwu')
    await duty.refused('POST', `/devices/${device.id}/frames/replay`, { frames }, 403, 'denied')
    await admin.refused('POST', `/devices/${device.id}/frames/replay`, { frames: [] }, 422)
  })

  test('what is downloaded is what decode reads', async () => {
    const answer = await admin.send('GET', `/devices/${device.id}/frames/file?verdict=not_registered`)
    const told = spawnSync(BINARY, ['decode', 'hj212', '-'], { input: answer.body }).stdout.toString().trim().split('\n').map((line) => JSON.parse(line))
    assert.deepEqual(told.map((one) => one.error), [undefined, undefined])
    assert.match(answer.headers.get('content-disposition'), /frames\.hj212\.txt/)
  })

  test('the page of the device tells it in plain words', { skip: STORE !== 'sqlite' }, async () => {
    const browser = await Browser.start(platform)
    try {
      const page = await browser.signIn('admin')
      await page.goto(`/devices/${device.id}`)
      await page.getByTestId('device-frames-open').click()
      await page.getByTestId('frame').first().waitFor()
      assert.equal(await page.getByTestId('frame').count(), 3)
      await page.getByTestId('frame-open').first().click()
      await page.getByTestId('frame-body').getByText('校验码与内容不符').waitFor()
      assert.match(await page.getByTestId('frame-decoded').textContent(), /bad_checksum|error/)
      await settled(page)
      await browser.picture(page, 'device-frames')
      assert.deepEqual(await browser.faults(page, 'device-frames'), [])
      await page.getByTestId('frames-choose-all').click()
      await page.getByTestId('frames-replay').click()
      await page.getByTestId('frames-replayed').getByText('入库 2 条读数').waitFor()
      await page.getByTestId('frames-show').click()
      await page.getByRole('option', { name: '拒收' }).click()
      await page.waitForFunction(() => document.querySelectorAll('[data-testid=frame]').length === 1)
      await page.setViewportSize({ width: 360, height: 740 })
      await page.getByTestId('device-frames').scrollIntoViewIfNeeded()
      await page.evaluate(() => document.querySelector('[data-testid=device-frames]').scrollIntoView())
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'nothing is wider than the screen')
      await settled(page)
      await browser.picture(page, 'device-frames-narrow')
      assert.deepEqual(browser.complaints, [])
    } finally {
      await browser.close()
    }
    assert.deepEqual(serverErrors, [])
  })
})

/** Beside the quarantine, before anybody registered it. */
async function seenUnregistered() {
  const browser = await Browser.start(platform)
  try {
    const page = await browser.signIn('admin')
    await page.goto('/admin/devices')
    await page.getByTestId('unknown-sender-open').filter({ hasText: STATION }).click()
    await page.getByTestId('frame-open').nth(1).click()
    await page.getByTestId('frame-body').getByText('没有用这个编号登记的设备').waitFor()
    await settled(page)
    await browser.picture(page, 'unknown-senders')
    assert.deepEqual(await browser.faults(page, 'unknown-senders'), [])
  } finally {
    await browser.close()
  }
}
