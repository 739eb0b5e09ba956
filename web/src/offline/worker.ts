/** Registers the service worker. Browsers offer it over HTTPS and on the machine itself; without it everything works but a start without the line. */
export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  window.addEventListener('load', () => void register())
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
    const { active } = await navigator.serviceWorker.ready
    const thrifty = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true
    if (!thrifty) active?.postMessage('fill', [])
  } catch {
    // Forbidden by the browser, or the line broke: the next start tries again.
  }
}
