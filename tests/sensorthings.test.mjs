// OGC SensorThings 1.1: devices and series as entities, what is asked of them, observations handed in, and a public
// client library at work.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { Publisher } from './support/mqtt-publisher.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, token, duty, thing, level, flow
const start = Math.floor(Date.now() / 60_000) * 60_000 - 24 * 3_600_000
const at = (minute) => new Date(start + minute * 60_000).toISOString()
const stream = (series) => `/Datastreams('${series.id}')`
const root = () => `${platform.url}/sta/v1.1`

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  duty = await Client.signIn(platform, 'duty.lingwu')
  token = (await admin.call('POST', '/tokens', { name: 'sensorthings' })).token
  const like = await admin.record('device', 'DEMO-GW-001')
  thing = await admin.call('POST', '/records/device', { code: 'T-STA', name: "O'Neil 示例水位站", division: like.division, enterprise: like.enterprise, location: { lon: 106.5, lat: 38.25 }, attributes: { ...like.attributes, serial: 'STA-1' } })
  level = await admin.call('POST', '/series', { device: thing.id, code: 'Z', name: '水位', unit: 'm' })
  flow = await admin.call('POST', '/series', { device: thing.id, code: 'Q', name: '流量', unit: 'm³/s' })
})
after(() => platform?.remove())

