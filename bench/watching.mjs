// How a page keeps up with a person: from input to the next frame, long tasks, and who used the main thread.

import { spread } from './figures.mjs'

/** Runs in the page before anything else: keeps what the browser tells about its own slowness. */
function keepWatch() {
  const kept = { interactions: [], gestures: [], long: [], frames: [] }
  globalThis.watch = kept
  const observe = (type, take, options = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, ...options })
  observe('longtask', (entry) => kept.long.push({ at: entry.startTime, ms: entry.duration }))
  observe('long-animation-frame', (entry) => kept.frames.push({ ms: entry.duration, script: entry.scripts.reduce((sum, script) => sum + script.duration, 0), scripts: entry.scripts.map((script) => `${script.invoker} ${script.sourceURL.split('/').pop()}:${script.sourceFunctionName} ${Math.round(script.duration)} ms`) }))
  observe('event', (entry) => {
    if (entry.interactionId) kept.interactions.push({ id: entry.interactionId, name: entry.name, paint: entry.duration, script: entry.processingEnd - entry.startTime })
  }, { durationThreshold: 16, buffered: true })
  // Moves and wheels are no interactions to the browser: from the input to the frame that answers it.
  for (const name of ['pointermove', 'wheel']) {
    addEventListener(name, (event) => {
      if (name === 'pointermove' && event.buttons === 0) return
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => kept.gestures.push(performance.now() - event.timeStamp)
        channel.port2.postMessage(null)
      })
    }, { capture: true, passive: true })
  }
}

/** Setting the canvas's size is the one place where our script waits for the graphics without calling them. */
const GRAPHICS = new Set(['_resizeCanvas'])

/** Who a sample of the profile belongs to; `gl` are the names of the calls of WebGL. */
function owner({ functionName, url }, gl) {
  if (functionName === '(idle)' || functionName === '(root)') return 'idle'
  if (functionName === '(program)') return 'browser'
  if (functionName === '(garbage collector)') return 'collector'
  return (!url && gl.has(functionName)) || GRAPHICS.has(functionName) ? 'graphics' : 'script'
}

/** The profile as a list of who ran from when to when, in milliseconds of the page's clock. */
function spans({ nodes, samples, timeDeltas, startTime }, gl, pageZero) {
  const owners = new Map(nodes.map((node) => [node.id, { who: owner(node.callFrame, gl), what: `${node.callFrame.functionName || '(anonymous)'} ${node.callFrame.url.split('/').pop()}:${node.callFrame.lineNumber}:${node.callFrame.columnNumber}` }]))
  let at = startTime / 1000 - pageZero
  return samples.map((id, index) => {
    at += timeDeltas[index] / 1000
    // A sample stands for the time until the next one.
    return { ...owners.get(id), from: at, ms: (timeDeltas[index + 1] ?? 0) / 1000 }
  })
}

const NOBODY = { script: 0, graphics: 0, browser: 0, collector: 0 }
/** Milliseconds of the main thread by who used them, between two moments. */
function shares(list, from = -Infinity, to = Infinity) {
  const sum = { ...NOBODY }
  for (const span of list) if (span.who !== 'idle' && span.from >= from && span.from < to) sum[span.who] += span.ms
  return Object.fromEntries(Object.entries(sum).map(([name, ms]) => [name, Math.round(ms)]))
}

/** The functions that took most of it, for whoever wants to mend something. */
function heaviest(list, most = 8) {
  const named = new Map()
  for (const { who, what, ms } of list) if (who !== 'idle') named.set(what, (named.get(what) ?? 0) + ms)
  return [...named].sort((a, b) => b[1] - a[1]).slice(0, most).map(([name, ms]) => `${Math.round(ms)} ms ${name}`)
}

const rounded = (samples) => {
  if (!samples.length) return null
  return Object.fromEntries(Object.entries(spread(samples)).map(([name, value]) => [name, Math.round(value)]))
}

/** A page that is watched. */
export class Watched {
  static async start(page) {
    const watched = new Watched()
    watched.page = page
    watched.session = await page.context().newCDPSession(page)
    await watched.session.send('Profiler.enable')
    await watched.session.send('Performance.enable')
    watched.gl = new Set(await page.evaluate(() => [...Object.getOwnPropertyNames(WebGL2RenderingContext.prototype), ...Object.getOwnPropertyNames(WebGLRenderingContext.prototype)]))
    await watched.session.send('Profiler.setSamplingInterval', { interval: 500 })
    await page.addInitScript(keepWatch)
    return watched
  }

  /** The profiler's clock when the page's stood at zero. */
  async pageZero() {
    const here = await this.page.evaluate(() => performance.now())
    const { metrics } = await this.session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'Timestamp').value * 1000 - here
  }

  /** What happened while something was done by hand. */
  async during(work) {
    await this.page.evaluate(() => Object.values(globalThis.watch).forEach((list) => (list.length = 0)))
    await this.session.send('Profiler.start')
    const began = performance.now()
    await work()
    const ms = Math.round(performance.now() - began)
    const { profile } = await this.session.send('Profiler.stop')
    const list = spans(profile, this.gl, await this.pageZero())
    // Event timings are told after the frame: two frames later they are there.
    const kept = await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(globalThis.watch))))))
    const interactions = Object.values(grouped(kept.interactions))
    const longest = (list, what) => Math.max(...list.map((one) => one[what]))
    return {
      took_ms: ms,
      input_to_paint_ms: rounded(interactions.map((list) => longest(list, 'paint'))),
      input_to_handled_ms: rounded(interactions.map((list) => longest(list, 'script'))),
      gesture_to_frame_ms: rounded(kept.gestures),
      long_tasks: kept.long.map(({ at, ms }) => ({ ms: Math.round(ms), ...shares(list, at, at + ms) })).sort((a, b) => b.ms - a.ms),
      main_thread_ms: shares(list),
      worst_frames: kept.frames.sort((a, b) => b.script - a.script).slice(0, 3).map(({ ms: all, script, scripts }) => ({ ms: Math.round(all), script: Math.round(script), scripts: scripts.slice(0, 4) })),
      heaviest: heaviest(list),
    }
  }
}

/** One interaction has several events: down, up, click. */
function grouped(list) {
  const groups = {}
  for (const one of list) (groups[one.id] ??= []).push(one)
  return groups
}
