// From a key or a click to the next picture that the browser paints (Event Timing API), one figure per interaction.

/** Nothing shorter is told by the browser; such interactions count as this long. */
const SHORTEST_MS = 16

/** Makes a page note its interactions; to be called before it loads. */
export async function listen(page) {
  await page.addInitScript((shortest) => {
    globalThis.interactions = new Map()
    const note = (entries) => entries.forEach(({ interactionId, duration, name }) => {
      if (!interactionId) return
      const known = globalThis.interactions.get(interactionId)
      if (!known || known.duration < duration) globalThis.interactions.set(interactionId, { duration, name })
    })
    new PerformanceObserver((list) => note(list.getEntries())).observe({ type: 'event', durationThreshold: shortest, buffered: true })
  }, SHORTEST_MS)
}

/** Does something once and gives how long its slowest interaction took. */
async function once(page, act) {
  await page.evaluate(() => globalThis.interactions.clear())
  await act()
  // Entries are told after the picture they are about.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)))))
  const seen = await page.evaluate(() => [...globalThis.interactions.values()].map(({ duration }) => duration))
  return Math.max(SHORTEST_MS, ...seen)
}

/** Does something `times` over: its figures. Between two of them the page may finish what it was asked for. */
export async function interact(page, act, { times = 20, settle = async () => {} } = {}) {
  const samples = []
  for (let number = 0; number < times; number += 1) {
    samples.push(await once(page, () => act(number)))
    await settle(number)
  }
  return samples
}