const ask = (path, { who = admin, ...options } = {}) => who.send('GET', `//sta/v1.1${encodeURI(path)}`, options)
async function get(path, options) {
  const answer = await ask(path, options)
  assert.equal(answer.status, 200, `${path} → ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const values = async (path, options) => (await get(path, options)).value
const post = (path, json, { who = admin, ...options } = {}) => who.send('POST', `//sta/v1.1${path}`, { json, ...options })
async function refused(method, path, json, status, reason, { who = admin, ...options } = {}) {
  const answer = await who.send(method, `//sta/v1.1${path}`, { json, ...options })
  assert.deepEqual([answer.status, answer.body?.code, answer.body?.type, answer.body?.reason], [status, status, 'error', reason], `${method} ${path} → ${answer.status} ${JSON.stringify(answer.body)}`)
  assert.ok(answer.body.message.length > 3 && !/[{}]/.test(answer.body.message), answer.body.message)
  return answer.body
}
/** Every entity of a set, page by page. */
async function all(path) {
  const items = []
  for (let next = `${root()}${encodeURI(path)}`; next; ) {
    assert.ok(next.startsWith(root()), next)
    const page = await admin.get(`/${next.slice(platform.url.length)}`)
    items.push(...page.value)
    next = page['@iot.nextLink']
    assert.ok(items.length < 10_000, 'the pages come to an end')
  }
  return items
}
const rows = (series, list) => ({ Datastream: { '@iot.id': series.id }, components: ['phenomenonTime', 'result'], 'dataArray@iot.count': list.length, dataArray: list })

describe('who may ask', () => {
  test('nobody unknown; a token as bearer or as password, but no password of a person', async () => {
    const nobody = new Client(platform.url)
    const answer = await nobody.send('GET', '//sta/v1.1/Things')
    assert.deepEqual([answer.status, answer.body.reason, answer.headers.get('www-authenticate')], [401, 'not_signed_in', 'Bearer realm="sensorthings"'])
    const basic = (user, password) => ({ headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } })
    assert.equal((await nobody.send('GET', '//sta/v1.1', { headers: { authorization: `Bearer ${token}` } })).status, 200)
    assert.equal((await nobody.send('GET', '//sta/v1.1/', basic('anything', token))).status, 200)
    for (const wrong of [basic('admin', platform.passwords.get('admin')), basic('admin', ''), basic('admin', 'fengsui_x'), { headers: { authorization: 'Basic ???' } }]) {
      const refusal = await nobody.send('GET', '//sta/v1.1/Things', wrong)
      assert.deepEqual([refusal.status, refusal.body.reason], [401, 'bad_token'])
    }
  })

  test('each sees what is theirs', async () => {
    const elsewhere = await Client.signIn(platform, 'duty.pingluo')
    assert.deepEqual((await values(`/Things?$filter=id eq '${thing.id}'`, { who: elsewhere })), [])
    assert.equal((await ask(`/Things('${thing.id}')`, { who: elsewhere })).status, 404)
    assert.equal((await ask(`${stream(level)}/Observations`, { who: elsewhere })).status, 404)
    const safety = await Client.signIn(platform, 'safety.ent001')
    const own = new Set((await values('/Things?$top=1000', { who: safety })).map((it) => it.properties.enterprise))
    assert.equal(own.size, 1, `one enterprise: ${[...own]}`)
    assert.equal((await ask(`/Things('${thing.id}')`, { who: duty })).status, 200)
  })
})

describe('entities', () => {
  test('the root names the sets and what of the standard is served', async () => {
    const { value, serverSettings } = await get('')
    assert.deepEqual(value.map(({ name }) => name), ['Things', 'Locations', 'HistoricalLocations', 'Datastreams', 'Sensors', 'ObservedProperties', 'Observations', 'FeaturesOfInterest'])
    assert.ok(serverSettings.conformance.includes('http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel'))
    for (const { name, url } of value) {
      const page = await admin.get(`/${url.slice(platform.url.length)}?$top=2&$count=true`)
      assert.ok(Array.isArray(page.value) && page['@iot.count'] >= page.value.length, name)
      for (const entity of page.value) assert.equal((await admin.get(`/${entity['@iot.selfLink'].slice(platform.url.length)}`))['@iot.id'], entity['@iot.id'])
    }
  })

  test('a device is a thing, its series are datastreams', async () => {
    const it = await get(`/Things('${thing.id}')?$expand=Locations,HistoricalLocations,Datastreams($orderby=name;$expand=ObservedProperty,Sensor;$select=name,unitOfMeasurement,properties)`)
    assert.equal(it.name, "O'Neil 示例水位站")
    assert.deepEqual([it.properties.code, it.properties.serial, it.properties.division], ['T-STA', 'STA-1', thing.division])
    assert.deepEqual(it.Locations[0].location, { type: 'Point', coordinates: [106.5, 38.25] })
    assert.ok(Date.parse(it.HistoricalLocations[0].time) > start)
    assert.deepEqual(it.Datastreams.map(({ name }) => name).sort(), ['水位', '流量'].sort())
    const water = it.Datastreams.find(({ name }) => name === '水位')
    assert.deepEqual(water.unitOfMeasurement, { name: 'm', symbol: 'm', definition: 'ucum:m' })
    assert.equal(water.description, undefined, 'only what was selected')
    assert.deepEqual([water.ObservedProperty.properties.code, water.Sensor.encodingType], ['Z', 'text/html'])
    const same = await get(`/ObservedProperties('${water.ObservedProperty['@iot.id']}')/Datastreams?$select=id`)
    assert.ok(same.value.some((found) => found['@iot.id'] === level.id))
  })

  test('paths, properties, addresses, counts', async () => {
    assert.equal((await get(`/Things('${thing.id}')${stream(level)}/Thing/Locations('${thing.id}')/Things('${thing.id}')/name`)).name, "O'Neil 示例水位站")
    const value = await ask(`/Things('${thing.id}')/properties/code/$value`)
    assert.deepEqual([value.type.split(';')[0], value.body], ['text/plain', 'T-STA'])
    assert.deepEqual(await get(`${stream(level)}/unitOfMeasurement/symbol`), { symbol: 'm' })
    assert.deepEqual(await get(`${stream(level)}/Thing/$ref`), { '@iot.selfLink': `${root()}/Things('${thing.id}')` })
    const references = await values(`/Things('${thing.id}')/Datastreams/$ref`)
    assert.deepEqual(references.map((it) => it['@iot.selfLink']).sort(), [level, flow].map((it) => `${root()}${stream(it)}`).sort())
    assert.equal((await ask(`/Things('${thing.id}')/Datastreams/$count`)).body, '2')
    assert.equal((await ask(`/Things('${thing.id}')${stream({ id: thing.id })}`)).status, 404)
    assert.equal((await ask('/Things(1)')).status, 404)
    assert.equal((await ask(`/Observations('${level.id}:12345')`)).status, 404)
  })

  test('every page of a set once', async () => {
    const found = await all('/Datastreams?$top=7&$orderby=name desc&$select=name')
    const { '@iot.count': count } = await get('/Datastreams?$count=true&$top=0')
    assert.deepEqual([found.length, new Set(found.map((it) => it['@iot.id'])).size], [count, count])
    const names = found.map(({ name }) => name)
    assert.deepEqual(names, [...names].sort((one, two) => Buffer.compare(Buffer.from(two), Buffer.from(one))))
  })
})

describe('observations handed in', () => {
  test('one: durable when answered, found at its address', async () => {
    const answer = await post('/Observations', { phenomenonTime: at(0), resultTime: at(1), result: 12.3, resultQuality: 'good', parameters: { flag: 'N' }, Datastream: { '@iot.id': level.id } })
    const location = `${root()}/Observations('${level.id}:${start}')`
    assert.deepEqual([answer.status, answer.headers.get('location'), answer.body['@iot.selfLink']], [201, location, location])
    const found = await get(`/Observations('${level.id}:${start}')?$expand=Datastream,FeatureOfInterest`)
    assert.deepEqual([found.result, Date.parse(found.phenomenonTime), found.resultQuality, found.Datastream.name], [12.3, start, 'good', '水位'])
    assert.equal(found.FeatureOfInterest.feature.type, 'Point')
    assert.equal((await admin.get(`/series/${level.id}`)).last.value, '12.3')
    const span = await post(`${stream(level)}/Observations`, undefined, { body: `{"phenomenonTime":"${at(0)}/${at(60)}","result":12.50}` })
    assert.equal(span.status, 201)
    assert.match(span.headers.get('location'), new RegExp(`:${start + 3_600_000}'\\)$`), 'known at the end of its span')
    const missing = await post(`${stream(flow)}/Observations`, { phenomenonTime: at(0), result: null })
    assert.equal(missing.status, 201)
    const [none] = await values(`${stream(flow)}/Observations`)
    assert.deepEqual([none.result, none.resultQuality], [null, 'missing'])
    assert.equal((await post(`${stream(flow)}/Observations`, { result: 5.25 })).status, 201, 'now, if no time is given')
  })

  test('what cannot be stored is refused and seen in the quarantine', async () => {
    await refused('POST', `${stream(level)}/Observations`, { phenomenonTime: at(2), result: 'high' }, 400, 'sta_quarantined')
    await refused('POST', `${stream(level)}/Observations`, { phenomenonTime: '1999-01-01T00:00:00Z', result: 1 }, 400, 'sta_quarantined')
    await refused('POST', '/Observations', { result: 1, Datastream: { '@iot.id': 'w01018-sw1' } }, 404, 'not_found')
    const waiting = await admin.all('/quarantine')
    assert.ok(waiting.some((it) => it.device_key === 'T-STA' && it.reason === 'bad_value' && it.protocol === 'sensorthings'))
    assert.ok(waiting.some((it) => it.code === 'w01018-sw1' && it.reason === 'unknown_series'))
    for (const [json, reason, part] of [
      [{ result: 1, phenomenonTime: 'today' }, 'sta_bad_time', 'body/phenomenonTime'],
      [{ result: 1, resultQuality: 'splendid' }, 'sta_bad_choice', 'body/resultQuality'],
      [{ phenomenonTime: at(2) }, 'sta_required', 'body/result'],
      [{ result: 1, size: 2 }, 'sta_unknown_property', 'body/size'],
    ]) assert.equal((await refused('POST', `${stream(level)}/Observations`, json, 400, reason)).part, part)
    await refused('POST', '/Observations', { result: 1 }, 400, 'sta_required')
    const broken = await admin.send('POST', '//sta/v1.1/Observations', { body: '{"result":1.0,' })
    assert.deepEqual([broken.status, broken.body.reason, broken.body.at], [400, 'sta_bad_json', 14])
    const large = await admin.send('POST', '//sta/v1.1/Observations', { body: `{"result":"${'x'.repeat(3_000_000)}"}` })
    assert.equal(large.status, 413)
  })

  test('rows: each has its own answer, in order', async () => {
    const good = Array.from({ length: 1200 }, (_, minute) => [at(minute + 61), minute])
    const bad = [['today', 1], [at(5)], [at(5), 'x']]
    const answer = await post('/CreateObservations', [rows(level, good), rows(level, bad), rows({ id: 1 }, [[at(0), 1]]), rows(flow, [[at(1), 0.5], [at(2), '0.50']])])
    assert.equal(answer.status, 201)
    assert.equal(answer.body.length, 1206)
    assert.deepEqual(answer.body.slice(1200), ['error', 'error', 'error', 'error', ...[1, 2].map((minute) => `${root()}/Observations('${flow.id}:${start + minute * 60_000}')`)])
    assert.ok(answer.body.slice(0, 1200).every((link) => link.startsWith(`${root()}/Observations('${level.id}:`)))
    const seen = (await admin.all('/quarantine')).find((it) => it.reason === 'malformed_payload' && it.protocol === 'sensorthings')
    assert.match(seen.sample, /dataArray/)
    await refused('POST', '/CreateObservations', {}, 400, 'sta_bad_json')
    await refused('POST', '/CreateObservations', [rows(level, Array(10_001).fill([1]))], 400, 'sta_too_many_rows')
  })

  test('not by those without the right; nothing else is changed here', async () => {
    await refused('POST', `${stream(level)}/Observations`, { result: 1 }, 403, 'denied', { who: duty })
    await refused('POST', '/CreateObservations', [rows(level, [[at(0), 1]])], 403, 'denied', { who: duty })
    const deep = { name: '雨量站', description: '', Datastreams: [] }
    await refused('POST', '/Things', deep, 403, 'sta_read_only')
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      await refused(method, `/Things('${thing.id}')`, { name: 'x' }, 403, 'sta_read_only')
      await refused(method, `/Observations('${level.id}:${start}')`, {}, 403, 'sta_read_only')
    }
    await refused('GET', '/CreateObservations', undefined, 405, 'method_not_allowed')
    assert.equal((await get(`/Things('${thing.id}')`)).name, "O'Neil 示例水位站")
  })
})

