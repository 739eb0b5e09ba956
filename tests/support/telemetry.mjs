// The recorded data of the demonstration, as its gateway and its logger send them.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'

const file = (path) => readFileSync(fileURLToPath(new URL(`../../data/${path}`, import.meta.url)))

/** Rows of the published run (fault 6: loss of the A feed after sample 160), as decimal text. */
export function tennesseeEastman() {
  const [head, ...rows] = gunzipSync(file('telemetry/tep_demo.csv.gz')).toString('utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  return rows.map((line) => Object.fromEntries(line.split(',').map((value, at) => [names[at], value])))
}

/** The observations of one sample, for the codes given, as if they were measured now. */
export function observations(sample, codes, at = new Date()) {
  const rows = tennesseeEastman()
  const row = rows.find((candidate) => Number(candidate.sample) === sample)
  return codes.map((series) => ({ series, observed_at: at.toISOString(), value: row[series] }))
}

/** The frames of the vent's logger: their text and the values inside. */
export function loggerFrames() {
  return file('demo/hj212_frames.txt').toString('utf8').trim().split(/\r?\n/).map((line) => {
    const values = Object.fromEntries([...line.matchAll(/(a\d{5})-Rtd=([^,;&]+)/g)].map((found) => [found[1], found[2]]))
    return { line, mn: /MN=([^;]+)/.exec(line)[1], values }
  })
}

/** Series as the demonstration registers them. */
export function seriesOf(device) {
  const lines = file('demo/series.jsonl').toString('utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line)).filter((series) => series.device === device)
}