describe('questions', () => {
  test('observations in the order of time, every page once, both ways', async () => {
    const path = `${stream(level)}/Observations?$top=500&$select=result,phenomenonTime`
    const newest = await all(path)
    assert.equal(newest.length, 1202)
    const times = newest.map((it) => Date.parse(it.phenomenonTime))
    assert.deepEqual(times, [...new Set(times)].sort((one, two) => two - one))
    const oldest = await all(`${path}&$orderby=phenomenonTime asc`)
    assert.deepEqual(oldest.map((it) => it['@iot.id']), newest.map((it) => it['@iot.id']).reverse())
    const both = await all(`/Observations?$top=300&$filter=Datastream/Thing/id eq '${thing.id}'`)
    assert.deepEqual([both.length, new Set(both.map((it) => it['@iot.id'])).size], [1202 + 4, 1202 + 4])
    const largest = await values(`${stream(level)}/Observations?$top=2&$orderby=result desc&$skip=1`)
    assert.deepEqual(largest.map(({ result }) => result), [1198, 1197])
    const counted = await get(`${stream(level)}/Observations?$count=true&$top=1&$filter=result lt 100`)
    assert.equal(counted['@iot.count'], 102)
  })

  test('a datastream knows its span', async () => {
    const { phenomenonTime } = await get(stream(level))
    assert.deepEqual(phenomenonTime.split('/').map((it) => Date.parse(it)), [start, start + 1260 * 60_000])
  })

  test('rows of values', async () => {
    const [{ components, dataArray, ...group }] = await values(`${stream(level)}/Observations?$resultFormat=dataArray&$top=3&$select=id,result`)
    assert.deepEqual([components, dataArray.length, dataArray[0][1]], [['id', 'result'], 3, 1199])
    assert.equal(group['Datastream@iot.navigationLink'], `${root()}${stream(level)}`)
  })

  test('conditions hold for what they say', async () => {
    const count = async (set, filter) => (await get(`${set}?$top=0&$count=true&$filter=${filter}`))['@iot.count']
    const own = `${stream(level)}/Observations`
    for (const [set, filter, expected] of [
      [own, 'result ge 1190', 10],
      [own, '(result add 1) mul 2 gt 2000 and not (result eq 1000)', 199],
      [own, 'result add 1 mul 2 eq 1199', 1],
      [own, `phenomenonTime ge ${at(61)} and phenomenonTime lt ${at(71)}`, 10],
      [own, `phenomenonTime gt ${at(61)} and (result mod 2) eq 0 and result le 10`, 5],
      [own, `${at(63)} ge phenomenonTime`, 5],
      [own, 'result eq null', 0],
      [own, "resultQuality eq 'good'", 1202],
      [own, "parameters/text eq '12.50'", 1],
      [own, `phenomenonTime gt now() sub duration'PT1M'`, 0],
      ['/Observations', `Datastream/id eq '${level.id}' and result eq 7`, 1],
      ['/Observations', "Datastream/Thing/properties/code eq 'T-STA' and Datastream/ObservedProperty/properties/code eq 'Q' and result eq 0.5", 2],
      ['/Things', "properties/code eq 'T-STA'", 1],
      ['/Things', "startswith(name, 'O''Neil') and endswith(name, '站') and length(properties/code) eq 5", 1],
      ['/Things', "substringof('T-STA', description) and tolower(properties/code) eq 't-sta'", 1],
      ['/Things', "Datastreams/properties/code eq 'Z'", 1],
      ['/Things', "st_within(Locations/location, geography'POLYGON ((106.49 38.24, 106.51 38.24, 106.51 38.26, 106.49 38.26, 106.49 38.24))')", 1],
      ['/Locations', "geo.distance(location, geography'POINT (106.5 38.25)') lt 0.001", 1],
      ['/Datastreams', "unitOfMeasurement/symbol eq 'm³/s' and Thing/properties/serial eq 'STA-1'", 1],
      ['/HistoricalLocations', `year(time) ge 2026 and Thing/id eq '${thing.id}'`, 1],
    ]) assert.equal(await count(set, filter), expected, `${set} ${filter}`)
  })

  test('the newest value of each datastream in one question', async () => {
    const { value } = await get(`/Things?$filter=id eq '${thing.id}'&$select=name&$expand=Datastreams($select=name;$expand=Observations($top=1;$orderby=phenomenonTime desc;$select=result))`)
    const newest = Object.fromEntries(value[0].Datastreams.map((it) => [it.name, it.Observations[0].result]))
    assert.deepEqual(newest, { 水位: 1199, 流量: 5.25 })
    const [water] = value[0].Datastreams.filter(({ name }) => name === '水位')
    const next = water['Observations@iot.nextLink']
    assert.equal((await admin.get(`/${next.slice(platform.url.length)}`)).value[0].result, 1198)
  })

  test('what is wrong is named with its place', async () => {
    const part = (name, text) => `/Things?${name}=${encodeURIComponent(text)}`
    for (const [path, status, reason, where, place] of [
      [part('$filter', "name eq 'x"), 400, 'sta_unclosed_text', '$filter', 8],
      [part('$filter', 'nme eq 1'), 400, 'sta_unknown_property', '$filter', 0],
      [part('$filter', '('.repeat(2000)), 400, 'sta_too_deep', '$filter', 24],
      [part('$filter', 'true and '.repeat(700)), 400, 'sta_too_long', '$filter'],
      [part('$filter', 'Datastreams/Observations/result gt 1'), 400, 'sta_not_supported', '$filter', 12],
      [part('$expand', 'Datastreams($filter=nme eq 1)'), 400, 'sta_unknown_property', '$expand', 20],
      [part('$expand', Array(7).fill('Datastreams/Thing').join('/')), 400, 'sta_too_deep', '$expand'],
      [part('$top', '-1'), 400, 'sta_bad_number', '$top', 0],
      [part('$orderby', 'size'), 400, 'sta_unknown_property', '$orderby', 0],
      [part('$search', 'x'), 400, 'sta_unknown_option', '$search', 0],
      [`/Things('${thing.id}')?$top=1`, 400, 'sta_option_misplaced', '$top', 0],
      ['/Observations?$skipToken=abc', 400, 'sta_bad_choice', '$skipToken', 0],
      ['/Thingz', 404, 'sta_unknown_resource', 'path', 0],
      ['/Things/name', 404, 'sta_unknown_resource', 'path', 7],
      ['/Things(abc)', 404, 'sta_bad_id', 'path', 6],
      ['/Things?$filter=%ff', 400, 'sta_unreadable', 'query', 0],
    ]) {
      const body = await refused('GET', path, undefined, status, reason)
      assert.deepEqual([body.part, place ?? body.at], [where, body.at], path)
    }
    const english = await refused('GET', '/Things?$top=x', undefined, 400, 'sta_bad_number', { language: 'en' })
    assert.match(english.message, /^\$top, character 0: a whole number/)
  })
})

/** Runs the public client library; `skip` tells why it could not. */
function publicClient(...words) {
  return new Promise((resolve) => {
    const child = spawn(new URL('./frost-client.sh', import.meta.url).pathname, words)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    child.on('close', (code) => resolve({ code, output }))
  })
}

test('frost_sta_client from PyPI reads, filters, expands and hands in', async (t) => {
  const { code, output } = await publicClient(root(), token, thing.id, level.id)
  if (code === 77) return t.skip(output.trim())
  assert.equal(code, 0, output)
  assert.match(output, /all that was asked holds/)
  const [handed] = await values(`${stream(level)}/Observations?$filter=result eq 77.25`)
  assert.equal(handed.parameters.historical, false)
})

test('over MQTT: what is handed in there is stored, and a subscriber hears it as HTTP tells it', async () => {
  const topic = `v1.1${stream(flow)}/Observations`
  const listener = await Publisher.connect(platform.mqtt, { username: 'program', token })
  const sender = await Publisher.connect(platform.mqtt, { username: 'program', token })
  assert.ok(await listener.subscribe(topic) <= 2)
  assert.equal(await listener.subscribe('v1.1/Things'), 0x80)
  await sender.publish(topic, { result: 31.5, resultQuality: 'uncertain' })
  const [told] = await until(() => listener.told.length > 0 && listener.told, { what: 'the observation' })
  const heard = JSON.parse(told.payload)
  assert.deepEqual([told.topic, heard.result, heard.resultQuality], [topic, 31.5, 'uncertain'])
  assert.deepEqual(await get(`/Observations('${heard['@iot.id']}')`), heard)
  await assert.rejects(Publisher.connect(platform.mqtt, { username: 'admin', token: platform.passwords.get('admin') }))
  await Promise.all([listener.close(), sender.close()])
})

test('nothing broke on the way', () => assert.deepEqual(serverErrors, []))
